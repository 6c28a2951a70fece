"""What is chosen is looked over, remembered, mended and turned into a job."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.paths import AppPaths
from engine.training.learning_job import Manners, WhileUsed, read_learning
from engine.training.planning.goal import Goal
from engine.training.planning.plan import renamed
from engine.training.recipe import Method
from engine.training.rows.sources import FileSource, OwnChoices, OwnTalks
from gui.background import WorkQueue
from gui.settings.fine_tuning.choosing import Choosing
from gui.settings.fine_tuning.tools import LearningTools


def ready(choosing: Choosing, qtbot: QtBot) -> None:
    choosing.load()
    qtbot.waitUntil(lambda: choosing.shelf is not None)


def test_a_file_is_looked_into_and_looked_over(choosing: Choosing, rows: Path,
                                               qtbot: QtBot) -> None:
    ready(choosing, qtbot)
    # WHEN a goal and a file are chosen
    choosing.choose(Goal.LABELS)
    choosing.bring([rows])
    qtbot.waitUntil(lambda: choosing.check.result is not None)
    # THEN all rows were read, and the bad one is told
    found = choosing.check.result
    assert found is not None and found.report.bad_rows == 1
    assert found.report.rows >= 40 and choosing.brought[0].glance is not None
    assert dict(choosing.brought[0].glance.guessed.columns)["labels"] == "mood"
    # AND the loop follows the data
    assert choosing.plan is not None and choosing.plan.recipe.loop.epochs > 1
    choosing.drop(rows)
    assert choosing.check.result is None and not choosing.check.running


def test_a_file_that_cannot_be_read_is_told_beside_it(choosing: Choosing, tmp_path: Path,
                                                      qtbot: QtBot) -> None:
    ready(choosing, qtbot)
    choosing.choose(Goal.LABELS)
    choosing.bring([tmp_path / "gone.csv"])
    qtbot.waitUntil(lambda: choosing.check.problem is not None
                    and choosing.brought[0].problem is not None)
    assert "gone.csv" in choosing.check.problem.message  # type: ignore[union-attr]


def test_a_folder_is_refused_where_files_are_needed(choosing: Choosing, tmp_path: Path,
                                                    qtbot: QtBot) -> None:
    ready(choosing, qtbot)
    told: list[object] = []
    choosing.problem_raised.connect(told.append)
    choosing.choose(Goal.TALKING)
    choosing.bring([tmp_path])
    assert not choosing.brought and isinstance(told[0], EngineError)
    choosing.choose(Goal.MOODS)
    choosing.bring([tmp_path, tmp_path])
    assert len(choosing.brought) == 1 and len(told) == 1


def test_columns_that_are_mapped_are_those_that_are_learned(choosing: Choosing, tmp_path: Path,
                                                            qtbot: QtBot) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("a,b\n" + "\n".join(f"calm,the quiet words of line {n}" for n in range(30)))
    ready(choosing, qtbot)
    choosing.choose(Goal.LABELS)
    choosing.bring([file])
    choosing.map_columns(file, {"form": "labelled", "text": "b", "labels": "a"})
    qtbot.waitUntil(lambda: choosing.check.result is not None)
    report = choosing.check.result.report  # type: ignore[union-attr]
    assert [label.label for label in report.labels] == ["calm"] and report.rows == 30


def test_what_was_chosen_is_there_again(choosing: Choosing, rows: Path, memory: QSettings,
                                        isolated_home: AppPaths, queue: WorkQueue,
                                        qtbot: QtBot) -> None:
    ready(choosing, qtbot)
    choosing.choose(Goal.LABELS)
    choosing.bring([rows])
    choosing.set_manners(Manners(while_used=WhileUsed.PAUSE, on_battery=True))
    assert choosing.plan is not None
    choosing.set_name(renamed(choosing.plan.recipe, "Mine"))
    # WHEN another window opens
    again = Choosing(LearningTools(isolated_home), queue, memory)
    assert again.plan == choosing.plan and [each.path for each in again.brought] == [rows]
    qtbot.waitUntil(lambda: again.brought[0].glance is not None)
    again.close()
    # AND what a later version wrote is no trouble
    memory.setValue("fine_tuning/plan", '{"goal": "flying"}')
    other = Choosing(LearningTools(isolated_home), queue, memory)
    assert other.plan is None
    other.close()


def test_the_sensible_choice_comes_back_and_the_name_stays(choosing: Choosing,
                                                           qtbot: QtBot) -> None:
    ready(choosing, qtbot)
    choosing.choose(Goal.MOODS)
    plan = choosing.plan
    assert plan is not None
    choosing.set_name(renamed(plan.recipe, "Mine"))
    loop = msgspec.structs.replace(plan.recipe.loop, rate=0.01)
    choosing.set_recipe(msgspec.structs.replace(plan.recipe, name="Mine", loop=loop))
    assert choosing.plan is not None and not choosing.plan.untouched
    assert choosing.plan.recipe.loop.rate == 0.01
    choosing.sensible()
    assert choosing.plan is not None and choosing.plan.untouched
    assert choosing.plan.recipe.loop.rate == plan.recipe.loop.rate
    assert choosing.plan.recipe.name == "Mine"


def test_another_recipe_is_taken_as_it_stands(choosing: Choosing, qtbot: QtBot) -> None:
    ready(choosing, qtbot)
    choosing.choose(Goal.MOODS)
    other = choosing.ways[1]
    choosing.set_way(other.name)
    assert choosing.plan is not None and choosing.plan.recipe == other
    assert choosing.way == other.name and choosing.plan.untouched
    choosing.sensible()
    assert choosing.plan.recipe == other


def test_kept_replies_stand_alone(choosing: Choosing, rows: Path, qtbot: QtBot) -> None:
    ready(choosing, qtbot)
    choosing.choose(Goal.TALKING)
    choosing.set_own(OwnTalks(), True)
    choosing.bring([rows])
    assert choosing.plan is not None and len(choosing.plan.sources) == 2
    choosing.set_own(OwnChoices(), True)
    assert choosing.plan.sources == (OwnChoices(),) and not choosing.brought
    assert choosing.plan.recipe.method is Method.PREFERENCE
    choosing.set_persona(4)
    assert choosing.plan.sources == (OwnChoices(personas=(4,)),)
    choosing.bring([rows])
    assert choosing.plan.sources == (FileSource(rows),)
    assert choosing.plan.recipe.method is Method.DIALOGUE


def test_the_job_is_what_was_chosen(choosing: Choosing, rows: Path, isolated_home: AppPaths,
                                    qtbot: QtBot) -> None:
    ready(choosing, qtbot)
    choosing.choose(Goal.LABELS)
    choosing.bring([rows])
    spec = choosing.spec("Labels")
    job = read_learning(spec.argument_values())
    assert job.stages == ((FileSource(rows),),) and job.home == isolated_home.home
    assert spec.title == "Labels" and job.recipe.method is Method.CLASSIFIER


@pytest.mark.parametrize("goal", Goal)
def test_every_goal_can_be_looked_at_with_nothing_there(choosing: Choosing, goal: Goal,
                                                        qtbot: QtBot) -> None:
    ready(choosing, qtbot)
    choosing.choose(goal)
    assert choosing.cost is None and choosing.default_base in choosing.catalogue
    assert choosing.way == choosing.ways[0].name
    choosing.leave_goal()
    assert choosing.plan is None and choosing.goal is None
