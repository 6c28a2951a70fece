"""One search for songs whose files are missing: what was found, and letting them live there.

Knows no widgets. Nothing is changed before `settle`, which is a step that can be taken back.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.folders.relocation import (
    Relocation,
    RelocationPlan,
    Searching,
    find_lost,
    lost_places,
    relocate,
)
from gui.background import Task
from gui.library.services import LibraryAsking, LibraryServices


class Relocating(QObject):
    """`plan` is what the last search found, None before one; `files` how many it has looked at.

    `settled` carries how many songs live elsewhere now.
    """

    changed = Signal()
    moved = Signal()
    settled = Signal(int)
    failed = Signal(object)

    def __init__(self, asking: LibraryAsking, working: LibraryAsking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._working = working
        self._task: Task | None = None
        self.under: Path | None = None
        self.plan: RelocationPlan | None = None
        self.files = 0

    @property
    def searching(self) -> bool:
        return self._task is not None

    def search(self, places: Sequence[str], under: Path) -> None:
        """Looks for these missing files below a folder, or at one file."""
        self.stop()
        self.plan, self.under, self.files = None, under, 0

        def steps(services: LibraryServices) -> Iterator[object]:
            lost = lost_places(services.database, places)
            yield from find_lost(services.database, lost, under)

        self._task = self._working.follow(steps)
        self._task.yielded.connect(self._take)
        for ended in (self._task.returned, self._task.cancelled):
            ended.connect(self._end)
        self._task.failed.connect(self._fail)
        self.changed.emit()

    def stop(self) -> None:
        """Ends the search that runs."""
        if self._task is not None:
            self._task.cancel()

    def settle(self, chosen: Sequence[Relocation],
               then: Callable[[int], object] | None = None) -> None:
        """Lets these songs live where their files were found."""
        def act(services: LibraryServices) -> int:
            return relocate(services.database, open_journal(services.database), chosen)

        def take(count: int) -> None:
            self.plan = None
            self.settled.emit(count)
            if then is not None:
                then(count)

        self._asking.ask(act, take, self.failed.emit)

    def _take(self, step: object) -> None:
        if isinstance(step, Searching):
            self.files = step.files
            self.moved.emit()
        elif isinstance(step, RelocationPlan):
            self.plan = step

    def _end(self) -> None:
        self._task = None
        self.changed.emit()

    def _fail(self, problem: object) -> None:
        self._end()
        self.failed.emit(problem)
