"""Moods in a file of their own beside each recording: `Song.flac` gets `Song.moods.json`.

First a plan that touches nothing, then the files the person agreed to. Only files that are ours,
by their format, are ever replaced.
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec

from engine.errors import EngineError
from engine.library.database import Database
from engine.library.whole_file import write_whole
from engine.settings import Settings
from engine.tagging.browsing.song_query import ShelfState
from engine.tagging.lyric_store import LyricStore
from engine.tagging.playlists.exporting import Rows
from engine.tagging.playlists.recordings import recordings_of
from engine.tagging.playlists.song_documents import (
    MOST_SIDECAR_BYTES,
    SIDECAR_FORMAT,
    sidecar_document,
    sidecar_of,
    words_on,
)


class SidecarState(enum.StrEnum):
    """What becomes of a sidecar: written anew, written over an older one of ours, left as it says
    the same already, or not written, as somebody else's file is in its place."""

    NEW = "new"
    UPDATED = "updated"
    SAME = "same"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class PlannedSidecar:
    """A file that would be written for a song, with its `content`."""

    song: int
    file: Path
    state: SidecarState
    content: bytes


@dataclass(frozen=True, slots=True)
class SidecarFailure:
    """A sidecar that could not be written, and why."""

    planned: PlannedSidecar
    message: str
    hint: str


class Sidecars:
    """Plans and writes; belongs to the thread of its database."""

    def __init__(self, database: Database, store: LyricStore, index: Rows,
                 settings: Settings) -> None:
        self._database = database
        self._store = store
        self._index = index
        self._settings = settings

    def plan(self, songs: Sequence[int]) -> Iterator[PlannedSidecar]:
        """What would be written for these songs; those without a recording or without moods have
        none. Of two recordings of one name in a folder, the first song's counts."""
        recordings = recordings_of(self._database, songs)
        taken: set[Path] = set()
        for shelf in self._index.rows([song for song in songs if song in recordings]):
            song = self._store.shown_song(shelf.key, self._settings)
            file = sidecar_of(recordings[shelf.key])
            if song is None or shelf.state is not ShelfState.TAGGED or file in taken:
                continue
            taken.add(file)
            told = sidecar_document(shelf, song, words_on(self._store, shelf.key))
            content = msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"
            yield PlannedSidecar(shelf.key, file, _state(file, content), content)


def write(planned: PlannedSidecar) -> SidecarFailure | None:
    """Writes one file, unless somebody else's lies there by now; why it was not written."""
    if planned.state is SidecarState.SAME:
        return None
    if _state(planned.file, planned.content) is SidecarState.FOREIGN:
        return SidecarFailure(planned, f"{planned.file.name} belongs to another program.",
                              "Move it elsewhere to have moods written here.")
    try:
        write_whole(planned.file, planned.content)
    except EngineError as failure:
        return SidecarFailure(planned, failure.message, failure.hint)
    return None


def _state(file: Path, content: bytes) -> SidecarState:
    try:
        if not file.exists():
            return SidecarState.NEW
        if file.stat().st_size > MOST_SIDECAR_BYTES:
            return SidecarState.FOREIGN
        stored = file.read_bytes()
    except OSError:
        return SidecarState.FOREIGN
    if stored == content:
        return SidecarState.SAME
    return SidecarState.UPDATED if _is_ours(stored) else SidecarState.FOREIGN


def _is_ours(stored: bytes) -> bool:
    try:
        found = msgspec.json.decode(stored)
    except msgspec.MsgspecError:
        return False
    return isinstance(found, dict) and cast("dict[str, Any]", found).get("format") == SIDECAR_FORMAT
