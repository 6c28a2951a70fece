"""Writes songs into files, step by step on the queue for long work. Knows no widgets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.tagging.playlists.exporting import Exported, ExportFormat, Exporting, ExportProgress
from engine.tagging.playlists.sidecars import (
    PlannedSidecar,
    SidecarFailure,
    Sidecars,
    SidecarState,
    write,
)
from gui.background import Task
from gui.library.services import LibraryAsking, LibraryServices

_PLANS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class SidecarsWritten:
    """So many files were written; why the others were not."""

    written: int
    failures: tuple[SidecarFailure, ...]


class ListExport(QObject):
    """`moved` carries done and total, `exported` an Exported, `planned` all PlannedSidecars,
    `sidecars_written` a SidecarsWritten, `failed` an exception, and `stopped` that the person
    wanted it so: then nothing of a file was written, and of sidecars those that were told."""

    moved = Signal(int, int)
    exported = Signal(object)
    planned = Signal(object)
    sidecars_written = Signal(object)
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, working: LibraryAsking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._working = working
        self._task: Task | None = None
        self._plan: list[PlannedSidecar] = []

    @property
    def busy(self) -> bool:
        return self._task is not None

    def export(self, keys: Sequence[int], kind: ExportFormat, file: Path, name: str) -> None:
        """Writes songs into one file, over one that is there: the person was asked."""
        wanted = tuple(keys)

        def work(services: LibraryServices) -> Iterator[object]:
            exporting = Exporting(services.database, services.store, services.index(),
                                  services.settings)
            yield from exporting.export(wanted, kind, file, name, overwrite=True)
        self._follow(self._working.follow(work))

    def plan_sidecars(self, songs: Sequence[int]) -> None:
        """Finds out which small files would be written; touches none."""
        wanted = tuple(songs)
        self._plan = []

        def work(services: LibraryServices) -> Iterator[object]:
            sidecars = Sidecars(services.database, services.store, services.index(),
                                services.settings)
            for first in range(0, len(wanted), _PLANS_AT_ONCE):
                part = wanted[first:first + _PLANS_AT_ONCE]
                yield tuple(sidecars.plan(part))
                yield ExportProgress(first + len(part), len(wanted))
        self._follow(self._working.follow(work), self._tell_plan)

    def write_sidecars(self, plan: Sequence[PlannedSidecar]) -> None:
        """Writes what was planned and agreed to."""
        wanted = tuple(each for each in plan
                       if each.state in (SidecarState.NEW, SidecarState.UPDATED))

        def work(services: LibraryServices) -> Iterator[object]:
            failures: list[SidecarFailure] = []
            for number, each in enumerate(wanted, 1):
                failure = write(each)
                failures += [failure] if failure else []
                yield ExportProgress(number, len(wanted))
            yield SidecarsWritten(len(wanted) - len(failures), tuple(failures))
        self._follow(self._working.follow(work))

    def stop(self) -> None:
        """Ends what runs, soon."""
        if self._task is not None:
            self._task.cancel()

    def _follow(self, task: Task, then: Callable[[], None] | None = None) -> None:
        self._task = task
        task.yielded.connect(self._take)
        task.failed.connect(self._fail)
        task.cancelled.connect(self._stopped)
        task.returned.connect(then or self._end)

    def _take(self, value: object) -> None:
        match value:
            case ExportProgress(done, total):
                self.moved.emit(done, total)
            case Exported():
                self._end()
                self.exported.emit(value)
            case SidecarsWritten():
                self._end()
                self.sidecars_written.emit(value)
            case _ if isinstance(value, tuple):
                self._plan += value

    def _tell_plan(self) -> None:
        self._end()
        self.planned.emit(tuple(self._plan))

    def _fail(self, problem: object) -> None:
        self._end()
        self.failed.emit(problem)

    def _stopped(self) -> None:
        self._end()
        self.stopped.emit()

    def _end(self) -> None:
        self._task = None
