"""The page of trainings within the whole window: found, remembered, told of elsewhere."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.events import Failed, Finished, Progress, Started
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.paths import AppPaths
from engine.training.learning_job import KIND
from gui.app import Program
from gui.notifications import Offer
from gui.settings.fine_tuning.room import LEARN
from tests.gui.conftest import Start


def a_job(paths: AppPaths, title: str) -> JobFolder:
    return JobFolder.create(paths.jobs, JobSpec.ask(KIND, {}, title, polite=False))


def test_the_part_of_settings_is_reached_by_keys_and_remembered(
        start: Start, qtbot: QtBot) -> None:
    # GIVEN a window nobody has trained in: the page is not built
    program = start()
    program.window.show_page("settings")
    segments = program.settings_page.segments
    assert program.fine_tuning.choosing is None and LEARN == KIND
    # WHEN the arrow key goes on from the first part
    segments.button("general").setFocus()
    qtbot.keyClick(segments.button("general"), Qt.Key.Key_Right)
    # THEN the trainings are shown, built now, and shown again by the next window
    assert program.fine_tuning.built.isVisible()
    assert segments.button("fine-tuning").isChecked()
    qtbot.waitUntil(lambda: program.fine_tuning.choosing is not None
                    and program.fine_tuning.choosing.shelf is not None
                    and program.fine_tuning.runs.loaded)
    qtbot.keyClick(segments.button("fine-tuning"), Qt.Key.Key_Left)
    assert not program.fine_tuning.built.isVisible()
    qtbot.keyClick(segments.button("general"), Qt.Key.Key_Right)
    program.window.close()
    again = start()
    again.window.show_page("settings")
    assert again.fine_tuning.built.isVisible()
    qtbot.waitUntil(lambda: again.fine_tuning.runs.loaded)


def test_the_end_of_a_training_is_told_elsewhere_and_leads_to_its_report(
        program: Program, qtbot: QtBot) -> None:
    offers: list[Offer] = []
    program.notifier.offered.connect(offers.append)
    program.window.show_page("tag")
    # GIVEN a training of an earlier window that still runs
    folder = a_job(program.paths, "Mine")
    with folder.lock.taken():
        folder.append(Started(total=10, unit="steps"))
        folder.append(Progress(done=3, total=10, unit="steps"))
        program.jobs.find_again(program.desk)
        qtbot.waitUntil(lambda: program.fine_tuning.runs.live is not None)
        # WHEN it ends
        folder.append(Finished(summary="It is better."))
    qtbot.waitUntil(lambda: bool(offers))
    # THEN the banner says so, and leads there
    assert offers[0].message == "“Mine” is trained." and offers[0].hint == "It is better."
    assert offers[0].act is not None
    offers[0].act()
    assert program.window.page == "settings"
    qtbot.waitUntil(lambda: program.fine_tuning.built.looked.isVisible()
                    and program.fine_tuning.runs.looked_story is not None
                    and program.fine_tuning.runs.loaded)
    assert program.fine_tuning.built.looked.title.text() == "Mine"


def test_a_training_that_failed_says_why_wherever_the_person_is(
        program: Program, qtbot: QtBot) -> None:
    offers: list[Offer] = []
    program.notifier.offered.connect(offers.append)
    folder = a_job(program.paths, "Mine")
    with folder.lock.taken():
        program.jobs.find_again(program.desk)
        qtbot.waitUntil(lambda: program.fine_tuning.runs.live is not None)
        folder.append(Failed(message="The disk is full.", hint="Make room."))
    qtbot.waitUntil(lambda: bool(offers))
    assert offers[0].trouble and offers[0].hint == "The disk is full. Make room."
    qtbot.waitUntil(lambda: program.fine_tuning.runs.loaded)
