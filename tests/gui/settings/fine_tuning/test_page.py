"""A person chooses, starts, watches, looks back: with the mouse and the keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QInputDialog, QWidget
from pytestqt.qtbot import QtBot

from engine.events import Failed, Finished
from engine.paths import AppPaths
from engine.training.parts import TrainingParts
from engine.training.planning.goal import Goal
from engine.training.rows.sources import OwnTalks
from engine.training.runs.report import LearningReport, Measured, Spoken
from gui.background import WorkQueue
from gui.jobs import JobWatcher
from gui.settings.fine_tuning import tools
from gui.settings.fine_tuning.columns_dialog import ColumnsDialog
from gui.settings.fine_tuning.page import FineTuningPage
from tests.gui.settings.fine_tuning.conftest import a_run, steps

REPORT = LearningReport(
    verdict="It agrees with you more often.", better=True, model_id="gone", learned_rows=30,
    judged_rows=6, steps=20, best_step=12, seconds=75.0, notes=("Few rows.",),
    figures=(Measured(name="macro-F1", before=0.3, after=0.4, difference=0.1, sure=True,
                      difference_interval=(0.05, 0.15), of="6 songs"),
             Measured(name="loss", before=None, after=1.2, better_high=False)),
    spoken=(Spoken(asked="<b>Who?</b>", before="me", after="you"),))


def press(button: QAbstractButton, qtbot: QtBot) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_steps_appear_one_after_the_other(page: FineTuningPage, qtbot: QtBot) -> None:
    # GIVEN a page nobody has chosen anything on
    assert not page.data.isVisible() and not page.starter.isVisible()
    card = page.goals.cards[Goal.LABELS]
    # WHEN a wish is pressed anywhere on its card
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(60, card.height() - 8))
    # THEN the other steps are there, and the other wishes step back behind a link
    assert page.data.isVisible() and page.how.isVisible()
    assert not page.goals.cards[Goal.MOODS].isVisible()
    assert page.starter.lacking() == "Choose data to learn from."
    press(page.goals.others, qtbot)
    assert page.goals.cards[Goal.MOODS].isVisible() and card.option.hasFocus()
    qtbot.keyClick(card.option, Qt.Key.Key_Space)
    assert page.goals.others.isVisible()


def test_files_are_dropped_and_mended_and_left_out(page: FineTuningPage, rows: Path,
                                                   qtbot: QtBot) -> None:
    choosing = page._choosing
    choosing.choose(Goal.LABELS)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(rows))])
    enter = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, mime,
                            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page.data, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(page.data, QDropEvent(
        QPointF(20, 20), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: choosing.check.result is not None
                    and choosing.brought[0].glance is not None)
    # THEN what is wrong with the rows is told, with the lines on request
    assert "held back to judge by" in page.data.summary.text()
    bad = next(part for part in page.data.findings.parts if "cannot be used" in part.words.text())
    press(bad.link, qtbot)
    assert bad.body is not None and "rows.csv, line 42" in bad.body.text()
    press(bad.link, qtbot)
    assert bad.body.isHidden()
    # AND its columns can be mapped
    press(page.data.file_rows[0].columns, qtbot)
    dialog = page.findChildren(QWidget, "columns")[-1]
    assert isinstance(dialog, ColumnsDialog)
    dialog.choices["labels"].setCurrentIndex(0)
    dialog.choices["labels"].activated.emit(0)
    assert dialog.use.isEnabled() is False and "label" in dialog._problem.text().lower()
    press(dialog.as_guessed, qtbot)
    press(page.data.file_rows[0].away, qtbot)
    assert not choosing.brought and page.data.summary.text() == ""


def test_it_says_what_is_missing_until_it_can_start(
        page: FineTuningPage, rows: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    choosing = page._choosing
    choosing.choose(Goal.LABELS)
    choosing.bring([rows])
    qtbot.waitUntil(lambda: choosing.check.result is not None)
    assert page.starter.lacking() == "" and page.starter.start.isEnabled()
    # WHEN there is no model to begin with, it is offered
    wanted: list[str] = []
    page.model_wanted.connect(wanted.append)
    choosing.choose(Goal.TALKING)
    page.area.ensureWidgetVisible(page.starter.get)
    choosing.set_own(OwnTalks(), True)
    assert not page.starter.start.isEnabled() and page.starter.get.isVisible()
    press(page.starter.get, qtbot)
    assert wanted == ["smollm2"]
    # WHEN the parts are missing, too
    monkeypatch.setattr(tools, "look_for_parts", lambda: TrainingParts(
        ("torch",), offered=True, bytes=330_000_000, hint="Get them here."))
    choosing.load()
    qtbot.waitUntil(lambda: page.lacking.isVisible())
    assert "330" in page.lacking.get.text() and "torch" in page.starter.words.text()
    press(page.lacking.get, qtbot)
    # THEN getting them is a job, whose end is told (here it fails: it is a fake)
    qtbot.waitUntil(lambda: page.lacking.told.text() != "" and page.lacking.get.isVisible())


def test_more_holds_the_rest_and_the_way_back(page: FineTuningPage, qtbot: QtBot) -> None:
    choosing = page._choosing
    choosing.choose(Goal.TALKING)
    press(page.how.opener, qtbot)
    more = page.how.more
    assert more is not None and more.isVisible() and not page.how.back.isVisible()
    more.rate.setFocus()
    more.rate.selectAll()
    qtbot.keyClicks(more.rate, "2e-3")
    qtbot.keyClick(more.rate, Qt.Key.Key_Return)
    assert choosing.plan is not None and choosing.plan.recipe.loop.rate == 2e-3
    more.rate.selectAll()
    qtbot.keyClicks(more.rate, "quick")
    qtbot.keyClick(more.rate, Qt.Key.Key_Return)
    assert more.rate.text() == "0.002"
    page.how.back.setFocus()
    qtbot.keyClick(page.how.back, Qt.Key.Key_Space)
    assert choosing.plan.untouched and not page.how.back.isVisible()
    page.how.name.setFocus()
    page.how.name.selectAll()
    qtbot.keyClicks(page.how.name, "My talker")
    qtbot.keyClick(page.how.name, Qt.Key.Key_Return)
    assert choosing.plan.recipe.model_id == "my-talker"
    page.how.opener.setFocus()
    qtbot.keyClick(page.how.opener, Qt.Key.Key_Space)
    assert not more.isVisible()


def test_a_run_stands_where_the_steps_stood(
        page: FineTuningPage, watcher: JobWatcher, queue: WorkQueue, isolated_home: AppPaths,
        qtbot: QtBot) -> None:
    runs = page._runs
    folder = a_run(isolated_home, "Mine")
    with folder.lock.taken():
        for event in steps(8):
            folder.append(event)
        watcher.find_again(queue)
        qtbot.waitUntil(lambda: page.running.isVisible() and "12.5" in page.running.costs.text()
                        and "Step" in page.running.state.text())
        # THEN it says how far it is, what it takes and what the model says
        assert not page.steps.isVisible() and not page.looked.isVisible()
        assert page.running.state.text().startswith("Step 8 of 20 · about")
        assert "macro-F1" in page.running.measured.text()
        assert page.running.samples.isVisible()
        press(page.running.hold, qtbot)
        assert folder.pause_asked()
        press(page.running.finish, qtbot)
        assert not page.running.finish.isEnabled()
        folder.append(Finished(summary="Done."))
    qtbot.waitUntil(lambda: page.looked.isVisible())
    assert not page.running.isVisible() and runs.live is None
    press(page.looked.close_button, qtbot)
    assert page.steps.isVisible()


def test_an_earlier_run_is_looked_at_and_begun_again(page: FineTuningPage,
                                                    isolated_home: AppPaths,
                                                    qtbot: QtBot) -> None:
    a_run(isolated_home, "Mine", [*steps(20), Finished(summary="Done.")], REPORT)
    a_run(isolated_home, "Other", [*steps(4), Failed(message="No.", hint="Try.", details="x")])
    page._runs.load()
    qtbot.waitUntil(lambda: len(page.past.rows) == 2)
    press(page.past.rows[1].look, qtbot)
    qtbot.waitUntil(lambda: page._runs.looked_story is not None
                    and "no longer" in page.looked.place.text())
    assert page.looked.outcome.text() == REPORT.verdict
    assert not page.looked.use.isVisible() and page.looked.further.isVisible()
    # WHEN more epochs are asked for, they are asked about
    press(page.looked.further, qtbot)
    dialog = page.findChildren(QInputDialog, "further")[-1]
    dialog.reject()
    press(page.looked.again, qtbot)
    assert page._choosing.goal is Goal.MOODS and page.steps.isVisible()
    press(page.past.rows[0].look, qtbot)
    assert page.looked.outcome.text() == "No. Try." and page.looked.resume.isVisible()


def test_runs_are_ticked_and_compared_and_deleted(page: FineTuningPage, isolated_home: AppPaths,
                                                  qtbot: QtBot) -> None:
    for name in ("A", "A", "B"):
        a_run(isolated_home, name, [*steps(8), Finished(summary="Done.")])
    page._runs.load()
    qtbot.waitUntil(lambda: len(page.past.rows) == 3)
    assert not page.past.compare.isEnabled()
    for row in page.past.rows[:2]:
        row.tick.click()
    press(page.past.compare, qtbot)
    qtbot.waitUntil(lambda: bool(page.findChildren(QWidget, "compare")))
    page.findChildren(QWidget, "compare")[-1].close()
    press(page.past.rows[0].delete, qtbot)
    qtbot.waitUntil(lambda: len(page.past.rows) == 2 and page.past.undo.isVisible())
    press(page.past.undo, qtbot)
    qtbot.waitUntil(lambda: len(page.past.rows) == 3)


def test_a_new_mood_has_a_window_of_its_own(page: FineTuningPage, qtbot: QtBot) -> None:
    opened: list[QWidget] = []
    page._new_mood = opened.append
    press(page.goals.cards[Goal.NEW_MOOD].option, qtbot)
    assert opened and page._choosing.goal is None
    assert not page.goals.cards[Goal.NEW_MOOD].option.isChecked()


def test_every_goal_can_be_reached_and_chosen_by_keys(page: FineTuningPage, qtbot: QtBot) -> None:
    cards = page.goals.cards
    cards[Goal.MOODS].option.setFocus()
    for goal in list(Goal)[1:]:
        qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab)
        assert cards[goal].option.hasFocus()
    qtbot.keyClick(cards[Goal.WORDS].option, Qt.Key.Key_Space)
    assert page._choosing.goal is Goal.WORDS and cards[Goal.WORDS].option.isChecked()
    # WHEN the chosen one is pressed again, it stays chosen
    qtbot.keyClick(cards[Goal.WORDS].option, Qt.Key.Key_Space)
    assert cards[Goal.WORDS].option.isChecked()
