"""The field completes over names and synonyms, and hands on the word that was meant."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.tagging.vocabulary import Vocabulary
from gui.song.mood_field import MoodField


@pytest.fixture
def field(qtbot: QtBot, vocabulary: Vocabulary) -> MoodField:
    made = MoodField(vocabulary)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def offers(field: MoodField) -> list[str]:
    found = field.completer().completionModel()
    return [str(found.index(at, 0).data()) for at in range(found.rowCount())]


def test_names_come_first_then_synonyms_with_what_they_mean(
        field: MoodField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field, "lone")
    assert offers(field)[0] == "Loneliness"
    assert "lonely (Loneliness)" in offers(field)


def test_nothing_outside_the_vocabulary_is_offered(field: MoodField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field, "xyzzy")
    assert offers(field) == []


def test_a_choice_from_the_list_hands_on_the_word(field: MoodField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field, "lonely")
    popup = field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    with qtbot.waitSignal(field.chosen) as chosen:
        qtbot.keyClick(popup, Qt.Key.Key_Down)
        qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert chosen.args == ["lonely"]


def test_escape_leaves_without_a_word(field: MoodField, qtbot: QtBot) -> None:
    words: list[str] = []
    field.chosen.connect(words.append)
    with qtbot.waitSignal(field.left):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not words


@pytest.mark.parametrize("typed", ["nostalgic", "s"])
def test_no_offer_is_cut(field: MoodField, qtbot: QtBot, typed: str) -> None:
    # WHEN one mood is offered, or as many as are shown at once
    qtbot.keyClicks(field, typed)
    offered = field.completer().popup()
    qtbot.waitUntil(offered.isVisible)
    # THEN the last row in sight is whole
    last = min(field.completer().maxVisibleItems(), len(offers(field))) - 1
    row = offered.visualRect(field.completer().completionModel().index(last, 0))
    assert row.height() > 0 and row.bottom() <= offered.viewport().rect().bottom()
    offered.hide()
