"""Steps with playlists in the journal: noted with their change, taken back and made again.

Knows playlists as documents only; their tables are PlaylistStore's.
"""

from typing import Any

import msgspec

from engine.library.database import Database
from engine.library.journal import Journal
from engine.tagging.playlists.playlist import PlaylistDocument
from engine.tagging.playlists.playlist_store import PlaylistStore

PLAYLIST = "playlist"


def journaled(database: Database) -> PlaylistStore:
    """The playlists of a library, every step with them noted in its journal."""
    journal = Journal(database)

    def note(_what: str, before: PlaylistDocument | None, after: PlaylistDocument | None) -> None:
        journal.record(PLAYLIST, _document(before, after), _document(after, before))
    return PlaylistStore(database, note)


def put_playlist(database: Database, wanted: Any, _present: Any) -> None:
    """Makes a playlist what a step's document says."""
    stored = wanted["playlist"]
    document = msgspec.convert(stored, PlaylistDocument) if stored else None
    PlaylistStore(database).restore(wanted["id"], document)


def _document(shown: PlaylistDocument | None, other: PlaylistDocument | None) -> dict[str, Any]:
    """The playlist itself, None where there is none, under its id and the name to tell it by."""
    known = shown or other
    assert known is not None
    return {"id": known.id, "name": known.name,
            "playlist": msgspec.to_builtins(shown) if shown else None}
