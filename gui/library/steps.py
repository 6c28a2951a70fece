"""What the person did to songs of the Library, and the way back from each: taken from the journal,
so that it also leads back from what was done on other pages and before the last start.

Knows no widgets.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from engine.tagging.corrections.stepping import Turned, redo_step, undo_step
from engine.tagging.vocabulary import Vocabulary
from gui.library.services import LibraryAsking, LibraryServices
from gui.song.step_words import turned_text

TOLD_MS = 12_000


@dataclass(frozen=True, slots=True)
class Told:
    """What was done last, in words; `can_undo` offers the way back beside them."""

    words: str = ""
    can_undo: bool = False


class Steps(QObject):
    """`taken` says that the library changed by a step or by its undoing, `told_changed` that there
    is something else to say of it. What is told passes after some seconds."""

    taken = Signal()
    told_changed = Signal()
    failed = Signal(object)

    def __init__(self, asking: LibraryAsking, vocabulary: Vocabulary,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._vocabulary = vocabulary
        self.told = Told()
        self._passing = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._passing.timeout.connect(lambda: self.tell(""))

    def do(self, act: Callable[[LibraryServices], object], words: str) -> None:
        """Does something that the journal notes, and says so in `words`."""
        self._asking.ask(act, lambda _: self._done(words), self.failed.emit)

    def undo(self) -> None:
        """Takes back what was done last."""
        self._asking.ask(lambda services: undo_step(services.database),
                         lambda turned: self._turned(turned, undone=True), self.failed.emit)

    def redo(self) -> None:
        """Does again what was taken back last."""
        self._asking.ask(lambda services: redo_step(services.database),
                         lambda turned: self._turned(turned, undone=False), self.failed.emit)

    def tell(self, words: str, can_undo: bool = False) -> None:
        """Says something under the table for a while."""
        self._passing.stop()
        self.told = Told(words, can_undo)
        if words:
            self._passing.start()
        self.told_changed.emit()

    def close(self) -> None:
        """Lets nothing run on."""
        self._passing.stop()

    def _done(self, words: str) -> None:
        self.taken.emit()
        self.tell(words, can_undo=True)

    def _turned(self, turned: object, undone: bool) -> None:
        if isinstance(turned, Turned):
            self.taken.emit()
            self.tell(turned_text(turned, self._vocabulary))
        else:
            self.tell(self.tr("There is nothing to take back.") if undone
                      else self.tr("There is nothing to do again."))
