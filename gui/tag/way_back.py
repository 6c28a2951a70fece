"""Taking rows off the queue, and the way back from what the person did last: what is said of it.

Knows no widgets. Rows go from the library at once, as a step of its journal.
"""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from engine.settings import Settings
from engine.tagging.corrections.stepping import Turned
from engine.tagging.playlists.playlist_steps import PLAYLIST
from engine.tagging.song import SongRow
from engine.tagging.vocabulary import Vocabulary
from gui.background import Work, WorkQueue
from gui.song.services import OpenServices
from gui.song.step_words import turned_text

SAID_MS = 12_000


class WayBack(QObject):
    """`removed` are the rows taken off last, `told` says what was taken back or made again; both
    pass after some seconds. `leaving` are places the library is about to forget.

    `turned` carries a list of (place, row or None) after a step, of the files it was about;
    `all_turned` is sent where these are not known.
    """

    changed = Signal()
    turned = Signal(list)
    all_turned = Signal()
    failed = Signal(object)

    def __init__(self, open_services: OpenServices, queue: WorkQueue, vocabulary: Vocabulary,
                 settings: Callable[[], Settings], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_services = open_services
        self._queue = queue
        self._vocabulary = vocabulary
        self._settings = settings
        self.removed: tuple[SongRow, ...] = ()
        self.told = ""
        self.leaving: tuple[str, ...] = ()
        self._passing = QTimer(self, singleShot=True, interval=SAID_MS)
        self._passing.timeout.connect(self.say_no_more)

    def remove(self, rows: tuple[SongRow, ...]) -> None:
        """Lets the library forget these rows."""
        places = tuple(row.place for row in rows)
        self.leaving += places
        self._say("", rows)

        def work() -> Iterator[object]:
            with self._open_services() as services:
                yield services.store.forget(places)
        self._submit(work, lambda _: self._gone(places))

    def say_no_more(self) -> None:
        """What was removed or taken back is not spoken of any more."""
        self._passing.stop()
        if self.removed or self.told:
            self.removed, self.told = (), ""
            self.changed.emit()

    def take_turn(self, turned: Turned | None) -> None:
        """Something was taken back or made again: says so, and reads the rows it was about."""
        self.say_no_more()
        if turned is None:
            self._say(self.tr("There is nothing more to take back or make again."), ())
            return
        self._say(turned_text(turned, self._vocabulary), ())
        if turned.step.kind == PLAYLIST:
            return
        if not turned.places:
            self.all_turned.emit()
            return
        settings = self._settings()

        def work() -> Iterator[object]:
            with self._open_services() as services:
                yield [(place, services.store.row(place, settings)) for place in turned.places]
        self._submit(work, self.turned.emit)

    def close(self) -> None:
        """Lets go at once what is still to go: the queues are about to drop what waits."""
        self._passing.stop()
        if self.leaving:
            with self._open_services() as services:
                services.store.forget(self.leaving)

    def _say(self, told: str, removed: tuple[SongRow, ...]) -> None:
        self.told, self.removed = told, removed
        self._passing.start()
        self.changed.emit()

    def _gone(self, places: tuple[str, ...]) -> None:
        self.leaving = tuple(place for place in self.leaving if place not in places)

    def _submit(self, work: Work, then: Callable[..., object]) -> None:
        task = self._queue.submit(work)
        task.yielded.connect(then)
        task.failed.connect(self.failed)
