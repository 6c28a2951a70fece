"""Real processes: they outlive their window, are found again, killed, resumed, never doubled."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.events import Failed, Finished, Metric, Note, Progress, Resumed
from engine.jobs import process as process_module
from engine.jobs.child import ExitCode
from engine.jobs.following import follow
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess, program_command
from engine.jobs.spec import JobSpec
from tests.engine.jobs.conftest import wait_until
from tests.fake_job import COMMAND, STEPS

NewFolder = Callable[[str], JobFolder]
Start = Callable[[JobFolder], JobProcess]


def said(folder: JobFolder, message: str) -> bool:
    return any(isinstance(event, Note) and event.message == message
               for event in folder.events_since()[0])


def test_prints_go_to_the_log(new_folder: NewFolder, start: Start) -> None:
    process = start(new_folder("completes"))
    assert process.wait(30) == ExitCode.DONE
    assert process.folder.log_tail().splitlines() == ["a line of print",
                                                      "a line from below Python"]


def test_prints_go_to_the_log_also_when_started_by_hand(new_folder: NewFolder) -> None:
    folder = new_folder("completes")
    done = subprocess.run([*COMMAND, "--job", folder.path], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert folder.log_tail().splitlines() == ["a line of print", "a line from below Python"]


def test_by_hand_without_a_job_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "--job", tmp_path], capture_output=True, check=False)
    assert b"There is no job in" in done.stderr
    assert done.returncode == ExitCode.KNOWN_ERROR


def test_a_mistake_is_in_the_log_too(new_folder: NewFolder, start: Start) -> None:
    process = start(new_folder("mistake"))
    assert process.wait(30) == ExitCode.BUG
    assert "ZeroDivisionError: a mistake of ours" in process.folder.log_tail()


def test_killed_in_the_middle_it_is_interrupted_then_resumed(new_folder: NewFolder,
                                                             start: Start) -> None:
    # GIVEN a job that is killed with half its work done
    folder = new_folder("counts")
    process = start(folder)
    wait_until(lambda: said(folder, "half"))
    assert folder.state() is JobState.RUNNING
    process.kill()
    assert process.wait(30) is not None
    assert folder.state() is JobState.INTERRUPTED
    before, offset = folder.events_since()
    # WHEN the same folder is started again
    again = start(folder)
    assert again.wait(30) == ExitCode.DONE
    # THEN it goes on in the same file, where it was
    after = folder.events_since(offset)[0]
    assert isinstance(after[0], Resumed)
    steps = [event.step for event in before + after if isinstance(event, Metric)]
    assert steps == list(range(STEPS))
    assert folder.state() is JobState.FINISHED


def test_a_job_outlives_the_one_who_started_it(new_folder: NewFolder, start: Start) -> None:
    # GIVEN a running job whose window is closed
    folder = new_folder("works")
    start(folder).let_go()
    wait_until(lambda: folder.last_event() is not None)
    # WHEN another window looks
    found = JobProcess(folder)
    # THEN the job is there, tells on, and can be ended
    assert found.living() and found.poll() is None and found.wait(0) is None
    offset = folder.events_since()[1]
    wait_until(lambda: bool(folder.events_since(offset)[0]))
    found.terminate()
    wait_until(lambda: not found.living())
    if sys.platform != "win32":
        assert folder.state() is JobState.STOPPED


@pytest.mark.skipif(sys.platform == "win32", reason="process groups")
def test_it_is_not_in_the_group_of_the_one_who_started_it(new_folder: NewFolder,
                                                          start: Start) -> None:
    """So that closing the terminal or pressing Ctrl-C there does not reach it."""
    process = start(new_folder("works"))
    wait_until(lambda: process.folder.last_event() is not None)
    pid = process.folder.lock.holder()
    assert pid is not None and os.getpgid(pid) == pid != os.getpgid(0)
    assert os.getsid(pid) == pid


def test_two_processes_never_run_one_folder(new_folder: NewFolder, start: Start) -> None:
    # GIVEN two processes that were started before either had begun
    folder = new_folder("works")
    first, second = start(folder), start(folder)
    # WHEN both want to begin
    wait_until(lambda: not (first.living() and second.living()))
    # THEN one is refused, and only the other tells
    refused, running = (first, second) if not first.living() else (second, first)
    assert refused.wait(30) == ExitCode.KNOWN_ERROR
    assert running.living() and folder.state() is JobState.RUNNING
    assert "already running" in folder.log_tail()
    wait_until(lambda: len(folder.events_since()[0]) > 3)
    done = [event.done for event in folder.events_since()[0] if isinstance(event, Progress)]
    assert done == list(range(len(done)))


def test_a_running_job_is_not_started_again(new_folder: NewFolder, start: Start) -> None:
    folder = new_folder("works")
    start(folder)
    wait_until(lambda: folder.state() is JobState.RUNNING)
    with pytest.raises(EngineError, match="already running"):
        JobProcess.start(folder, COMMAND)


def test_a_job_whose_process_lingers_is_not_started_again(new_folder: NewFolder,
                                                          start: Start) -> None:
    folder = new_folder("fails and lingers")
    start(folder)
    wait_until(lambda: folder.state() is JobState.FAILED)
    with pytest.raises(EngineError, match="still ending"):
        JobProcess.start(folder, COMMAND)


def test_a_finished_job_is_not_started_again(new_folder: NewFolder, start: Start) -> None:
    folder = new_folder("completes")
    assert start(folder).wait(30) == ExitCode.DONE
    with pytest.raises(EngineError, match="has finished"):
        JobProcess.start(folder, COMMAND)


def test_an_old_request_to_stop_does_not_stop_the_new_start(new_folder: NewFolder,
                                                            start: Start) -> None:
    folder = new_folder("completes")
    folder.ask_to_stop()
    assert start(folder).wait(30) == ExitCode.DONE


def test_a_program_that_is_not_there_is_one_sentence(new_folder: NewFolder,
                                                     tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="could not be started"):
        JobProcess.start(new_folder("completes"), [str(tmp_path / "gone")])


@pytest.mark.parametrize("program", ["raise SystemExit(\"broken install\")", "pass"])
def test_nobody_waits_for_a_job_that_could_not_begin(new_folder: NewFolder, program: str) -> None:
    folder = new_folder("completes")
    process = JobProcess.start(folder, [sys.executable, "-c", program])
    assert process.wait(30) is not None
    (failed,) = folder.events_since()[0]
    assert isinstance(failed, Failed) and "could not begin" in failed.message
    assert folder.state() is JobState.FAILED
    if program != "pass":
        assert "broken install" in failed.details


def test_following_gives_what_replay_gives(new_folder: NewFolder, start: Start) -> None:
    # GIVEN a job followed from its first moment until it is stopped in the middle
    process = start(new_folder("works"))
    live = []
    for event in follow(process):
        live.append(event)
        if isinstance(event, Progress) and event.done == 3:
            process.folder.ask_to_stop()
    # WHEN it is followed again
    replayed = list(follow(JobProcess(process.folder)))
    # THEN both saw the same, to the ending
    assert live == replayed == list(process.folder.events_since()[0])
    assert process.wait(30) == ExitCode.CANCELLED


def test_following_ends_with_a_process_that_dies(new_folder: NewFolder, start: Start) -> None:
    process = start(new_folder("must be killed"))
    for event in follow(process):
        if isinstance(event, Note) and event.message == "deaf":
            process.kill()
    assert process.folder.state() is JobState.INTERRUPTED


def test_following_ends_with_the_ending_though_the_process_lingers(new_folder: NewFolder,
                                                                   start: Start) -> None:
    process = start(new_folder("lingers"))
    told = list(follow(process))
    assert isinstance(told[-1], Finished) and process.living()


@pytest.mark.skipif(sys.platform == "win32", reason="niceness")
@pytest.mark.parametrize("polite", [True, False])
def test_a_polite_job_lets_others_go_first(tmp_path: Path, start: Start, polite: bool) -> None:
    spec = JobSpec.ask("fake", {"behaviour": "works"}, "", polite)
    process = start(JobFolder.create(tmp_path, spec))
    wait_until(lambda: process.folder.last_event() is not None)
    pid = process.folder.lock.holder()
    assert pid is not None
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, pid) == (min(own + 10, 19) if polite else own)


def test_the_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert program_command()[0] == sys.executable
    assert Path(program_command()[1]).name == "main.py"
    monkeypatch.setattr(process_module.sys, "frozen", True, raising=False)
    assert program_command() == (sys.executable,)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_signal_goes_to_nobody_once_the_process_is_gone(new_folder: NewFolder,
                                                          start: Start) -> None:
    """Its number may be another's by now: here it is put into the record of a dead job."""
    folder = new_folder("completes")
    assert start(folder).wait(30) == ExitCode.DONE
    felt: list[int] = []
    old = signal.signal(signal.SIGTERM, lambda number, _frame: felt.append(number))
    try:
        (folder.path / "pid.json").write_text(f'{{"pid": {os.getpid()}}}')
        JobProcess(folder).terminate()
    finally:
        signal.signal(signal.SIGTERM, old)
    assert felt == []
