"""The stop ladder, rung by rung, against real processes and a clock that the test moves."""

import sys
from collections.abc import Callable

import pytest

from engine.jobs.child import ExitCode
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess
from engine.jobs.stop_ladder import (
    ASK_SECONDS,
    KILL_SECONDS,
    TERMINATE_SECONDS,
    Rung,
    StopLadder,
)
from tests.engine.jobs.conftest import MovedClock, wait_until

NewFolder = Callable[[str], JobFolder]
Start = Callable[[JobFolder], JobProcess]
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no terminate")


def test_completed(new_folder: NewFolder, start: Start, clock: MovedClock) -> None:
    # GIVEN a job that is done and gone
    process = start(new_folder("completes"))
    assert process.wait(30) == ExitCode.DONE
    # WHEN it is stopped
    rung = StopLadder(process, clock).poll()
    # THEN nothing is done to it
    assert rung is Rung.GONE
    assert process.folder.state() is JobState.FINISHED
    assert not process.folder.stop_asked()


def test_stops_when_asked(new_folder: NewFolder, start: Start, clock: MovedClock) -> None:
    process = start(new_folder("works"))
    wait_until(lambda: process.folder.last_event() is not None)
    ladder = StopLadder(process, clock)
    assert ladder.poll() is Rung.ASKED
    assert process.wait(30) == ExitCode.CANCELLED
    assert ladder.poll() is Rung.GONE
    assert process.folder.state() is JobState.STOPPED
    assert not process.folder.stop_asked()


@pytest.mark.parametrize("behaviour, state", [("lingers", JobState.FINISHED),
                                              ("fails and lingers", JobState.FAILED)])
@pytest.mark.parametrize("found_again", [False, True])
def test_lingers(new_folder: NewFolder, start: Start, clock: MovedClock, behaviour: str,
                 state: JobState, found_again: bool) -> None:
    # GIVEN a job that has told its end and does not go
    started = start(new_folder(behaviour))
    folder = started.folder
    wait_until((folder.path / "lingering").exists)
    process = JobProcess(folder) if found_again else started
    assert process.living() and folder.state() is state
    # WHEN it is stopped, THEN it is not asked, for it would not hear,
    ladder = StopLadder(process, clock)
    assert ladder.poll() is Rung.ASKED
    assert not folder.stop_asked()
    # gets a moment,
    clock.advance(TERMINATE_SECONDS - 0.1)
    assert ladder.poll() is Rung.ASKED
    # and is terminated; its ending stands
    clock.advance(0.2)
    assert ladder.poll() is Rung.TERMINATED
    assert started.wait(30) is not None
    assert ladder.poll() is Rung.GONE
    assert folder.state() is state


def test_must_be_terminated(new_folder: NewFolder, start: Start, clock: MovedClock) -> None:
    # GIVEN a job that never reports, so that it never feels the question
    process = start(new_folder("must be terminated"))
    wait_until(lambda: process.folder.last_event() is not None)
    ladder = StopLadder(process, clock)
    assert ladder.poll() is Rung.ASKED
    assert process.folder.stop_asked()
    clock.advance(ASK_SECONDS - 0.1)
    assert ladder.poll() is Rung.ASKED
    # WHEN the time to ask is over
    clock.advance(0.2)
    assert ladder.poll() is Rung.TERMINATED
    # THEN it goes, and where the system lets it, with a last word
    code = process.wait(30)
    assert ladder.poll() is Rung.GONE
    if sys.platform != "win32":
        assert code == ExitCode.CANCELLED
        assert process.folder.state() is JobState.STOPPED


@needs_signals
@pytest.mark.parametrize("found_again", [False, True])
def test_must_be_killed(new_folder: NewFolder, start: Start, clock: MovedClock,
                        found_again: bool) -> None:
    # GIVEN a job that is deaf to all but the last rung
    started = start(new_folder("must be killed"))
    folder = started.folder
    wait_until(lambda: len(folder.events_since()[0]) == 2)
    process = JobProcess(folder) if found_again else started
    ladder = StopLadder(process, clock)
    assert ladder.poll() is Rung.ASKED
    clock.advance(ASK_SECONDS)
    assert ladder.poll() is Rung.TERMINATED
    clock.advance(TERMINATE_SECONDS - 0.1)
    assert ladder.poll() is Rung.TERMINATED
    # WHEN that rung is reached
    clock.advance(0.2)
    assert ladder.poll() is Rung.KILLED
    # THEN it is gone without a word
    assert started.wait(30) == -9
    assert ladder.poll() is Rung.GONE
    assert folder.state() is JobState.INTERRUPTED


def test_failed(new_folder: NewFolder, start: Start, clock: MovedClock) -> None:
    process = start(new_folder("fails"))
    assert process.wait(30) == ExitCode.KNOWN_ERROR
    assert StopLadder(process, clock).poll() is Rung.GONE
    assert process.folder.state() is JobState.FAILED


class Undead:
    """A process that nothing ends: as one that hangs inside the system."""

    def __init__(self, folder: JobFolder) -> None:
        self.folder = folder
        self.felt: list[str] = []

    def living(self) -> bool:
        return True

    def terminate(self) -> None:
        self.felt.append("terminate")

    def kill(self) -> None:
        self.felt.append("kill")


def test_the_ladder_admits_what_it_cannot_end(new_folder: NewFolder, clock: MovedClock) -> None:
    # GIVEN a process that survives everything
    process = Undead(new_folder("completes"))
    # WHEN the ladder is climbed to its end
    rungs = list(StopLadder(process, clock).rungs(clock.advance))
    # THEN it says so, having tried each rung once, in time
    assert rungs == [Rung.ASKED, Rung.TERMINATED, Rung.KILLED, Rung.LINGERS]
    assert process.felt == ["terminate", "kill"]
    assert clock.now - 1000.0 == pytest.approx(
        ASK_SECONDS + TERMINATE_SECONDS + KILL_SECONDS, abs=0.5)


def test_the_ladder_waits_for_one_who_is_ending(new_folder: NewFolder, clock: MovedClock) -> None:
    """Told its end just before its time was over: it is not struck down while it goes."""
    from engine.events import Stopped

    process = Undead(new_folder("completes"))
    ladder = StopLadder(process, clock)
    ladder.poll()
    clock.advance(ASK_SECONDS - 0.1)
    process.folder.append(Stopped("Stopped."))
    assert ladder.poll() is Rung.ASKED
    clock.advance(1)
    assert ladder.poll() is Rung.ASKED
    clock.advance(TERMINATE_SECONDS)
    assert ladder.poll() is Rung.TERMINATED
