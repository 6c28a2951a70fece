"""One time of writing moods into files: planned, looked at, written, taken back at once if wished.

Knows no widgets. Everything that touches a file happens on the queue that `asking` stands for.
"""

import enum
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.settings import WritingSettings
from engine.tagging.writing.values import (
    ForeignMoods,
    NotUndone,
    NotWritten,
    PlannedWrite,
    Undone,
    WriteOptions,
    WriteScope,
    Written,
)
from gui.background import Task
from gui.library.services import LibraryAsking, LibraryServices

if TYPE_CHECKING:
    from engine.tagging.writing.tag_writer import TagWriter

_PLANNED_AT_ONCE = 32


class WritePhase(enum.Enum):
    """Where it stands. Each busy phase is followed by its quiet one, also when it is stopped."""

    IDLE = enum.auto()
    PLANNING = enum.auto()
    PLANNED = enum.auto()
    WRITING = enum.auto()
    WRITTEN = enum.auto()
    UNDOING = enum.auto()
    UNDONE = enum.auto()


_BUSY = {WritePhase.PLANNING: WritePhase.PLANNED, WritePhase.WRITING: WritePhase.WRITTEN,
         WritePhase.UNDOING: WritePhase.UNDONE}


class WriteRun(QObject):
    """`plan` is what was found of the files so far, `left_out` are the places in it that the
    person does not want; `written`, `refused`, `undone` and `not_undone` say what became of them.

    `planned` carries new parts of the plan, `moved` says that one more file is done, `changed`
    that the phase is another. `files_changed` is sent after files were written.
    `options_chosen` carries what the person wants written, to be kept for the next time.
    """

    changed = Signal()
    moved = Signal()
    planned = Signal(object)
    selection_changed = Signal()
    files_changed = Signal()
    options_chosen = Signal(object)
    failed = Signal(object)

    def __init__(self, asking: LibraryAsking, usual: Callable[[], WritingSettings],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._usual = usual
        self._task: Task | None = None
        self.options = WriteOptions()
        self.phase = WritePhase.IDLE
        self.songs: tuple[int, ...] = ()
        self._clear()

    @property
    def busy(self) -> bool:
        return self.phase in _BUSY

    @property
    def writes(self) -> bool:
        """Whether files are being touched now."""
        return self.phase in (WritePhase.WRITING, WritePhase.UNDOING)

    @property
    def chosen(self) -> list[PlannedWrite]:
        """What would be written now."""
        return [each for place, each in enumerate(self.plan)
                if each.changes and place not in self.left_out]

    @property
    def wanted(self) -> int:
        """How many files would be written now."""
        return self._changing - len(self.left_out)

    def begin(self, songs: Sequence[int]) -> None:
        """Looks at the files of these songs, with the options used last."""
        if not self.writes:
            self.songs = tuple(dict.fromkeys(songs))
            self.options = _options(self._usual())
            self._plan()

    def choose(self, options: WriteOptions) -> None:
        """Takes other options, and looks at the files again."""
        if options != self.options and not self.writes:
            self.options = options
            self.options_chosen.emit(WritingSettings(
                options.foreign.value, options.tagger, options.scores, options.sidecars))
            self._plan()

    def leave_out(self, places: Sequence[int], out: bool) -> None:
        """Takes files out of what will be written, or back in, by their place in the plan."""
        if self.phase not in (WritePhase.PLANNING, WritePhase.PLANNED):
            return
        fitting = {place for place in places if self.plan[place].changes}
        self.left_out = self.left_out | fitting if out else self.left_out - fitting
        self.selection_changed.emit()

    def write(self) -> None:
        """Writes what is chosen."""
        chosen = self.chosen
        if self.phase is WritePhase.PLANNED and chosen:
            self.done, self.total = 0, len(chosen)
            self._follow(WritePhase.WRITING, lambda writer: writer.write(chosen))

    def undo(self) -> None:
        """Takes back what was just written."""
        if self.phase is WritePhase.WRITTEN and self.written:
            scope = WriteScope(writes=tuple(each.id for each in self.written))
            self.done, self.total = 0, len(self.written)
            self._follow(WritePhase.UNDOING, lambda writer: writer.undo(scope))

    def stop(self) -> None:
        """Ends what runs between two files."""
        if self._task is not None:
            self.stopped = self.writes
            self._task.cancel()

    def forget(self) -> None:
        """Lets go of the plan, unless files are being touched."""
        if not self.writes:
            self.stop()
            self._task = None
            self._clear()
            self._enter(WritePhase.IDLE)

    def _clear(self) -> None:
        self.plan: list[PlannedWrite] = []
        self.left_out: frozenset[int] | set[int] = set()
        self.written: list[Written] = []
        self.refused: list[NotWritten] = []
        self.undone: list[Undone] = []
        self.not_undone: list[NotUndone] = []
        self.done = self.total = self._changing = 0
        self._seen: set[int] = set()
        self.stopped = False

    def _plan(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._clear()
        self.total = len(self.songs)
        songs, options = self.songs, self.options

        def work(services: LibraryServices) -> Iterator[object]:
            found: list[PlannedWrite] = []
            for planned in open_writer(services).plan(songs, services.settings, options):
                found.append(planned)
                if len(found) == _PLANNED_AT_ONCE:
                    yield found
                    found = []
            yield found

        self._run(WritePhase.PLANNING, work)

    def _follow(self, phase: WritePhase,
                steps: "Callable[[TagWriter], Iterator[object]]") -> None:
        self.stopped = False
        self._run(phase, lambda services: steps(open_writer(services)))

    def _run(self, phase: WritePhase,
             work: Callable[[LibraryServices], Iterator[object]]) -> None:
        task = self._task = self._asking.follow(work)
        task.yielded.connect(lambda value: self._take(task, value))
        task.returned.connect(lambda: self._end(task))
        task.cancelled.connect(lambda: self._end(task))
        task.failed.connect(lambda problem: self._fail(task, problem))
        self._enter(phase)

    def _take(self, task: Task, value: object) -> None:
        if task is not self._task:
            return
        match value:
            case list():
                self._take_plan(value)
            case Written():
                self.written.append(value)
            case NotWritten():
                self.refused.append(value)
            case Undone():
                self.undone.append(value)
            case NotUndone():
                self.not_undone.append(value)
            case _:
                pass
        if not isinstance(value, list):
            self.done += 1
        self.moved.emit()

    def _take_plan(self, found: "list[PlannedWrite]") -> None:
        self.plan += found
        self._changing += sum(each.changes for each in found)
        self._seen.update(each.song_id for each in found)
        self.done = len(self._seen)
        self.planned.emit(found)

    def _end(self, task: Task) -> None:
        if task is self._task:
            self._task = None
            wrote = self.writes
            self._enter(_BUSY[self.phase])
            if wrote:
                self.files_changed.emit()

    def _fail(self, task: Task, problem: object) -> None:
        if task is self._task:
            self._end(task)
            self.failed.emit(problem)

    def _enter(self, phase: WritePhase) -> None:
        self.phase = phase
        self.changed.emit()


def open_writer(services: LibraryServices) -> "TagWriter":
    """Who writes, for one piece of work. What reads and writes tags is loaded once it is
    wanted."""
    from engine.tagging.writing.tag_writer import TagWriter

    return TagWriter(services.database, services.store, services.vocabulary,
                     services.paths.writing_lock)


def _options(usual: WritingSettings) -> WriteOptions:
    return replace(WriteOptions(), foreign=ForeignMoods(usual.foreign), tagger=usual.tagger,
                   scores=usual.scores, sidecars=usual.sidecars)
