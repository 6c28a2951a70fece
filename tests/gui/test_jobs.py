"""The watcher: real processes are followed, stopped, lost and found again; no job hides another."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.events import (
    Failed,
    Finished,
    Metric,
    Note,
    Progress,
    Resumed,
    Started,
    Stopped,
)
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from gui.background import WorkQueue
from gui.jobs import JobView, JobWatcher
from tests.engine.jobs.conftest import MovedClock, end_for_good
from tests.fake_job import COMMAND

PATIENCE_MS = 30_000
MakeWatcher = Callable[[], JobWatcher]


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    return tmp_path / "jobs"


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def queue(qapp: object) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


@pytest.fixture
def make_watcher(jobs: Path, clock: MovedClock, qapp: object) -> Iterator[MakeWatcher]:
    """Makes watchers over the same jobs, one window after the other; leaves no process."""
    made: list[JobWatcher] = []

    def make() -> JobWatcher:
        made.append(JobWatcher(jobs, COMMAND, clock))
        return made[-1]

    yield make
    for watcher in made:
        watcher.close()
    for path in jobs.iterdir() if jobs.is_dir() else ():
        end_for_good(JobProcess(JobFolder(path)))


@pytest.fixture
def watcher(make_watcher: MakeWatcher) -> JobWatcher:
    return make_watcher()


def ask(behaviour: str, title: str = "A fake job") -> JobSpec:
    return JobSpec.ask("fake", {"behaviour": behaviour}, title, polite=False)


def folder_with(jobs: Path, *events: object, title: str = "By hand") -> JobFolder:
    """A job that told these events, and that nobody runs."""
    folder = JobFolder.create(jobs, ask("completes", title))
    with folder.lock.taken():
        for event in events:
            folder.append(event)  # type: ignore[arg-type] # events all
    return folder


def found(watcher: JobWatcher, queue: WorkQueue, qtbot: QtBot) -> list[JobView]:
    """What find_again tells as interrupted."""
    told: list[JobView] = []
    watcher.interrupted.connect(told.extend)
    watcher.find_again(queue)
    qtbot.waitUntil(lambda: not queue.busy, timeout=PATIENCE_MS)
    return told


def test_a_job_that_completes_is_told_once_and_leaves_nothing_running(
        watcher: JobWatcher, qtbot: QtBot) -> None:
    ends: list[JobView] = []
    for signal in (watcher.finished, watcher.failed, watcher.stopped):
        signal.connect(ends.append)
    with qtbot.waitSignal(watcher.finished, timeout=PATIENCE_MS):
        job_id = watcher.start(ask("completes"))
    qtbot.waitUntil(lambda: not watcher._timer.isActive(), timeout=PATIENCE_MS)
    assert [(view.id, view.crashed) for view in ends] == [(job_id, False)]
    assert isinstance(ends[0].ending, Finished)
    assert ends[0].notes == ("begun",)
    assert watcher.running == ()


@pytest.mark.parametrize("behaviour, said", [
    ("fails", "The songs are gone."), ("mistake", "a mistake of ours"),
    ("no library", "not installed"), ("no disk", "disk is full"), ("no memory", "memory"),
])
def test_a_failure_comes_as_its_sentence(
        watcher: JobWatcher, qtbot: QtBot, behaviour: str, said: str) -> None:
    with qtbot.waitSignal(watcher.failed, timeout=PATIENCE_MS) as told:
        watcher.start(ask(behaviour))
    view: JobView = told.args[0]
    assert isinstance(view.ending, Failed)
    assert said in view.ending.message and view.ending.hint
    assert not view.crashed


def test_a_process_that_dies_is_a_crash_with_what_it_printed(
        watcher: JobWatcher, qtbot: QtBot, jobs: Path) -> None:
    # GIVEN a job at work
    job_id = watcher.start(ask("works"))
    qtbot.waitUntil(lambda: any(view.done for view in watcher.running), timeout=PATIENCE_MS)
    folder = JobFolder(jobs / job_id)
    folder.log_file.write_text("Fatal Python error: Segmentation fault", "utf-8")
    # WHEN its process is gone at once
    with qtbot.waitSignal(watcher.failed, timeout=PATIENCE_MS) as told:
        JobProcess(folder).kill()
    # THEN that is said, and the folder still knows it as interrupted
    view: JobView = told.args[0]
    assert view.crashed and isinstance(view.ending, Failed)
    assert "crashed" in view.ending.message and "Segmentation" in view.ending.details
    assert folder.state() is JobState.INTERRUPTED


def test_cancel_asks_and_the_job_stops(watcher: JobWatcher, qtbot: QtBot) -> None:
    job_id = watcher.start(ask("works"))
    qtbot.waitUntil(lambda: any(view.done for view in watcher.running), timeout=PATIENCE_MS)
    with qtbot.waitSignal(watcher.stopped, timeout=PATIENCE_MS) as told:
        watcher.cancel(job_id)
        assert [view.stopping for view in watcher.running] == [True]
        watcher.cancel(job_id)  # pressed twice
    assert isinstance(told.args[0].ending, Stopped)
    watcher.cancel(job_id)
    watcher.cancel("no such job")


def test_a_job_waits_while_it_is_paused(watcher: JobWatcher, qtbot: QtBot) -> None:
    # GIVEN a job that works
    job_id = watcher.start(ask("works"))
    # WHEN it is paused THEN the view says that the person did it
    with qtbot.waitSignal(watcher.changed, timeout=PATIENCE_MS,
                          check_params_cb=lambda view: view.paused_by_hand):
        watcher.pause(job_id)
    [view] = watcher.running
    assert view.paused == "You paused it." and view.seconds_left is None
    # AND it goes on
    with qtbot.waitSignal(watcher.changed, timeout=PATIENCE_MS,
                          check_params_cb=lambda view: not view.paused):
        watcher.go_on(job_id)
    with qtbot.waitSignal(watcher.stopped, timeout=PATIENCE_MS):
        watcher.cancel(job_id)


def test_a_deaf_job_is_killed_and_told_as_stopped(
        watcher: JobWatcher, qtbot: QtBot, clock: MovedClock) -> None:
    # GIVEN a job that hears neither a question nor a signal
    job_id = watcher.start(ask("must be killed"))
    qtbot.waitUntil(lambda: any("deaf" in view.notes for view in watcher.running),
                    timeout=PATIENCE_MS)
    # WHEN it is cancelled and time passes
    watcher.cancel(job_id)
    with qtbot.waitSignal(watcher.stopped, timeout=PATIENCE_MS) as told:
        for seconds in (16, 6):
            clock.advance(seconds)
            watcher._look()
    # THEN that is no crash
    assert not told.args[0].crashed


def test_who_told_the_end_and_stays_is_sent_away(
        watcher: JobWatcher, qtbot: QtBot, clock: MovedClock, jobs: Path) -> None:
    with qtbot.waitSignal(watcher.finished, timeout=PATIENCE_MS):
        job_id = watcher.start(ask("lingers"))
    qtbot.waitUntil((jobs / job_id / "lingering").exists, timeout=PATIENCE_MS)
    watcher._look()
    clock.advance(6)
    qtbot.waitUntil(lambda: not watcher._timer.isActive(), timeout=PATIENCE_MS)
    assert not JobFolder(jobs / job_id).lock.held()


def test_several_jobs_run_at_once_and_end_by_themselves(
        watcher: JobWatcher, qtbot: QtBot) -> None:
    slow = watcher.start(ask("works", "Slow"))
    with qtbot.waitSignals([watcher.finished, watcher.failed], timeout=PATIENCE_MS):
        watcher.start(ask("completes"))
        watcher.start(ask("fails"))
    assert [view.id for view in watcher.running] == [slow]


def test_a_job_outlives_its_window_and_the_next_one_follows_it(
        make_watcher: MakeWatcher, queue: WorkQueue, qtbot: QtBot) -> None:
    # GIVEN a window that closed while a job ran
    first = make_watcher()
    job_id = first.start(ask("works", "Long work"))
    qtbot.waitUntil(lambda: any(view.done for view in first.running), timeout=PATIENCE_MS)
    first.close()
    # WHEN another opens
    second = make_watcher()
    assert found(second, queue, qtbot) == []
    # THEN it shows the job as far as it is, and can end it
    qtbot.waitUntil(lambda: any(view.done for view in second.running), timeout=PATIENCE_MS)
    assert [(view.id, view.title) for view in second.running] == [(job_id, "Long work")]
    with qtbot.waitSignal(second.stopped, timeout=PATIENCE_MS):
        second.cancel(job_id)


def test_an_interrupted_job_is_offered_resumed_and_completed(
        make_watcher: MakeWatcher, queue: WorkQueue, qtbot: QtBot, jobs: Path) -> None:
    # GIVEN a job that was killed with its window
    first = make_watcher()
    job_id = first.start(ask("counts"))
    qtbot.waitUntil(lambda: any("half" in view.notes for view in first.running),
                    timeout=PATIENCE_MS)
    first.close()
    end_for_good(JobProcess(JobFolder(jobs / job_id)))
    # WHEN the next window looks
    second = make_watcher()
    assert [view.id for view in found(second, queue, qtbot)] == [job_id]
    # THEN it can go on to its end
    with qtbot.waitSignal(second.finished, timeout=PATIENCE_MS) as told:
        assert second.resume(job_id)
    assert told.args[0].metrics["loss"] == pytest.approx(1 / 20)


def test_going_on_waits_for_the_last_process_to_be_gone(
        watcher: JobWatcher, qtbot: QtBot, jobs: Path, clock: MovedClock) -> None:
    # GIVEN a job that has told its failure and stays
    with qtbot.waitSignal(watcher.failed, timeout=PATIENCE_MS):
        job_id = watcher.start(ask("fails and lingers"))
    qtbot.waitUntil((jobs / job_id / "lingering").exists, timeout=PATIENCE_MS)
    # WHEN the person goes on at once
    assert watcher.resume(job_id)
    assert watcher.running == ()
    # THEN it does so when the old process was sent away
    with qtbot.waitSignal(watcher.failed, timeout=PATIENCE_MS) as told:
        watcher._look()
        clock.advance(6)
    assert told.args[0].notes == ("resumed",)


def test_what_is_left_be_is_not_offered_again(
        make_watcher: MakeWatcher, queue: WorkQueue, qtbot: QtBot, jobs: Path) -> None:
    kept = folder_with(jobs, Note("begun"))
    first = make_watcher()
    assert [view.id for view in found(first, queue, qtbot)] == [kept.id]
    first.set_aside(kept.id)
    assert found(make_watcher(), queue, qtbot) == []
    assert kept.state() is JobState.STOPPED


def test_broken_and_ended_jobs_are_no_trouble_at_the_start(
        make_watcher: MakeWatcher, queue: WorkQueue, qtbot: QtBot, jobs: Path) -> None:
    folder_with(jobs, Finished("Done."))
    folder_with(jobs, Failed("No."))
    left = folder_with(jobs, Stopped("Stopped."), Resumed())
    broken = folder_with(jobs, Note("begun"))
    (broken.path / "spec.json").write_text("{", "utf-8")
    (jobs / "not a job").mkdir()
    assert [view.id for view in found(make_watcher(), queue, qtbot)] == [left.id]


def test_ended_jobs_of_passing_kinds_are_cleared_away(
        watcher: JobWatcher, queue: WorkQueue, qtbot: QtBot, jobs: Path) -> None:
    ended = [folder_with(jobs, ending).path
             for ending in (Finished("Done."), Failed("No."), Stopped("Stopped."))]
    cut_short = folder_with(jobs, Note("begun")).path
    found(watcher, queue, qtbot)
    assert all(path.is_dir() for path in ended)
    watcher.find_again(queue, {"fake"})
    qtbot.waitUntil(lambda: not queue.busy, timeout=PATIENCE_MS)
    assert list(jobs.iterdir()) == [cut_short]


def test_no_jobs_at_all_is_no_trouble(watcher: JobWatcher, queue: WorkQueue, qtbot: QtBot) -> None:
    assert found(watcher, queue, qtbot) == []


def test_a_job_that_cannot_be_started_or_resumed_is_told(
        watcher: JobWatcher, qtbot: QtBot, jobs: Path) -> None:
    problems: list[EngineError] = []
    watcher.problem_raised.connect(problems.append)
    assert not watcher.resume("no such job")
    done = folder_with(jobs, Finished("Done."))
    assert not watcher.resume(done.id)
    blocked = JobWatcher(done.log_file / "x", COMMAND)
    blocked.problem_raised.connect(problems.append)
    done.log_file.write_text("a file where a folder should be", "utf-8")
    assert blocked.start(ask("completes")) == ""
    assert len(problems) == 3 and all(problem.message for problem in problems)
    assert watcher.running == ()


def test_a_folder_that_vanishes_ends_its_job(
        watcher: JobWatcher, qtbot: QtBot, jobs: Path) -> None:
    job_id = watcher.start(ask("works"))
    qtbot.waitUntil(lambda: any(view.done for view in watcher.running), timeout=PATIENCE_MS)
    with qtbot.waitSignal(watcher.failed, timeout=PATIENCE_MS):
        (jobs / job_id).rename(jobs / "moved")
        JobProcess(JobFolder(jobs / "moved")).kill()
    assert watcher.running == ()
    for child in psutil.Process().children():
        child.wait(10)


@pytest.fixture
def told(jobs: Path, make_watcher: MakeWatcher, queue: WorkQueue,
         qtbot: QtBot) -> Iterator[Callable[..., JobView]]:
    """Follows a job that this test runs: each call tells more of it and gives what is shown."""
    folder = JobFolder.create(jobs, ask("completes", "By hand"))
    watcher = make_watcher()
    with folder.lock.taken():
        found(watcher, queue, qtbot)

        def tell(*events: object) -> JobView:
            for event in events:
                folder.append(event)  # type: ignore[arg-type] # events all
            watcher._look()
            return watcher.running[0]

        yield tell
        watcher.close()


def test_progress_carries_unit_message_and_time_left(told: Callable[..., JobView]) -> None:
    view = told(Started(total=10, unit="steps", at=100.0))
    assert (view.done, view.total, view.unit) == (0, 10, "steps")
    view = told(Progress(2, 10, at=100.0))
    assert view.seconds_left is None
    assert told(Progress(3, 10, at=101.0)).seconds_left is None  # too early to tell
    assert told(Progress(6, 10, at=104.0)).seconds_left == pytest.approx(4.0)
    # A new stretch is measured anew.
    view = told(Progress(50, 93, "Fetching", "bytes", at=200.0))
    assert (view.unit, view.message, view.seconds_left) == ("bytes", "Fetching", None)
    # AND one that names no unit counts what was started.
    assert told(Progress(1, 4, "Building", at=210.0)).unit == "steps"


def test_time_left_survives_clocks_that_jump_and_counts_that_fall(
        told: Callable[..., JobView]) -> None:
    told(Progress(5, 10, at=100.0))
    assert told(Progress(6, 10, at=50.0)).seconds_left is None
    assert told(Progress(1, 10, at=60.0)).seconds_left is None
    assert told(Progress(11, 10, at=70.0)).seconds_left == 0.0
    assert told(Progress(4, 0, at=90.0)).seconds_left is None


def test_the_newest_of_each_metric_is_kept(told: Callable[..., JobView]) -> None:
    view = told(Metric(1, "loss", 2.0), Metric(2, "loss", 1.0), Metric(2, "speed", 7.0),
                Metric(3, "loss", None), Note("Half way"))
    assert view.metrics == {"loss": 1.0, "speed": 7.0}
    assert view.message == "Half way" and view.notes == ("Half way",)
