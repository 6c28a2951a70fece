"""Trainings are followed, held, ended, found again, compared, deleted and brought back."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.events import Failed, Finished
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths
from engine.training.learning_job import read_learning
from engine.training.loop.outcome import ENOUGH_FILE
from engine.training.runs.report import LearningReport
from gui.background import WorkQueue
from gui.jobs import JobWatcher
from gui.settings.fine_tuning.past import forget_removed, past_runs
from gui.settings.fine_tuning.runs import Runs
from tests.gui.settings.fine_tuning.conftest import a_run, steps

REPORT = LearningReport(verdict="It is better.", better=True, model_id="mine", learned_rows=30,
                        judged_rows=6, steps=20, best_step=12, seconds=60.0)


def loaded(runs: Runs, qtbot: QtBot, count: int) -> None:
    runs.load()
    qtbot.waitUntil(lambda: runs.loaded and len(runs.past) == count)


def test_earlier_runs_are_listed_newest_first_whatever_became_of_them(
        runs: Runs, isolated_home: AppPaths, qtbot: QtBot) -> None:
    a_run(isolated_home, "First", [*steps(20), Finished(summary="Done.")], REPORT)
    a_run(isolated_home, "Broken off", steps(7))
    full = Failed(message="The disk is full.", hint="Make room.")
    a_run(isolated_home, "Full", [*steps(3), full])
    JobFolder.create(isolated_home.jobs, JobSpec.ask("evaluate", {}, "Something else"))
    (isolated_home.jobs / "rubbish").mkdir()
    loaded(runs, qtbot, 3)
    last, broken, first = runs.past
    assert (first.title, first.state, first.finished) == ("First", JobState.FINISHED, True)
    assert first.report == REPORT and first.job is not None and first.why == ""
    assert broken.state is JobState.INTERRUPTED and broken.resumable
    assert last.why == "The disk is full. Make room." and last.resumable


def test_a_run_of_an_earlier_window_is_found_and_followed_to_its_end(
        runs: Runs, watcher: JobWatcher, queue: WorkQueue, isolated_home: AppPaths,
        qtbot: QtBot) -> None:
    ended: list[object] = []
    runs.ended.connect(ended.append)
    folder = a_run(isolated_home, "Mine")
    with folder.lock.taken():
        for event in steps(8):
            folder.append(event)
        # WHEN a window opens while it runs
        watcher.find_again(queue)
        qtbot.waitUntil(lambda: runs.live is not None and len(runs.live.story.train) == 8
                        and runs.live.view.total == 20)
        # AND it goes on
        for event in steps(12)[-6:]:
            folder.append(event)
        qtbot.waitUntil(lambda: runs.live is not None and runs.live.view.done == 12)
        runs.pause()
        assert folder.pause_asked()
        runs.go_on()
        assert not folder.pause_asked()
        # AND is ended with what there is
        runs.finish()
        assert runs.live is not None and runs.live.finishing
        qtbot.waitUntil(lambda: (folder.output / ENOUGH_FILE).exists())
        folder.append(Finished(summary="Done."))
    qtbot.waitUntil(lambda: bool(ended))
    # THEN it is looked at, with its whole curve
    qtbot.waitUntil(lambda: runs.looked is not None and runs.looked_story is not None)
    assert runs.live is None and runs.looked is not None and runs.looked.finished
    assert runs.looked_story is not None and runs.looked_story.step == 12
    qtbot.waitUntil(lambda: len(runs.past) == 1)


def test_a_run_that_another_window_went_on_with_is_not_deleted(
        runs: Runs, isolated_home: AppPaths, qtbot: QtBot) -> None:
    folder = a_run(isolated_home, "Mine", steps(7))
    loaded(runs, qtbot, 1)
    told: list[object] = []
    runs.problem_raised.connect(told.append)
    with folder.lock.taken():
        runs.delete(runs.past[0])
        qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], EngineError) and "still running" in told[0].message
    assert folder.path.is_dir() and runs.removed is None


def test_a_deleted_run_comes_back_until_the_next_start(runs: Runs, isolated_home: AppPaths,
                                                       qtbot: QtBot) -> None:
    a_run(isolated_home, "Mine", [*steps(4), Finished(summary="Done.")])
    loaded(runs, qtbot, 1)
    runs.look_at(runs.past[0])
    runs.delete(runs.past[0])
    qtbot.waitUntil(lambda: runs.removed is not None and not runs.past)
    assert runs.looked is None
    runs.undo()
    qtbot.waitUntil(lambda: len(runs.past) == 1)
    assert runs.removed is None
    runs.delete(runs.past[0])
    qtbot.waitUntil(lambda: not runs.past and runs.removed is not None)
    forget_removed(isolated_home.jobs)
    assert list(isolated_home.jobs.iterdir()) == []


def test_runs_are_compared_by_all_they_told(runs: Runs, isolated_home: AppPaths,
                                            qtbot: QtBot) -> None:
    a_run(isolated_home, "A", steps(8))
    a_run(isolated_home, "B", steps(4, 3.0))
    loaded(runs, qtbot, 2)
    with qtbot.waitSignal(runs.compared) as told:
        runs.compare(runs.past)
    assert told.args is not None
    stories = [story for _, story in told.args[0]]
    assert [story.step for story in stories] == [4, 8]


def test_more_epochs_go_on_from_the_folder_of_the_run(runs: Runs, isolated_home: AppPaths,
                                                      qtbot: QtBot) -> None:
    folder = a_run(isolated_home, "A", [*steps(8), Finished(summary="Done.")])
    loaded(runs, qtbot, 1)
    runs.add_epochs(runs.past[0], 2.5)
    qtbot.waitUntil(lambda: runs.live is not None)
    assert runs.live is not None
    job = read_learning(runs.live.view.arguments)
    assert job.goes_on == folder.path and job.recipe.loop.epochs == 2.5
    # a job of a kind the fake program does not know fails, and that is told
    qtbot.waitUntil(lambda: runs.live is None)


def test_what_cannot_be_read_is_told(runs: Runs, isolated_home: AppPaths, qtbot: QtBot,
                                     tmp_path: Path) -> None:
    told: list[object] = []
    runs.problem_raised.connect(told.append)
    a_run(isolated_home, "A", steps(2))
    loaded(runs, qtbot, 1)
    run = runs.past[0]
    run.folder.rename(tmp_path / "elsewhere")
    runs.delete(run)
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], EngineError)
    assert list(past_runs(isolated_home.jobs)) == []
