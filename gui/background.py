"""Work off the screen's thread: the only threads in gui.

A WorkQueue serves requests one after the other on one thread of low priority. A request is a
function that returns an iterator; whatever it yields arrives as a signal on the screen's thread.
Exactly one of returned, failed and cancelled ends every task, also when the queue closes.
"""

import contextlib
import enum
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import SIGNAL, QObject, Qt, QThread, QTimer, Signal, Slot

from engine.errors import Cancelled
from engine.inference.in_use import InUse

Work = Callable[[], Iterator[object]]

# One delivery may keep the screen's thread this long; the rest waits for the next round.
DELIVERY_SECONDS = 0.006
# So many values may wait for the screen before the worker waits for it.
MOST_UNDELIVERED = 256
NICENESS = 10


class _Kind(enum.Enum):
    STARTED = enum.auto()
    YIELDED = enum.auto()
    RETURNED = enum.auto()
    FAILED = enum.auto()
    CANCELLED = enum.auto()


ENDS = frozenset({_Kind.RETURNED, _Kind.FAILED, _Kind.CANCELLED})


class Task(QObject):
    """One request's fate. All signals come on the thread that made the queue.

    A failure nobody is connected to goes to sys.excepthook, so that none can vanish.
    """

    started = Signal()
    yielded = Signal(object)
    returned = Signal()
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, work: Work, urgent: bool, desk: "_Desk") -> None:
        super().__init__()
        self.work = work
        self.urgent = urgent
        self._desk = desk

    def cancel(self) -> None:
        """Asks to stop; felt at the next yield, or at once while it still waits its turn."""
        self._desk.ask_to_stop(self)

    def tell(self, kind: _Kind, value: object) -> None:
        """Emits the signal of `kind`. For the queue only."""
        if kind is _Kind.YIELDED:
            self.yielded.emit(value)
        elif kind is _Kind.FAILED:
            self._tell_failure(value)
        else:
            {_Kind.STARTED: self.started, _Kind.RETURNED: self.returned,
             _Kind.CANCELLED: self.cancelled}[kind].emit()

    def _tell_failure(self, failure: object) -> None:
        if self.receivers(SIGNAL("failed(PyObject)")):
            self.failed.emit(failure)
        elif isinstance(failure, BaseException):
            sys.excepthook(type(failure), failure, failure.__traceback__)


@dataclass(frozen=True, slots=True)
class _Notice:
    task: Task
    kind: _Kind
    value: object = None


class _Desk:
    """What both threads share, behind one lock: tasks on their way in, notices on their way out."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._changed = threading.Condition()
        self._wake = wake
        self._ordinary: deque[Task] = deque()
        self._urgent: deque[Task] = deque()
        self._open: set[Task] = set()
        self._stopping: set[Task] = set()
        self._notices: deque[_Notice] = deque()
        self._awake = False
        self._paused = False
        self._gives_way = False
        self._closed = False

    def add(self, task: Task) -> None:
        with self._changed:
            self._open.add(task)
            (self._urgent if task.urgent else self._ordinary).append(task)
            self._changed.notify_all()

    def ask_to_stop(self, task: Task) -> None:
        """Never waits: a task still in line ends here, a running one at its next yield."""
        with self._changed:
            for line in (self._ordinary, self._urgent):
                if task in line:
                    line.remove(task)
                    self._leave(_Notice(task, _Kind.CANCELLED))
            if task in self._open:
                self._stopping.add(task)
                self._changed.notify_all()

    def pause(self, paused: bool) -> None:
        with self._changed:
            self._paused = paused
            self._changed.notify_all()

    def give_way(self, gives_way: bool) -> None:
        with self._changed:
            self._gives_way = gives_way
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def next_task(self) -> Task | None:
        """Waits for the next task to serve; None once the desk is closed and empty."""
        with self._changed:
            while True:
                if self._urgent:
                    return self._urgent.popleft()
                if self._ordinary and (self._closed or not self._waits()):
                    return self._ordinary.popleft()
                if self._closed:
                    return None
                self._changed.wait()

    def next_urgent(self) -> Task | None:
        """An urgent task that wants in between two yields, if any."""
        with self._changed:
            return self._urgent.popleft() if self._urgent else None

    def must_stop(self, task: Task) -> bool:
        with self._changed:
            return self._must_stop(task)

    def held(self) -> bool:
        with self._changed:
            return self._waits() or bool(self._urgent)

    def wait_while_held(self, task: Task) -> None:
        """Returns once `task` may go on, must stop, or an urgent one wants in."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._waits() or self._urgent or self._must_stop(task))

    def post(self, notice: _Notice) -> None:
        """Leaves a notice for the screen, waiting while too many lie there."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._notices) < MOST_UNDELIVERED or self._closed)
            self._leave(notice)

    def take_notice(self) -> _Notice | None:
        """The oldest notice; None puts the desk to sleep until the next one is posted."""
        with self._changed:
            if not self._notices:
                self._awake = False
                return None
            self._changed.notify_all()
            return self._notices.popleft()

    def _leave(self, notice: _Notice) -> None:
        self._notices.append(notice)
        if notice.kind in ENDS:
            self._open.discard(notice.task)
            self._stopping.discard(notice.task)
        if not self._awake:
            self._awake = True
            self._wake()

    def _waits(self) -> bool:
        return self._paused or self._gives_way

    def _must_stop(self, task: Task) -> bool:
        return self._closed or task in self._stopping


class _Worker(QThread):
    """Serves the desk until it closes; holds the mark while it works."""

    def __init__(self, desk: _Desk, niceness: int, mark: InUse | None) -> None:
        super().__init__()
        self._desk = desk
        self._niceness = niceness
        self._mark = mark
        self._held: int | None = None

    def run(self) -> None:
        _step_back(self._niceness)
        while (task := self._desk.next_task()) is not None:
            self._hold()
            self._serve(task)
            self._let_go()

    def _hold(self) -> None:
        if self._mark is not None and self._held is None:
            self._held = self._mark.hold()

    def _let_go(self) -> None:
        InUse.let_go(self._held)
        self._held = None

    def _serve(self, task: Task) -> None:
        try:
            self._run_through(task)
        except Cancelled:
            self._desk.post(_Notice(task, _Kind.CANCELLED))
        except BaseException as failure:
            self._desk.post(_Notice(task, _Kind.FAILED, failure))
        else:
            self._desk.post(_Notice(task, _Kind.RETURNED))

    def _run_through(self, task: Task) -> None:
        if self._desk.must_stop(task):
            raise Cancelled
        self._desk.post(_Notice(task, _Kind.STARTED))
        values = task.work()
        try:
            for value in values:
                self._desk.post(_Notice(task, _Kind.YIELDED, value))
                self._let_others_in(task)
        finally:
            # Closes here, not whenever the collector comes by: files and transactions end now.
            close = getattr(values, "close", None)
            if close is not None:
                close()

    def _let_others_in(self, task: Task) -> None:
        while not task.urgent and self._desk.held() and not self._desk.must_stop(task):
            while (urgent := self._desk.next_urgent()) is not None:
                self._serve(urgent)
            self._let_go()  # who is held back uses nothing
            self._desk.wait_while_held(task)
            self._hold()
        if self._desk.must_stop(task):
            raise Cancelled


class WorkQueue(QObject):
    """One thread serving requests in order, started with the first of them. `closed` is sent when
    it has come to its end for good.

    `niceness` is how far it steps back behind the screen, 0 to 19: of two queues at work the one
    with less gets more of the processor. `mark` is held while it works, so that trainings step
    back.
    """

    closed = Signal()
    _woken = Signal()

    def __init__(self, parent: QObject | None = None, niceness: int = NICENESS,
                 mark: InUse | None = None) -> None:
        super().__init__(parent)
        self._desk = _Desk(self._woken.emit)
        self._worker = _Worker(self._desk, niceness, mark)
        self._unfinished: set[Task] = set()
        self._closed = False
        self._next_round = QTimer(self)
        self._next_round.setSingleShot(True)
        self._next_round.timeout.connect(self._deliver)
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether any task has not ended yet."""
        return bool(self._unfinished)

    def submit(self, work: Work, urgent: bool = False) -> Task:
        """Queues `work`. An urgent one runs between two yields of the running task and also
        while the queue is paused: for answers a person waits for, never for long work."""
        task = Task(work, urgent, self._desk)
        self._unfinished.add(task)
        self._desk.add(task)
        if self._closed:
            task.cancel()
        elif not self._worker.isRunning():
            self._worker.start(QThread.Priority.LowPriority)
        return task

    def pause(self) -> None:
        """Holds the running task at its next yield and starts no other."""
        self._desk.pause(True)

    def resume(self) -> None:
        self._desk.pause(False)

    def give_way(self, gives_way: bool) -> None:
        """Holds the running task like `pause`, for as long as another queue is to go first;
        what the person paused stays paused afterwards."""
        self._desk.give_way(gives_way)

    def close(self) -> None:
        """Cancels everything, waits for the thread and delivers what is left. Final."""
        self._closed = True
        self._desk.close()
        self._worker.wait()
        self._next_round.stop()
        while (notice := self._desk.take_notice()) is not None:
            self._tell(notice)
        self.closed.emit()

    @Slot()
    def _deliver(self) -> None:
        """Hands out notices for a few milliseconds; the event loop then has its turn."""
        until = time.monotonic() + DELIVERY_SECONDS
        while (notice := self._desk.take_notice()) is not None:
            self._tell(notice)
            if time.monotonic() > until:
                self._next_round.start()
                return

    def _tell(self, notice: _Notice) -> None:
        if notice.kind in ENDS:
            self._unfinished.discard(notice.task)
        notice.task.tell(notice.kind, notice.value)


def _step_back(niceness: int) -> None:
    """Lets the screen go first. Linux knows niceness per thread; elsewhere QThread's priority
    does it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
