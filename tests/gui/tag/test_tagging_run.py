"""A run says which rows wait, how far it is and what is left, whatever happens to it."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.tagging.requests import Answered, Found
from engine.tagging.results import Tag
from engine.tagging.song import SongRow, SongState
from gui.background import WorkQueue
from gui.tag.tagging_run import Progress, TaggingRun

PLACES = ("a", "b", "c")


def answered(place: str) -> Answered:
    return Answered(SongRow(place, 1, SongState.TAGGED, place, tags=(Tag("sadness", 0.7),)))


class Ledger:
    """The rows as the table would hold them, and all that was said of the run."""

    def __init__(self, queue: WorkQueue) -> None:
        self.rows: dict[str, SongRow] = {}
        self.progress: list[Progress] = []
        self.failures: list[object] = []
        self.ended = 0
        self.run = TaggingRun(queue, self.rows.get)
        self.run.rows_changed.connect(lambda rows: self.rows.update({r.place: r for r in rows}))
        self.run.progress_changed.connect(lambda: self.progress.append(self.run.progress))
        self.run.failed.connect(self.failures.append)
        self.run.ended.connect(self._end)

    def states(self) -> dict[str, SongState]:
        return {place: row.state for place, row in self.rows.items()}

    def _end(self) -> None:
        self.ended += 1


class Gate:
    """Work that stands still after its first answer until it is opened."""

    def __init__(self) -> None:
        self.opened = threading.Event()

    def work(self) -> Iterator[object]:
        yield Found(PLACES)
        yield answered("a")
        self.opened.wait(10)
        yield answered("b")
        yield answered("c")


@pytest.fixture
def queue(qapp: QApplication) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


@pytest.fixture
def ledger(queue: WorkQueue) -> Ledger:
    return Ledger(queue)


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.opened.set()


def test_rows_wait_then_are_worked_on_then_done(ledger: Ledger, gate: Gate, qtbot: QtBot) -> None:
    # WHEN the first of three is answered
    ledger.run.start(gate.work)
    qtbot.waitUntil(lambda: ledger.run.progress.done == 1)
    # THEN the next one shows that it is worked on
    assert ledger.states() == {"a": SongState.TAGGED, "b": SongState.TAGGING,
                               "c": SongState.WAITING}
    assert ledger.run.progress.total == 3 and ledger.run.progress.running
    # AND at the end all are done
    gate.opened.set()
    qtbot.waitUntil(lambda: ledger.ended == 1)
    assert set(ledger.states().values()) == {SongState.TAGGED}
    assert ledger.run.progress == Progress(running=False, done=3, total=3)


def test_cancelling_keeps_what_is_done_and_leaves_the_rest_waiting(
        ledger: Ledger, gate: Gate, qtbot: QtBot) -> None:
    # GIVEN a row that was tagged before and is to be tagged again
    before = answered("c").row
    ledger.rows["c"] = before
    ledger.run.start(gate.work)
    qtbot.waitUntil(lambda: ledger.run.progress.done == 1)
    # WHEN the run is cancelled
    ledger.run.cancel()
    gate.opened.set()
    qtbot.waitUntil(lambda: ledger.ended == 1)
    # THEN the old answer is back, and what was never read waits
    assert ledger.rows["c"] == before
    assert not ledger.run.progress.running
    assert SongState.TAGGING not in ledger.states().values()


def test_a_second_request_joins_the_first(ledger: Ledger, gate: Gate, qtbot: QtBot) -> None:
    ledger.run.start(gate.work)
    ledger.run.start(lambda: iter([Found(("d",)), answered("d")]))
    gate.opened.set()
    qtbot.waitUntil(lambda: ledger.ended == 1)
    assert ledger.run.progress.done == 4
    assert set(ledger.rows) == {"a", "b", "c", "d"}


def test_pause_holds_and_resume_goes_on(ledger: Ledger, gate: Gate, queue: WorkQueue,
                                        qtbot: QtBot) -> None:
    ledger.run.start(gate.work)
    qtbot.waitUntil(lambda: ledger.run.progress.done == 1)
    ledger.run.pause(True)
    assert ledger.run.progress.paused
    # WHEN the work could go on, and something urgent has passed it since
    gate.opened.set()
    with qtbot.waitSignal(queue.submit(lambda: iter(()), urgent=True).returned):
        pass
    # THEN the rest still waits, until the run may go on
    assert ledger.ended == 0 and "c" not in [p for p, s in ledger.states().items()
                                             if s is SongState.TAGGED]
    ledger.run.pause(False)
    qtbot.waitUntil(lambda: ledger.ended == 1)
    assert ledger.run.progress.done == 3 and not ledger.run.progress.paused


def test_a_paused_run_can_be_cancelled(ledger: Ledger, gate: Gate, qtbot: QtBot) -> None:
    ledger.run.start(gate.work)
    qtbot.waitUntil(lambda: ledger.run.progress.done == 1)
    ledger.run.pause(True)
    gate.opened.set()
    ledger.run.cancel()
    qtbot.waitUntil(lambda: ledger.ended == 1)
    # A later run is not held by the pause of the cancelled one.
    ledger.run.start(lambda: iter([Found(("d",)), answered("d")]))
    qtbot.waitUntil(lambda: ledger.ended == 2)
    assert ledger.rows["d"].state is SongState.TAGGED


def test_a_failure_is_told_and_ends_the_run(ledger: Ledger, qtbot: QtBot) -> None:
    def broken() -> Iterator[object]:
        yield Found(PLACES)
        raise EngineError("The library is in use.")

    ledger.run.start(broken)
    qtbot.waitUntil(lambda: ledger.ended == 1)
    assert [str(failure) for failure in ledger.failures] == ["The library is in use."]
    assert set(ledger.states().values()) == {SongState.WAITING}


def test_the_screen_is_told_seldom(ledger: Ledger, qtbot: QtBot) -> None:
    # WHEN a thousand answers come as fast as they can
    places = tuple(str(number) for number in range(1000))
    ledger.run.start(lambda: iter([Found(places), *map(answered, places)]))
    qtbot.waitUntil(lambda: ledger.ended == 1)
    # THEN all arrive, in far fewer steps
    assert len(ledger.rows) == 1000
    assert len(ledger.progress) < 100
