"""Settings are felt and saved at once; a file that cannot be written is said, not lost."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.settings import Settings, load_settings
from gui.controls import Choice, Number, Scale, Switch, Words
from gui.settings.devices import DevicesPresenter
from gui.settings.page import SettingsPage
from gui.settings.presenter import SettingsPresenter


@pytest.fixture
def presenter(tmp_path: Path, qapp: object) -> SettingsPresenter:
    return SettingsPresenter(tmp_path / "settings.json")


@pytest.fixture
def page(presenter: SettingsPresenter, devices: DevicesPresenter, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage(presenter, devices)
    qtbot.addWidget(made)
    return made


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
    presenter.set_device("cuda")
    presenter.set_chat_model("smol")
    presenter.set_chat_temperature(0.123)
    presenter.set_chat_max_tokens(64)
    presenter.set_system_prompt("Be brief.")
    assert len(told) == 14
    assert presenter.current.chat_temperature == 0.12
    assert load_settings(tmp_path / "settings.json") == told[-1] == presenter.current


def test_the_same_again_is_no_change(presenter: SettingsPresenter) -> None:
    told: list[Settings] = []
    presenter.set_most_tags(3)
    presenter.changed.connect(told.append)
    presenter.set_most_tags(3)
    assert told == []


def test_back_to_the_defaults_keeps_models_and_what_was_written(
        presenter: SettingsPresenter) -> None:
    presenter.set_tagger("mine")
    presenter.set_chat_model("smol")
    presenter.set_system_prompt("Be brief.")
    assert presenter.untouched
    presenter.set_threads(3)
    presenter.set_device("cuda")
    assert not presenter.untouched
    presenter.restore()
    assert presenter.current == Settings(tagger="mine", chat_model="smol",
                                         system_prompt="Be brief.")


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


def test_the_page_shows_what_holds(presenter: SettingsPresenter, page: SettingsPage) -> None:
    presenter.set_appearance("dark")
    presenter.set_excerpt_tokens(512)
    presenter.set_strictness(-1)
    presenter.set_system_prompt("Be brief.")
    assert page.findChild(Words).toPlainText() == "Be brief."
    assert page.findChild(Choice).currentData() == "dark"
    assert "512 tokens" in [n.box.text() for n in page.findChildren(Number)]
    assert -1 in [s.value() for s in page.findChildren(Scale)]


def test_the_person_changes_settings_by_keyboard(
        presenter: SettingsPresenter, page: SettingsPage, qtbot: QtBot) -> None:
    numbers = {n.box.accessibleName(): n for n in page.findChildren(Number)}
    qtbot.keyClick(numbers["Tags per song, at most"].box, Qt.Key.Key_Down)
    assert presenter.current.collation.most_tags == 5
    qtbot.keyClick(numbers["Excerpt length"].box, Qt.Key.Key_Down)
    assert presenter.current.excerpt_tokens == 96
    qtbot.keyClick(numbers["Longest reply"].box, Qt.Key.Key_Down)
    assert presenter.current.chat_max_tokens == 496
    repeats = next(s for s in page.findChildren(Switch) if s.accessibleName() == "Repeats")
    qtbot.keyClick(repeats, Qt.Key.Key_Space)
    assert not presenter.current.collation.count_repeats
    more = next(s for s in page.findChildren(Switch) if s.text() == "Show experimental moods")
    assert not more.isChecked()
    qtbot.keyClick(more, Qt.Key.Key_Space)
    assert presenter.current.collation.experimental
    qtbot.mouseClick(page.findChild(QPushButton, "restore"), Qt.MouseButton.LeftButton)
    assert presenter.current == Settings() and not more.isChecked()


def test_what_is_written_is_told_when_the_person_pauses_or_leaves(
        presenter: SettingsPresenter, page: SettingsPage, qtbot: QtBot) -> None:
    prompt = page.findChild(Words)
    with qtbot.waitSignal(presenter.changed):
        qtbot.keyClicks(prompt, "Be kind.")
    assert presenter.current.system_prompt == "Be kind."
    # WHEN another change comes while the person writes on, the words stay
    qtbot.keyClicks(prompt, " Always")
    presenter.set_threads(2)
    assert "Always" in prompt.toPlainText()
    # AND leaving the field tells them at once
    QApplication.sendEvent(prompt, QFocusEvent(QEvent.Type.FocusOut))
    assert "Always" in presenter.current.system_prompt


def test_what_is_written_last_survives_the_closing_of_the_window(
        presenter: SettingsPresenter, page: SettingsPage, qtbot: QtBot) -> None:
    with qtbot.waitExposed(page):
        page.show()
    qtbot.keyClicks(page.findChild(Words), "Last words.")
    page.close()
    assert presenter.current.system_prompt == "Last words."


def test_chat_models_are_offered_by_name_and_a_missing_one_is_said(
        presenter: SettingsPresenter, page: SettingsPage, qtbot: QtBot) -> None:
    choice = next(c for c in page.findChildren(Choice) if c.accessibleName() == "Chat model")
    presenter.set_chat_model("gone")
    page.show_chat_models([("smol", "SmolLM2"), ("tiny", "TinyLlama")])
    assert choice.currentText() == "gone (cannot be used)"
    qtbot.keyClick(choice, Qt.Key.Key_Up)
    assert presenter.current.chat_model == "tiny"
    page.show_chat_models([("tiny", "TinyLlama")])
    assert (choice.currentText(), choice.count()) == ("TinyLlama", 2)


def test_every_control_has_a_name_for_screen_readers(
        presenter: SettingsPresenter, page: SettingsPage) -> None:
    controls = [*page.findChildren(Choice), *page.findChildren(Switch), *page.findChildren(Words),
                *(n.box for n in page.findChildren(Number)),
                *(s.slider for s in page.findChildren(Scale))]
    assert len(controls) == 18
    assert all(control.accessibleName() for control in controls)
