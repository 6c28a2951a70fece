"""Songs of a wished course, found on the library's queue as the wish changes. Knows no widgets."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from engine.tagging.browsing.song_query import ShelfSong, SongQuery
from engine.tagging.playlists.arcs import Arc
from engine.tagging.playlists.list_making import NEAR, CurvesMade, ListMaking
from gui.background import Task
from gui.library.services import LibraryAsking, LibraryServices

PAUSE_MS = 120


@dataclass(frozen=True, slots=True)
class ArcWish:
    """What is looked for: songs that each take the course, or (`along`) songs that take it one
    after the other; `count` of them, among what `within` finds (None: all)."""

    arc: Arc
    along: bool = False
    count: int = 25
    within: SongQuery | None = None


@dataclass(frozen=True, slots=True)
class ArcSong:
    """A song that was found. `nearness` is 0..1, None in a list along a course; `curve` its
    valence from beginning to end, nothing where it has none; `moods` how present the moods that
    were named are over it, 0..1, by mood."""

    song: ShelfSong
    nearness: float | None = None
    curve: tuple[float, ...] = ()
    moods: tuple[tuple[str, tuple[float, ...]], ...] = ()


class ArcSearch(QObject):
    """`found` carries the ArcSongs of the latest wish, `moved` how many curves of how many are
    made, the first time songs are compared. `failed` carries an exception."""

    found = Signal(object)
    moved = Signal(int, int)
    failed = Signal(object)

    def __init__(self, asking: LibraryAsking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._wish: ArcWish | None = None
        self._task: Task | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    @property
    def busy(self) -> bool:
        return self._task is not None or self._pause.isActive()

    def look_for(self, wish: ArcWish) -> None:
        """Looks for this instead, after a moment without another wish."""
        if wish != self._wish:
            self._wish = wish
            self._pause.start()

    def stop(self) -> None:
        """Looks for nothing any more."""
        self._pause.stop()
        self._wish = None
        if self._task is not None:
            self._task.cancel()

    def _ask(self) -> None:
        if self._task is not None:
            self._task.cancel()
        wish = self._wish
        if wish is None:
            return

        def steps(services: LibraryServices) -> Iterator[object]:
            lists = ListMaking(services.database, services.index(), services.settings.tagger,
                               services.vocabulary)
            yield from lists.prepare()
            yield _found(services, lists, wish)
        task = self._task = self._asking.follow(steps)
        task.yielded.connect(lambda value: self._take(task, value))
        task.failed.connect(self.failed)
        for end in (task.returned, task.cancelled, task.failed):
            end.connect(lambda *_: self._end(task))

    def _take(self, task: Task, value: object) -> None:
        if task is not self._task:
            return
        if isinstance(value, CurvesMade):
            self.moved.emit(value.done, value.total)
        else:
            self.found.emit(value)

    def _end(self, task: Task) -> None:
        if task is self._task:
            self._task = None


def _found(services: LibraryServices, lists: ListMaking, wish: ArcWish) -> tuple[ArcSong, ...]:
    index = services.index()
    keys = index.find(wish.within or SongQuery()).keys
    nearness: dict[int, float] = {}
    if wish.along:
        songs = lists.along(wish.arc, keys.tolist(), wish.count)
    else:
        ranked = lists.of_course(wish.arc, keys, NEAR)
        songs = tuple(ranked.songs[:wish.count].tolist())
        nearness = dict(zip(songs, ranked.nearness[:wish.count].tolist(), strict=True))
    courses = lists.courses(songs)
    present = lists.presences(songs, wish.arc.moods) if not wish.along else {}
    return tuple(ArcSong(song, nearness.get(song.key), courses.get(song.key, ()),
                         tuple(zip(wish.arc.moods, present.get(song.key, ()), strict=False)))
                 for song in index.rows(songs))
