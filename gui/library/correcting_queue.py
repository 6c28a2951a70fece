"""Songs to be corrected one after the other: which they are, where the person is, what was done.

Knows no widgets. The songs are those of a question, the least certain first, or chosen ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.tagging.browsing.song_query import ShelfSong, ShelfState, SongQuery, SongSort
from engine.tagging.corrections.counting import corrected_since, judged_of, today
from engine.tagging.corrections.stepping import Turned
from engine.tagging.labels import Verdict
from gui.library.services import LibraryAsking, LibraryServices
from gui.library.wording import song_row
from gui.song.song_desk import SongDesk

_AHEAD = 24


class CorrectingQueue(QObject):
    """`keys` are the songs, `at` the place of the one that is open, len(keys) at the end.

    `ready` says that the songs are known. `judged` is how many of those the person spoke of here
    have a word of theirs, counted at the end; `today` how many songs got one since midnight,
    wherever it was said.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, asking: LibraryAsking, desk: SongDesk,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._desk = desk
        self._songs: dict[int, ShelfSong] = {}
        self._reading = False
        self._most = _AHEAD
        self.ready = False
        self.keys: tuple[int, ...] = ()
        self.at = 0
        self._spoken_of: set[int] = set()
        self.judged = 0
        self.today = 0
        desk.words.labelled.connect(self._count)
        desk.words.turned.connect(self._follow)

    def close(self) -> None:
        """Takes no more part in what the desk does."""
        self._desk.words.labelled.disconnect(self._count)
        self._desk.words.turned.disconnect(self._follow)

    @property
    def key(self) -> int:
        """The song that is open, 0 at the end."""
        return self.keys[self.at] if self.at < len(self.keys) else 0

    def take(self, keys: Sequence[int]) -> None:
        """Begins with these songs, in this order."""
        self._begin(tuple(key for key in keys if key > 0))

    def look(self, query: SongQuery) -> None:
        """Begins with what a question finds and nobody corrected yet, the least certain first."""
        wanted = replace(query, sort=SongSort.CERTAINTY, descending=False, corrected=False,
                         states=(ShelfState.TAGGED,))
        self._ask(lambda services: tuple(services.index().find(wanted).keys.tolist()), self._begin)

    def step(self, by: int) -> None:
        """Goes on or back; beyond the last song is the end."""
        self.go_to(self.at + by)

    def go_to(self, at: int) -> None:
        """Opens the song at a place of the row."""
        at = max(0, min(at, len(self.keys)))
        if at != self.at:
            self.at = at
            self._open()
            if self.key == 0:
                self._count_today()

    def accept_rest(self) -> None:
        """Says of every mood the song shows, and that was not spoken of, that it is right, and
        goes on."""
        chips = [chip for chip in self._desk.chips if chip.verdict is None and not chip.in_lines]
        # Stored before the next song is shown: whoever sees that may pull the plug.
        self._desk.words.label({chip.mood: Verdict.ACCEPTED for chip in chips})
        self.step(1)

    def reject(self, number: int) -> None:
        """Rejects the mood of the chip at a place of the row, or takes that back."""
        if 0 <= number < len(self._desk.chips):
            self._desk.judge(self._desk.chips[number].mood, Verdict.REJECTED)

    def _begin(self, keys: tuple[int, ...]) -> None:
        self.keys, self.at, self.ready = keys, 0, True
        self._open()
        self._count_today()

    def _open(self) -> None:
        """Shows the song; the rows of those that follow are read before they are needed."""
        song = self._songs.get(self.key)
        if song is not None:
            self._desk.open(song_row(song))
        ahead = self.keys[self.at:self.at + _AHEAD // 2]
        if not self._reading and any(key not in self._songs for key in ahead):
            self._read()
        self.changed.emit()

    def _read(self) -> None:
        first = max(0, self.at - 2)
        wanted = self.keys[first:first + self._most]
        self._reading = True
        self._ask(lambda services: services.index().rows(wanted),
                  lambda songs: self._take_rows(wanted, songs))

    def _take_rows(self, wanted: tuple[int, ...], songs: tuple[ShelfSong, ...]) -> None:
        self._reading = False
        missing, open_before = self.key not in self._songs, self.key
        self._songs.update((song.key, song) for song in songs)
        gone = {key for key in wanted if key not in self._songs}
        # Where very many are gone, they are not asked for a few at a time.
        self._most = _AHEAD if songs else 4 * self._most
        self._close_up(gone)
        if missing and open_before:
            self._open()
            if self.key == 0:
                self._count_today()
        elif gone:
            self.changed.emit()

    def _close_up(self, gone: set[int]) -> None:
        """Songs that were taken off the list meanwhile leave the row."""
        if gone:
            self.at -= sum(key in gone for key in self.keys[:self.at])
            self.keys = tuple(key for key in self.keys if key not in gone)

    def _count(self, song: int) -> None:
        self._spoken_of.add(song)
        self._count_today()

    def _count_today(self) -> None:
        spoken_of = tuple(self._spoken_of) if self.key == 0 else ()
        self._ask(lambda services: (corrected_since(services.database, today()),
                                    judged_of(services.database, spoken_of)), self._take_count)

    def _take_count(self, counts: tuple[int, int]) -> None:
        self.today, self.judged = counts
        self.changed.emit()

    def _follow(self, turned: Turned | None) -> None:
        """What was taken back is shown where it happened."""
        song = turned.song_id if turned else None
        if song is not None and song in self.keys and song != self.key:
            self.go_to(self.keys.index(song))
        self._count_today()

    def _ask(self, question: Callable[[LibraryServices], object],
             then: Callable[..., object]) -> None:
        self._asking.ask(question, then, self._fail)

    def _fail(self, problem: object) -> None:
        self._reading = False
        self.failed.emit(problem)
