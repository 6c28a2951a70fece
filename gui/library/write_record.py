"""What was written into files until now, and taking it out again: batches, their files, progress.

Knows no widgets.
"""

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.tagging.writing.values import (
    NotUndone,
    NotWritten,
    Undone,
    WriteBatch,
    WriteNote,
    WriteScope,
    WriteState,
    Written,
)
from gui.background import Task
from gui.library.services import LibraryAsking, LibraryServices
from gui.library.write_run import open_writer

if TYPE_CHECKING:
    from engine.tagging.writing.tag_writer import TagWriter


class Turn(enum.Enum):
    """Which way it goes: out of the files, or into them again."""

    OUT = enum.auto()
    IN = enum.auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn came to: files done, files left as they were with their sentences, and files of
    which only our fields could be set back."""

    turn: Turn
    done: int
    left: tuple[NotUndone | NotWritten, ...] = ()
    set_back: int = 0
    stopped: bool = False


class WriteRecord(QObject):
    """`batches` are the newest first, `notes` the files of the batch that is open (0 none).

    `outcome` says what the last turn came to. `moved` says how far a turn is.
    """

    changed = Signal()
    moved = Signal()
    files_changed = Signal()
    failed = Signal(object)

    def __init__(self, asking: LibraryAsking, working: LibraryAsking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._working = working
        self._task: Task | None = None
        self._results: list[object] = []
        self._stopped = False
        self.loaded = False
        self.batches: tuple[WriteBatch, ...] = ()
        self.open = 0
        self.notes: tuple[WriteNote, ...] = ()
        self.turn = Turn.OUT
        self.done = self.total = 0
        self.outcome: Outcome | None = None

    @property
    def busy(self) -> bool:
        return self._task is not None

    def load(self) -> None:
        """Reads what there is; the batch that is open stays open, else the newest is opened."""
        wanted = self.open

        def question(services: LibraryServices) -> object:
            writer = open_writer(services)
            batches = writer.batches()
            ids = [batch.id for batch in batches]
            shown = wanted if wanted in ids else ids[0] if ids else 0
            return batches, shown, writer.writes(WriteScope(batch=shown)) if shown else ()

        self._asking.ask(question, self._take_all, self.failed.emit)

    def show(self, batch: int) -> None:
        """Opens another batch."""
        if batch != self.open:
            self.open = batch
            self._asking.ask(
                lambda services: (batch, open_writer(services).writes(WriteScope(batch=batch))),
                self._take_notes, self.failed.emit)

    def find(self, scope: WriteScope, turn: Turn, then: Callable[[int], object]) -> None:
        """Counts the files that a turn of `scope` would touch, and hands that to `then`."""
        state = turned_state(turn)
        self._asking.ask(lambda services: len({
            note.path for note in open_writer(services).writes(scope) if note.state is state}),
            then, self.failed.emit)

    def start(self, scope: WriteScope, turn: Turn, files: int) -> None:
        """Takes moods out of `files` files, or writes them again."""
        if self.busy:
            return
        self.turn, self.done, self.total = turn, 0, files
        self._results, self._stopped, self.outcome = [], False, None

        def steps(services: LibraryServices) -> Iterator[object]:
            yield from _turned(open_writer(services), scope, turn)

        task = self._task = self._working.follow(steps)
        task.yielded.connect(self._take_result)
        task.returned.connect(self._end)
        task.cancelled.connect(self._end)
        task.failed.connect(self._fail)
        self.changed.emit()

    def stop(self) -> None:
        """Ends a turn between two files."""
        if self._task is not None:
            self._stopped = True
            self._task.cancel()

    def _take_all(self, read: tuple[tuple[WriteBatch, ...], int, tuple[WriteNote, ...]]) -> None:
        self.batches, self.open, self.notes = read
        self.loaded = True
        self.changed.emit()

    def _take_notes(self, read: tuple[int, tuple[WriteNote, ...]]) -> None:
        if read[0] == self.open:
            self.notes = read[1]
            self.changed.emit()

    def _take_result(self, result: object) -> None:
        self._results.append(result)
        self.done += 1
        self.moved.emit()

    def _end(self) -> None:
        self._task = None
        left = tuple(each for each in self._results if isinstance(each, NotUndone | NotWritten))
        undone = [each for each in self._results if isinstance(each, Undone)]
        written = sum(isinstance(each, Written) for each in self._results)
        self.outcome = Outcome(self.turn, len(undone) + written, left,
                               sum(not each.exact for each in undone), self._stopped)
        self.changed.emit()
        self.files_changed.emit()
        self.load()

    def _fail(self, problem: object) -> None:
        self._end()
        self.failed.emit(problem)


def turned_state(turn: Turn) -> WriteState:
    """The state a write must be in to be turned so."""
    return WriteState.WRITTEN if turn is Turn.OUT else WriteState.UNDONE


def taggers_of(batches: Sequence[WriteBatch]) -> tuple[str, ...]:
    """The taggers that had anything written, those used last first."""
    return tuple(dict.fromkeys(tagger for batch in batches for tagger in batch.taggers if tagger))


def _turned(writer: "TagWriter", scope: WriteScope, turn: Turn) -> Iterator[object]:
    return writer.undo(scope) if turn is Turn.OUT else writer.redo(scope)
