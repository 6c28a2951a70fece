"""What is written into files is chosen once, for the page and for the window that writes."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.settings import WritingSettings, load_settings
from gui.settings.presenter import SettingsPresenter
from gui.settings.writing_card import WritingCard


@pytest.fixture
def presenter(tmp_path: Path, qapp: object) -> SettingsPresenter:
    return SettingsPresenter(tmp_path / "settings.json")


@pytest.fixture
def card(presenter: SettingsPresenter, qtbot: QtBot) -> WritingCard:
    made = WritingCard(presenter)
    qtbot.addWidget(made)
    return made


def test_every_choice_is_kept(presenter: SettingsPresenter, card: WritingCard,
                              tmp_path: Path) -> None:
    card.foreign.activated.emit(card.foreign.findData("add"))
    card.foreign.setCurrentIndex(card.foreign.findData("keep"))
    card.foreign.activated.emit(card.foreign.currentIndex())
    for switch in (card.tagger, card.scores, card.sidecars):
        switch.click()
    wanted = WritingSettings("keep", False, False, True)
    assert presenter.current.writing == wanted
    assert load_settings(tmp_path / "settings.json").writing == wanted


def test_it_shows_what_was_chosen_elsewhere(presenter: SettingsPresenter,
                                            card: WritingCard) -> None:
    presenter.set_writing(WritingSettings("replace", scores=False))
    assert card.foreign.currentData() == "replace"
    assert card.tagger.isChecked() and not card.scores.isChecked()
    presenter.restore()
    assert card.foreign.currentData() == "add" and card.scores.isChecked()


def test_every_control_has_a_name(card: WritingCard) -> None:
    for control in (card.foreign, card.tagger, card.scores, card.sidecars):
        assert control.accessibleName()
