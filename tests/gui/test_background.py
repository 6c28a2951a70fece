"""A queue serves in order, feels a cancel, and ends every task exactly once."""

import gc
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from types import TracebackType

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from engine.errors import Cancelled, EngineError
from gui.background import MOST_UNDELIVERED, Task, Work, WorkQueue


class Log:
    """Writes down what a task tells, in the order of telling."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def follow(self, task: Task, name: str = "") -> Task:
        task.started.connect(lambda: self.told.append(name + "started"))
        task.yielded.connect(self.told.append)
        task.returned.connect(lambda: self.told.append(name + "returned"))
        task.cancelled.connect(lambda: self.told.append(name + "cancelled"))
        task.failed.connect(lambda failure: self.told.append(failure))
        return task

    def ends(self) -> list[object]:
        return [told for told in self.told if isinstance(told, BaseException)
                or str(told).endswith(("returned", "cancelled"))]


@pytest.fixture
def queue(qapp: object) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


@pytest.fixture
def log() -> Log:
    return Log()


def counting(most: int) -> Work:
    return lambda: iter(range(most))


class Gate:
    """Work that stands still until opened; what it has reached can be awaited."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.reached = threading.Event()
        self.tidied = False

    def work(self) -> Iterator[object]:
        try:
            yield "first"
            self.reached.set()
            self.opened.wait(10)
            yield "second"
            yield "third"
        finally:
            self.tidied = True


def test_values_arrive_in_order_on_the_screens_thread(
        queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    # GIVEN work that says on which thread it runs
    threads: list[int] = []

    def work() -> Iterator[object]:
        threads.append(threading.get_ident())
        yield 1
        yield 2

    # WHEN it is served
    task = log.follow(queue.submit(work))
    task.yielded.connect(lambda _: threads.append(threading.get_ident()))
    with qtbot.waitSignal(task.returned):
        pass
    # THEN it ran elsewhere, and was heard here
    assert log.told == ["started", 1, 2, "returned"]
    assert threads[0] != threading.get_ident()
    assert threads[1:] == [threading.get_ident()] * 2


def test_tasks_are_served_one_after_the_other(
        queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    log.follow(queue.submit(counting(2)), "a ")
    last = log.follow(queue.submit(counting(1)), "b ")
    assert queue.busy
    with qtbot.waitSignal(last.returned):
        pass
    assert log.told == ["a started", 0, 1, "a returned", "b started", 0, "b returned"]
    assert not queue.busy


@pytest.mark.parametrize("failure", [
    EngineError("No such file.", "Look again."), ZeroDivisionError(), SystemExit(3)])
def test_a_failure_is_told_and_stops_nothing_else(
        queue: WorkQueue, log: Log, qtbot: QtBot, failure: BaseException) -> None:
    def work() -> Iterator[object]:
        yield 1
        raise failure

    log.follow(queue.submit(work))
    last = queue.submit(counting(1))
    with qtbot.waitSignal(last.returned):
        pass
    assert log.told == ["started", 1, failure]


def test_work_that_fails_before_its_first_step_is_told(
        queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    failure = ValueError("no generator")

    def work() -> Iterator[object]:
        raise failure

    task = log.follow(queue.submit(work))
    with qtbot.waitSignal(task.failed):
        pass
    assert log.ends() == [failure]


def test_a_failure_nobody_hears_goes_to_the_excepthook(
        queue: WorkQueue, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[BaseException] = []

    def hook(kind: type[BaseException], failure: BaseException,
             trace: TracebackType | None) -> None:
        heard.append(failure)

    def work() -> Iterator[object]:
        yield 1
        raise ValueError("lost")

    monkeypatch.setattr(sys, "excepthook", hook)
    queue.submit(work)
    qtbot.waitUntil(lambda: bool(heard))
    assert str(heard[0]) == "lost"


def test_cancel_is_felt_at_the_next_yield_and_the_work_tidies_up(
        queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    # GIVEN work in the middle of a step
    gate = Gate()
    task = log.follow(queue.submit(gate.work))
    assert gate.reached.wait(10)
    # WHEN it is cancelled and the step ends
    task.cancel()
    gate.opened.set()
    with qtbot.waitSignal(task.cancelled):
        pass
    # THEN it went no further
    assert log.told == ["started", "first", "second", "cancelled"]
    assert gate.tidied


def test_a_waiting_task_is_cancelled_at_once(
        queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    gate = Gate()
    queue.submit(gate.work)
    assert gate.reached.wait(10)
    waiting = log.follow(queue.submit(counting(3)))
    with qtbot.waitSignal(waiting.cancelled):
        waiting.cancel()
    assert log.told == ["cancelled"]
    gate.opened.set()


def test_cancel_after_the_end_changes_nothing(
        queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    task = log.follow(queue.submit(counting(1)))
    with qtbot.waitSignal(task.returned):
        pass
    task.cancel()
    task.cancel()
    last = queue.submit(counting(1))
    with qtbot.waitSignal(last.returned):
        pass
    assert log.ends() == ["returned"]


def test_work_may_cancel_itself(queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    def work() -> Iterator[object]:
        yield 1
        raise Cancelled

    task = log.follow(queue.submit(work))
    with qtbot.waitSignal(task.cancelled):
        pass
    assert log.ends() == ["cancelled"]


def test_pause_holds_the_running_task_until_resumed(
        queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    # GIVEN a paused queue with work in it
    gate = Gate()
    task = log.follow(queue.submit(gate.work))
    assert gate.reached.wait(10)
    queue.pause()
    gate.opened.set()
    qtbot.waitUntil(lambda: "second" in log.told)
    # WHEN something urgent is asked for meanwhile
    urgent = log.follow(queue.submit(counting(1), urgent=True), "urgent ")
    with qtbot.waitSignal(urgent.returned):
        pass
    # THEN it is answered, while the paused work goes on only after resume
    assert log.told == ["started", "first", "second", "urgent started", 0, "urgent returned"]
    with qtbot.waitSignal(task.returned):
        queue.resume()
    assert log.told[-2:] == ["third", "returned"]


def test_a_queue_that_gives_way_waits_between_steps_and_still_answers_what_is_urgent(
        queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    # GIVEN work in the middle of a step, and another queue that is to go first
    gate = Gate()
    task = log.follow(queue.submit(gate.work))
    assert gate.reached.wait(10)
    queue.give_way(True)
    gate.opened.set()
    qtbot.waitUntil(lambda: "second" in log.told)
    # WHEN something urgent and something else are asked for meanwhile
    later = log.follow(queue.submit(counting(1)), "later ")
    urgent = log.follow(queue.submit(counting(1), urgent=True), "urgent ")
    with qtbot.waitSignal(urgent.returned):
        pass
    assert "third" not in log.told and "later started" not in log.told
    # THEN all goes on once the way is free
    with qtbot.waitSignals([task.returned, later.returned]):
        queue.give_way(False)


def test_giving_way_ends_no_pause(queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    # GIVEN a queue the person has paused, which then gives way for a while
    queue.pause()
    queue.give_way(True)
    task = log.follow(queue.submit(counting(1)))
    queue.give_way(False)
    # THEN it is still paused: only what is urgent gets through
    with qtbot.waitSignal(queue.submit(counting(1), urgent=True).returned):
        pass
    assert log.told == []
    with qtbot.waitSignal(task.returned):
        queue.resume()


def test_a_paused_task_can_be_cancelled(queue: WorkQueue, log: Log, qtbot: QtBot) -> None:
    queue.pause()
    task = log.follow(queue.submit(counting(5)))
    with qtbot.waitSignal(task.cancelled):
        task.cancel()
    assert log.told == ["cancelled"]


@pytest.mark.parametrize("held", ["", "pause", "give_way"])
def test_close_ends_every_task_once(log: Log, qapp: object, held: str) -> None:
    # GIVEN one task running and two waiting
    queue = WorkQueue()
    gate = Gate()
    log.follow(queue.submit(gate.work), "a ")
    assert gate.reached.wait(10)
    for name in ("b ", "c "):
        log.follow(queue.submit(counting(9)), name)
    if held == "pause":
        queue.pause()
    queue.give_way(held == "give_way")
    # WHEN the queue closes
    gate.opened.set()
    queue.close()
    # THEN each was told its end, and nothing is left
    assert sorted(map(str, log.ends())) == ["a cancelled", "b cancelled", "c cancelled"]
    assert not queue.busy


def test_close_before_any_work_and_submit_after_it(log: Log, qtbot: QtBot) -> None:
    queue = WorkQueue()
    queue.close()
    task = log.follow(queue.submit(counting(1)))
    with qtbot.waitSignal(task.cancelled):
        pass
    assert log.told == ["cancelled"]


def test_a_flood_leaves_the_event_loop_its_turn(
        queue: WorkQueue, qtbot: QtBot) -> None:
    # GIVEN far more values than may lie undelivered, heard by a slow listener
    seen: list[object] = []
    turns: list[float] = []

    def slow(value: object) -> None:
        seen.append(value)
        until = time.monotonic() + 0.0002
        while time.monotonic() < until:
            pass

    task = queue.submit(counting(MOST_UNDELIVERED * 4))
    task.yielded.connect(slow)
    # WHEN the loop counts its own turns meanwhile
    beat = every_turn(lambda: turns.append(time.monotonic()))
    with qtbot.waitSignal(task.returned, timeout=20_000):
        pass
    beat()
    # THEN all arrived, and the loop was never away for long
    assert seen == list(range(MOST_UNDELIVERED * 4))
    assert len(turns) > 10


def every_turn(act: Callable[[], None]) -> Callable[[], None]:
    """Calls `act` at every turn of the event loop until the returned function is called."""
    timer = QTimer()
    timer.timeout.connect(act)
    timer.start(0)
    return timer.stop


def test_finished_tasks_are_let_go(queue: WorkQueue, qtbot: QtBot) -> None:
    # GIVEN tasks that have ended
    served: list[weakref.ref[Task]] = []
    for _ in range(5):
        task = queue.submit(counting(1))
        served.append(weakref.ref(task))
        with qtbot.waitSignal(task.returned):
            pass
    # WHEN nobody asks for them any more
    del task
    gc.collect()
    # THEN only the last may still be at hand, where the thread waits for the next
    assert [ref() for ref in served[:-1]] == [None] * 4
