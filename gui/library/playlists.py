"""The playlists of the Library: which there are, which one is shown, and what is done to them.

Knows no widgets. Every change is a step that can be taken back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from PySide6.QtCore import QObject, Signal

from engine.tagging.browsing.song_query import (
    SongQuery,
    SongSort,
    query_as_json,
    query_from_json,
)
from engine.tagging.playlists.playlist import Playlist
from engine.tagging.playlists.playlist_steps import journaled
from engine.tagging.playlists.playlist_store import PlaylistStore
from gui.figures import count_text
from gui.library.presenter import LibraryPresenter
from gui.library.services import LibraryServices

Change = Callable[[PlaylistStore], object]


@dataclass(frozen=True, slots=True)
class _Seen:
    playlists: tuple[Playlist, ...]
    songs: tuple[int, ...]


class Playlists(QObject):
    """`all` are the playlists in their order, `open_id` the one whose songs are shown (0: none),
    `songs` what that one holds if it is by hand. `changed` is sent when any of it did."""

    changed = Signal()

    def __init__(self, presenter: LibraryPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.all: tuple[Playlist, ...] = ()
        self.open_id = 0
        self.songs: tuple[int, ...] = ()
        self._query: SongQuery | None = None
        self._loaded = False
        presenter.steps.taken.connect(self.refresh)
        presenter.woken.connect(self._refresh_known)
        presenter.query_changed.connect(self._follow_query)

    @property
    def shown(self) -> Playlist | None:
        """The playlist whose songs are shown."""
        return next((each for each in self.all if each.id == self.open_id), None)

    @property
    def by_hand(self) -> tuple[Playlist, ...]:
        """Those that songs can be put into."""
        return tuple(each for each in self.all if not each.by_rule)

    def load(self) -> None:
        """Reads them the first time they are needed."""
        if not self._loaded:
            self.refresh()

    def refresh(self) -> None:
        """Reads which there are now, and what the open one holds."""
        self._loaded = True
        open_id = self.open_id

        def question(services: LibraryServices) -> _Seen:
            store = PlaylistStore(services.database)
            return _Seen(tuple(store.all()), store.songs(open_id) if open_id else ())
        self._presenter.asking.ask(question, self._take, self._fail)

    def _refresh_known(self) -> None:
        """The page is shown again: the command line makes playlists, too."""
        if self._loaded:
            self.refresh()

    def open(self, playlist_id: int) -> None:
        """Shows the songs of a playlist; the open one is closed by it."""
        if playlist_id == self.open_id:
            self.close()
            return
        self.open_id = playlist_id
        self.refresh()

    def close(self) -> None:
        """Shows all songs again."""
        self.open_id, self.songs, self._query = 0, (), None
        self._presenter.show_all()
        self.changed.emit()

    def make(self, name: str, songs: Sequence[int]) -> None:
        """A new playlist of these songs."""
        kept = tuple(songs)
        self._change(lambda store: store.make(name, kept), self.tr(
            "Made “{name}” of {count} songs.").format(name=name, count=count_text(len(kept))))

    def make_rule(self, name: str, query: SongQuery) -> None:
        """A new playlist that holds whatever is found by this query."""
        rule = query_as_json(query)
        self._change(lambda store: store.make(name, rule=rule), self.tr(
            "Made “{name}”. It will follow the Library.").format(name=name))

    def follow_found(self, playlist: Playlist) -> None:
        """Lets a playlist by rule hold, from now on, whatever is found by what is asked for now."""
        query = self._presenter.query
        if can_follow(query):
            rule = query_as_json(query)
            self._change(lambda store: store.set_rule(playlist.id, rule), self.tr(
                "“{name}” now follows what is shown.").format(name=playlist.name))
        else:
            self._presenter.steps.tell(self.tr(
                "Songs chosen one by one cannot be followed. Look for something first."))

    def rename(self, playlist_id: int, name: str) -> None:
        self._change(lambda store: store.rename(playlist_id, name),
                     self.tr("Renamed the playlist."))

    def remove(self, playlist: Playlist) -> None:
        """Takes a playlist away; its songs stay."""
        if playlist.id == self.open_id:
            self.close()
        self._change(lambda store: store.remove(playlist.id), self.tr(
            "Removed “{name}”. Its songs are still here.").format(name=playlist.name))

    def add(self, playlist: Playlist, songs: Sequence[int]) -> None:
        """Puts songs at the end of a playlist."""
        kept = tuple(songs)
        self._change(lambda store: store.add(playlist.id, kept), self.tr(
            "Added to “{name}”.").format(name=playlist.name))

    def take_out(self, songs: Sequence[int]) -> None:
        """Takes songs out of the open playlist."""
        gone = set(songs)
        self._put([song for song in self.songs if song not in gone], self.tr(
            "Taken out of the playlist. The songs are still in the Library."))

    def move(self, songs: Sequence[int], by: int) -> None:
        """Moves songs of the open playlist up (-1) or down (1) by one, all together."""
        self._put(moved(self.songs, songs, by), self.tr("Moved."))

    def put_in_order(self, order: Sequence[int], words: str) -> None:
        """Another order of the open playlist."""
        self._put(order, words)

    def shift(self, playlist_id: int, by: int) -> None:
        """Moves a playlist up or down in the list of them."""
        order = moved([each.id for each in self.all], [playlist_id], by)
        self._presenter.asking.ask(
            lambda services: PlaylistStore(services.database).arrange(order),
            lambda _: self.refresh(), self._fail)

    def _put(self, order: Sequence[int], words: str) -> None:
        playlist, wanted = self.open_id, tuple(order)
        if playlist and wanted != self.songs:
            self._change(lambda store: store.set_songs(playlist, wanted), words)

    def _change(self, change: Change, words: str) -> None:
        self._presenter.steps.do(
            lambda services: change(journaled(services.database)), words)

    def _take(self, seen: object) -> None:
        found = cast("_Seen", seen)
        self.all = found.playlists
        shown = self.shown
        if self.open_id and shown is None:
            self.close()
        elif shown is not None:
            self.songs = found.songs
            self._ask_for(shown)
        self.changed.emit()

    def _ask_for(self, shown: Playlist) -> None:
        if self._query is not None and shown.by_rule:
            return
        asked = self._presenter.query
        if self._query is not None and asked.playlist == self.songs:
            return
        within = SongQuery() if self._query is None else asked
        query = (query_from_json(shown.rule) if shown.by_rule
                 else replace(within, playlist=self.songs, sort=SongSort.LISTED, descending=False))
        self._query = query
        self._presenter.ask_for(query)
        self._query = self._presenter.query

    def _follow_query(self) -> None:
        """Something else is looked for: the list that was open is so no longer."""
        query = self._presenter.query
        if self.open_id and self._query is not None and query != self._query:
            inside = query.playlist is not None and query.playlist == self.songs
            if not inside:
                self.open_id, self.songs, self._query = 0, (), None
                self.changed.emit()

    def _fail(self, problem: object) -> None:
        self._presenter.problem_raised.emit(problem)


def can_follow(query: SongQuery) -> bool:
    """Whether a playlist can follow this: it names songs by what they are, not one by one."""
    return query.playlist is None and query.within is None


def moved(order: Sequence[int], chosen: Sequence[int], by: int) -> list[int]:
    """The order with the chosen ones moved by one place, those at the end of the way staying."""
    wanted = set(chosen)
    line = list(order)
    places = range(len(line)) if by < 0 else range(len(line) - 1, -1, -1)
    for at in places:
        to = at + by
        if line[at] in wanted and 0 <= to < len(line) and line[to] not in wanted:
            line[at], line[to] = line[to], line[at]
    return line
