"""Playlists as they are kept in the library: the one door to their tables.

A change is one transaction, with the step that takes it back. Knows songs by id only, and nothing
of what a rule says. Songs that were taken off the list keep their place in a playlist, unseen.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from engine.errors import EngineError
from engine.library.database import Database
from engine.tagging.playlists.playlist import Playlist, PlaylistDocument, tidy_name

Changed = Callable[[str, PlaylistDocument | None, PlaylistDocument | None], None]
"""Told within the transaction what a step did: in words, with the playlist before and after."""

_SHOWN = "EXISTS (SELECT 1 FROM place WHERE place.song_id = playlist_song.song_id)"
_SELECT = f"""
SELECT id, name, rule,
    (SELECT count(*) FROM playlist_song WHERE playlist_id = playlist.id AND {_SHOWN})
FROM playlist
"""


def _nobody(what: str, before: PlaylistDocument | None, after: PlaylistDocument | None) -> None:
    pass


class PlaylistStore:
    """The playlists of one library; belongs to the thread of its database.

    `changed` hears of every step within its transaction. Unknown ids raise EngineError.
    """

    def __init__(self, database: Database, changed: Changed = _nobody) -> None:
        self._database = database
        self._changed = changed

    def all(self) -> list[Playlist]:
        """Every playlist, in the order the person gave them."""
        return [Playlist(*row) for row in self._database.all(f"{_SELECT} ORDER BY place, id")]

    def get(self, playlist_id: int) -> Playlist:
        row = self._database.first(f"{_SELECT} WHERE id = ?", (playlist_id,))
        if row is None:
            raise _unknown()
        return Playlist(*row)

    def named(self, name: str) -> Playlist | None:
        """The playlist of this name, in any case; the first where there are more."""
        wanted = tidy_name(name).casefold()
        return next((each for each in self.all() if each.name.casefold() == wanted), None)

    def songs(self, playlist_id: int) -> tuple[int, ...]:
        """The ids of the songs in a playlist by hand, in order; none for one by rule."""
        return tuple(song for song, in self._database.all(
            f"SELECT song_id FROM playlist_song WHERE playlist_id = ? AND {_SHOWN}"
            " ORDER BY place, song_id", (playlist_id,)))

    def make(self, name: str, songs: Iterable[int] = (), rule: str = "") -> Playlist:
        """A new playlist at the end: of these songs, or of what a rule finds. A name that is
        taken gets a number. EngineError without a name."""
        with self._database.transaction(durable=True):
            place, = self._database.first(
                "SELECT coalesce(max(place), 0) + 1 FROM playlist") or (1,)
            made = self._database.execute(
                "INSERT INTO playlist (name, rule, place, made_at) VALUES (?, ?, ?, ?)",
                (self._free_name(name), rule, place, _now()))
            self._put(made, songs)
            self._changed("made", None, self.document(made))
        return self.get(made)

    def rename(self, playlist_id: int, name: str) -> Playlist:
        """Another name; one that is taken gets a number. EngineError without a name."""
        with self._step("renamed", playlist_id):
            self._database.execute("UPDATE playlist SET name = ? WHERE id = ?",
                                   (self._free_name(name, playlist_id), playlist_id))
        return self.get(playlist_id)

    def set_rule(self, playlist_id: int, rule: str) -> Playlist:
        """Another rule for a playlist; '' makes it one by hand."""
        with self._step("changed", playlist_id):
            self._database.execute("UPDATE playlist SET rule = ? WHERE id = ?",
                                   (rule, playlist_id))
        return self.get(playlist_id)

    def add(self, playlist_id: int, songs: Iterable[int]) -> int:
        """Puts songs at the end; those it holds stay where they are. Returns how many are new."""
        if self.get(playlist_id).by_rule:
            raise EngineError("This playlist finds its songs by itself.",
                              "Change what it looks for, or keep these songs in a new one.")
        held = self._held(playlist_id)
        known = set(held)
        fresh = [song for song in dict.fromkeys(songs) if song not in known]
        if fresh:
            with self._step("added to", playlist_id):
                self._put(playlist_id, (*held, *fresh))
        return len(self._held(playlist_id)) - len(held)

    def set_songs(self, playlist_id: int, songs: Sequence[int]) -> None:
        """Exactly these songs in this order: for taking out, moving and sorting."""
        shown = set(self.songs(playlist_id))
        unseen = [song for song in self._held(playlist_id) if song not in shown]
        with self._step("changed", playlist_id):
            self._put(playlist_id, (*songs, *unseen))

    def remove(self, playlist_id: int) -> None:
        """Takes a playlist away; its songs stay in the library."""
        with self._database.transaction(durable=True):
            before = self.document(playlist_id)
            if before is None:
                raise _unknown()
            self._database.execute("DELETE FROM playlist WHERE id = ?", (playlist_id,))
            self._changed("removed", before, None)

    def arrange(self, order: Sequence[int]) -> None:
        """Shows the playlists in this order; those not named come after."""
        ids = [each.id for each in self.all()]
        known = [each for each in dict.fromkeys(order) if each in set(ids)]
        rest = [each for each in ids if each not in set(known)]
        with self._database.transaction(durable=True):
            self._database.execute_many("UPDATE playlist SET place = ? WHERE id = ?",
                                        [(at, each) for at, each in enumerate([*known, *rest], 1)])

    def document(self, playlist_id: int) -> PlaylistDocument | None:
        """The whole of a playlist, None where there is none of this id."""
        row = self._database.first(
            "SELECT id, name, rule, place, made_at FROM playlist WHERE id = ?", (playlist_id,))
        return PlaylistDocument(*row, songs=self._held(playlist_id)) if row else None

    def restore(self, playlist_id: int, document: PlaylistDocument | None) -> None:
        """Puts a playlist back as a document says, None takes it away. Songs that are no longer in
        the library are left out. Tells nobody: this is how steps are turned."""
        with self._database.transaction(durable=True):
            if document is None:
                self._database.execute("DELETE FROM playlist WHERE id = ?", (playlist_id,))
                return
            self._database.execute(
                "INSERT INTO playlist (id, name, rule, place, made_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET name = excluded.name, rule = excluded.rule,"
                " place = excluded.place",
                (document.id, document.name, document.rule, document.place, document.made_at))
            self._put(document.id, document.songs)

    def _held(self, playlist_id: int) -> tuple[int, ...]:
        """All songs of a playlist, those too that no place holds now."""
        return tuple(song for song, in self._database.all(
            "SELECT song_id FROM playlist_song WHERE playlist_id = ? ORDER BY place, song_id",
            (playlist_id,)))

    def _put(self, playlist_id: int, songs: Iterable[int]) -> None:
        self._database.execute("DELETE FROM playlist_song WHERE playlist_id = ?", (playlist_id,))
        self._database.execute_many(
            "INSERT INTO playlist_song (playlist_id, song_id, place)"
            " SELECT ?, id, ? FROM song WHERE id = ?",
            [(playlist_id, place, song) for place, song in enumerate(dict.fromkeys(songs))])

    def _free_name(self, name: str, own: int = 0) -> str:
        wanted = tidy_name(name)
        if not wanted:
            raise EngineError("A playlist needs a name.", "Write one, then try again.")
        taken = {each.name.casefold() for each in self.all() if each.id != own}
        free, number = wanted, 2
        while free.casefold() in taken:
            free, number = f"{wanted} {number}", number + 1
        return free

    @contextmanager
    def _step(self, what: str, playlist_id: int) -> Generator[None]:
        """One change of one playlist, told with what it was before and is after."""
        with self._database.transaction(durable=True):
            before = self.document(playlist_id)
            if before is None:
                raise _unknown()
            yield
            self._changed(what, before, self.document(playlist_id))


def _unknown() -> EngineError:
    return EngineError("This playlist is no longer there.", "Choose another one.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
