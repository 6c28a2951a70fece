"""Settings are felt and saved at once; a file that cannot be written is said, not lost."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.settings import Settings, load_settings
from gui.controls import Choice, Number, Scale, Switch
from gui.settings.page import SettingsPage
from gui.settings.presenter import SettingsPresenter


@pytest.fixture
def presenter(tmp_path: Path, qapp: object) -> SettingsPresenter:
    return SettingsPresenter(tmp_path / "settings.json")


def test_each_change_is_told_and_saved(presenter: SettingsPresenter, tmp_path: Path) -> None:
    told: list[Settings] = []
    presenter.changed.connect(told.append)
    presenter.set_appearance("dark")
    presenter.set_reduce_motion(True)
    presenter.set_excerpt_tokens(256)
    presenter.set_threads(1)
    presenter.set_strictness(0.25)
    presenter.set_most_tags(3)
    presenter.set_peak_share(0.75)
    presenter.set_count_repeats(False)
    presenter.set_tagger("mine")
    assert len(told) == 9
    assert load_settings(tmp_path / "settings.json") == told[-1] == presenter.current


def test_the_same_again_is_no_change(presenter: SettingsPresenter) -> None:
    told: list[Settings] = []
    presenter.set_most_tags(3)
    presenter.changed.connect(told.append)
    presenter.set_most_tags(3)
    assert told == []


def test_back_to_the_defaults_keeps_the_chosen_tagger(presenter: SettingsPresenter) -> None:
    presenter.set_tagger("mine")
    assert presenter.untouched
    presenter.set_threads(3)
    assert not presenter.untouched
    presenter.restore()
    assert presenter.current == Settings(tagger="mine")


def test_a_file_that_cannot_be_written_is_said_and_the_change_holds(
        tmp_path: Path, qapp: object) -> None:
    # GIVEN a file where the folder should be
    (tmp_path / "home").write_text("", "utf-8")
    presenter = SettingsPresenter(tmp_path / "home" / "settings.json")
    problems: list[EngineError] = []
    presenter.problem_raised.connect(problems.append)
    # WHEN something is changed
    presenter.set_threads(2)
    # THEN it holds, and the person knows
    assert presenter.current.threads == 2
    assert "could not be saved" in problems[0].message
    assert str(tmp_path / "home") in problems[0].hint


def test_the_page_shows_what_holds(presenter: SettingsPresenter, qtbot: QtBot) -> None:
    page = SettingsPage(presenter)
    qtbot.addWidget(page)
    presenter.set_appearance("dark")
    presenter.set_excerpt_tokens(512)
    presenter.set_strictness(-1)
    assert page.findChild(Choice).currentData() == "dark"
    assert "512 tokens" in [n.box.text() for n in page.findChildren(Number)]
    assert -1 in [s.value() for s in page.findChildren(Scale)]


def test_the_person_changes_settings_by_keyboard(
        presenter: SettingsPresenter, qtbot: QtBot) -> None:
    page = SettingsPage(presenter)
    qtbot.addWidget(page)
    numbers = {n.box.accessibleName(): n for n in page.findChildren(Number)}
    qtbot.keyClick(numbers["Tags per song, at most"].box, Qt.Key.Key_Down)
    assert presenter.current.collation.most_tags == 5
    qtbot.keyClick(numbers["Excerpt length"].box, Qt.Key.Key_Down)
    assert presenter.current.excerpt_tokens == 96
    repeats = next(s for s in page.findChildren(Switch) if s.accessibleName() == "Repeats")
    qtbot.keyClick(repeats, Qt.Key.Key_Space)
    assert not presenter.current.collation.count_repeats
    qtbot.mouseClick(page.findChild(QPushButton, "restore"), Qt.MouseButton.LeftButton)
    assert presenter.current == Settings()


def test_every_control_has_a_name_for_screen_readers(
        presenter: SettingsPresenter, qtbot: QtBot) -> None:
    page = SettingsPage(presenter)
    qtbot.addWidget(page)
    controls = [*page.findChildren(Choice), *page.findChildren(Switch),
                *(n.box for n in page.findChildren(Number)),
                *(s.slider for s in page.findChildren(Scale))]
    assert len(controls) == 8
    assert all(control.accessibleName() for control in controls)
