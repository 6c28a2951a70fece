"""The bar shows what runs in words, and tells what was pressed for which job."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from gui.job_bar import JobBar, RunningJob


@pytest.fixture
def bar(qtbot: QtBot) -> JobBar:
    made = JobBar()
    qtbot.addWidget(made)
    return made


def words(bar: JobBar) -> str:
    return " | ".join(label.text() for label in bar.findChildren(QLabel))


def button(bar: JobBar, text: str) -> QPushButton:
    return next(b for b in bar.findChildren(QPushButton) if b.text() == text)


@pytest.mark.parametrize("job, said", [
    (RunningJob("Tagging songs"), "Looking"),
    (RunningJob("Tagging songs", 3, 1200), "3 of 1\u202f200"),
    (RunningJob("Tagging songs", 3, 12, 41.6), "3 of 12  ·  42 s left"),
    (RunningJob("Tagging songs", 3, 12, 0.1), "1 s left"),
    (RunningJob("Tagging songs", 3, 12, 150), "2 min left"),
    (RunningJob("Tagging songs", 3, 12, 2 * 3600 + 240), "2 h 4 min left"),
    (RunningJob("Tagging songs", 3, 12, 60, paused=True), "3 done, paused"),
    (RunningJob("Learning", 3, 12, waits="Waits while you chat or tag."),
     "3 of 12  ·  Waits while you chat or tag."),
    (RunningJob("Tagging songs", device="CPU, 2 threads"), "CPU, 2 threads"),
    (RunningJob("Adding", 41_400_000, 93_000_000, 3, unit="bytes"),
     "41 of 93 MB  ·  3 s left"),
    (RunningJob("Adding", 3, 0, message="Reading\nthe weights"), "Reading the weights"),
    (RunningJob("Adding", 3, 0, message="word " * 30), "word word wo…"),
    (RunningJob("Adding", 3, 10, 5, stopping=True), "Stopping"),
])
def test_a_job_is_told_in_words_with_units(bar: JobBar, job: RunningJob, said: str) -> None:
    bar.show_job("a", job)
    assert said in words(bar)


def test_the_bar_is_there_only_while_something_runs(bar: JobBar) -> None:
    assert bar.isHidden()
    bar.show_job("a", RunningJob("One"))
    bar.show_job("b", RunningJob("Two"))
    bar.remove_job("a")
    assert not bar.isHidden()
    bar.remove_job("b")
    bar.remove_job("never there")
    assert bar.isHidden()


def test_an_unknown_end_moves_without_a_number(bar: JobBar) -> None:
    bar.show_job("a", RunningJob("Looking", 5, 0))
    progress = bar.findChild(QProgressBar)
    assert (progress.minimum(), progress.maximum()) == (0, 0)


def test_buttons_tell_what_was_pressed_for_which_job(bar: JobBar, qtbot: QtBot) -> None:
    told: list[str] = []
    bar.pause_pressed.connect(lambda key: told.append(f"pause {key}"))
    bar.resume_pressed.connect(lambda key: told.append(f"resume {key}"))
    bar.cancel_pressed.connect(lambda key: told.append(f"cancel {key}"))
    bar.show_job("a", RunningJob("One"))
    qtbot.mouseClick(button(bar, "Pause"), Qt.MouseButton.LeftButton)
    bar.show_job("a", RunningJob("One", paused=True))
    qtbot.keyClick(button(bar, "Go on"), Qt.Key.Key_Space)
    qtbot.mouseClick(button(bar, "Cancel"), Qt.MouseButton.LeftButton)
    assert told == ["pause a", "resume a", "cancel a"]


def test_a_job_that_cannot_wait_offers_no_pause(bar: JobBar) -> None:
    bar.show_job("a", RunningJob("One", can_pause=False))
    assert button(bar, "Pause").isHidden()


def test_a_model_of_many_gigabytes_fits_the_bar(bar: JobBar) -> None:
    bar.show_job("a", RunningJob("Adding", 6_000_000_000, 8_000_000_000, unit="bytes"))
    progress = bar.findChild(QProgressBar)
    assert progress.value() / progress.maximum() == pytest.approx(0.75)


def test_what_stops_already_is_not_cancelled_twice(bar: JobBar) -> None:
    bar.show_job("a", RunningJob("One", stopping=True))
    assert not button(bar, "Cancel").isEnabled()
    bar.show_job("a", RunningJob("One"))
    assert button(bar, "Cancel").isEnabled()
