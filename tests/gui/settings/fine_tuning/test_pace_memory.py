"""How long a training took makes the next estimate; other ends teach nothing."""

import msgspec
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from engine.events import Finished, Stopped
from engine.jobs.job_folder import JobFolder
from engine.paths import AppPaths
from engine.training.planning.estimate import Machine, Size, estimate, steps_of, work_of
from engine.training.planning.goal import Goal
from engine.training.planning.plan import plan_for
from engine.training.planning.recipes import RecipeShelf
from engine.training.recipe import Recipe, Tuning
from engine.training.runs.report import LearningReport
from gui.settings.fine_tuning.pace_memory import PaceMemory
from gui.settings.fine_tuning.past import PastRun, read_past
from tests.gui.settings.fine_tuning.conftest import a_run

MACHINE, SIZE, TOKENS = Machine(2, 0, 0), Size(22_000_000), 500_000


@pytest.fixture
def recipe(isolated_home: AppPaths) -> Recipe:
    chosen = plan_for(Goal.LABELS, RecipeShelf(isolated_home)).recipe
    return msgspec.structs.replace(chosen, tuning=Tuning.FULL)


def ended(paths: AppPaths, recipe: Recipe, ending: Finished | Stopped, seconds: float) -> PastRun:
    report = LearningReport(verdict="", better=None, steps=steps_of(recipe, TOKENS),
                            seconds=seconds)
    folder = a_run(paths, "Mine", [ending], report)
    found = read_past(JobFolder(folder.path))
    assert found is not None
    return found


def test_the_next_estimate_comes_from_the_last_run(
        memory: QSettings, recipe: Recipe, isolated_home: AppPaths, qtbot: QtBot) -> None:
    paces = PaceMemory(memory)
    assert paces.known(MACHINE, recipe) == MACHINE
    paces.begin("Mine", recipe, SIZE, TOKENS)
    # WHEN it took 200 seconds, also where the window was closed meanwhile
    PaceMemory(memory).end(ended(isolated_home, recipe, Finished(summary=""), 200.0))
    # THEN the same again is expected to take about as long
    known = PaceMemory(memory).known(MACHINE, recipe)
    assert known.pace == pytest.approx(work_of(recipe, SIZE, TOKENS) / 200)
    low, high = estimate(recipe, SIZE, TOKENS, known).seconds
    assert low < 200 < high
    assert paces.known(MACHINE, msgspec.structs.replace(recipe, tuning=Tuning.LORA)) == MACHINE


def test_what_was_broken_off_or_over_at_once_teaches_nothing(
        memory: QSettings, recipe: Recipe, isolated_home: AppPaths) -> None:
    paces = PaceMemory(memory)
    paces.begin("Mine", recipe, SIZE, TOKENS)
    paces.end(ended(isolated_home, recipe, Stopped(message="Stopped."), 200.0))
    paces.end(ended(isolated_home, recipe, Finished(summary=""), 1.0))
    assert paces.known(MACHINE, recipe) == MACHINE
    memory.setValue("fine_tuning/begun", "rubbish")
    memory.setValue(f"fine_tuning/pace/{recipe.method.value}-full", "quick")
    paces.end(ended(isolated_home, recipe, Finished(summary=""), 200.0))
    assert paces.known(MACHINE, recipe) == MACHINE
