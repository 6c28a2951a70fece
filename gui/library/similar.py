"""The songs most like the one that is open. Knows no widgets."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.tagging.browsing.song_query import ShelfSong
from gui.library.services import LibraryAsking, LibraryServices

MOST = 24


@dataclass(frozen=True, slots=True)
class LikeSong:
    """A song and how near it is, -1 to 1: the cosine of what its tagger heard in it."""

    song: ShelfSong
    nearness: float


class Similar(QObject):
    """`songs` are like the song `of`; None while that is being found out."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, asking: LibraryAsking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self.of = 0
        self.songs: tuple[LikeSong, ...] | None = ()

    def show(self, song: int) -> None:
        """Looks for songs like this one; 0 for none. Asked for the same, it does nothing."""
        if song == self.of:
            return
        self.of = song
        self.songs = None if song else ()
        self.changed.emit()
        if song:
            self._asking.ask(lambda services: (song, _like(services, song)), self._take,
                             self.failed.emit)

    def forget(self) -> None:
        """What is known may be outdated: the next question is asked anew."""
        self.of = 0

    def _take(self, answer: Any) -> None:
        song, songs = answer
        if song == self.of:
            self.songs = songs
            self.changed.emit()


def _like(services: LibraryServices, song: int) -> tuple[LikeSong, ...]:
    index = services.index()
    keys, nearness = index.similar(song, MOST)
    near = dict(zip(keys.tolist(), nearness.tolist(), strict=True))
    return tuple(LikeSong(found, near[found.key]) for found in index.rows(keys))
