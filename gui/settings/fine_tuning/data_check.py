"""One look over the chosen data at a time, on a queue: the newest choice counts, older looks end.

Holds what was found. Knows no widgets and changes nothing.
"""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError
from engine.training.planning.plan import Plan
from gui.background import Task, WorkQueue
from gui.settings.fine_tuning.tools import BaseModel, Checked, LearningTools

CHECK_AFTER_MS = 250


class DataCheck(QObject):
    """`changed`: it goes on, or was ended; `found` carries what was found."""

    changed = Signal()
    found = Signal(object)
    problem_raised = Signal(object)
    _read = Signal(int)

    def __init__(self, tools: LearningTools, queue: WorkQueue,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tools, self._queue = tools, queue
        self._task: Task | None = None
        self._wanted: tuple[Plan, BaseModel | None] | None = None
        self._stopping = [False]
        self.result: Checked | None = None
        self.problem: EngineError | None = None
        self.rows_read = 0
        self._wait = QTimer(self, singleShot=True)
        self._wait.setInterval(CHECK_AFTER_MS)
        self._wait.timeout.connect(self._begin)
        self._read.connect(self._take_read)

    @property
    def running(self) -> bool:
        """Whether the data are being looked over, or will be at once."""
        return self._task is not None or self._wait.isActive()

    def start(self, plan: Plan, base: BaseModel | None) -> None:
        """Forgets what was found and looks anew, a moment later: the person may still choose."""
        self.stop()
        self._wanted = plan, base
        self._wait.start()

    def stop(self) -> None:
        """Ends what goes on and forgets what was found."""
        self._wait.stop()
        self.result, self.problem, self.rows_read = None, None, 0
        if self._task is not None:
            self._stopping[0] = True
            self._task.cancel()
            self._task = None

    def _begin(self) -> None:
        assert self._wanted is not None
        plan, base = self._wanted
        stopping = self._stopping = [False]

        def work() -> Iterator[object]:
            yield self._tools.check(plan, base, lambda: stopping[0], self._read.emit)

        task = self._task = self._queue.submit(work)
        task.yielded.connect(lambda found: self._take(task, found))
        task.failed.connect(lambda problem: self._fail(task, problem))
        self.changed.emit()

    def _take_read(self, rows: int) -> None:
        if self._task is not None:
            self.rows_read = rows
            self.changed.emit()

    def _take(self, task: Task, found: object) -> None:
        if task is self._task and isinstance(found, Checked):
            self._task, self.result = None, found
            self.found.emit(found)

    def _fail(self, task: Task, problem: object) -> None:
        if task is not self._task:
            return
        self._task = None
        if isinstance(problem, EngineError):
            self.problem = problem
        else:
            self.problem_raised.emit(problem)
        self.changed.emit()
