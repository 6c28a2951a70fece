"""Tests for gui.plain_field: a word without end does not hold the window."""

import time

from PySide6.QtCore import QMimeData
from pytestqt.qtbot import QtBot

from gui.plain_field import PlainField, Wrap, wrap_mode

ENDLESS = "x" * 150_000
# Breaking it at its limits takes some five seconds, at any letter a tenth of one.
BEARABLE_SECONDS = 1.5


def shown(qtbot: QtBot) -> PlainField:
    field = PlainField()
    qtbot.addWidget(field)
    field.resize(264, 200)
    with qtbot.waitExposed(field):
        field.show()
    return field


def test_a_word_without_end_is_there_at_once(qtbot: QtBot) -> None:
    field, began = shown(qtbot), time.perf_counter()
    field.setPlainText(ENDLESS)
    field.grab()
    assert time.perf_counter() - began < BEARABLE_SECONDS
    assert field.toPlainText() == ENDLESS


def test_so_is_one_that_is_pasted(qtbot: QtBot) -> None:
    # GIVEN words in the field and one without end among what was copied
    field, copied = shown(qtbot), QMimeData()
    field.setPlainText("It rains.")
    copied.setText(ENDLESS)
    copied.setHtml("<b>It shines.</b>")
    began = time.perf_counter()
    field.insertFromMimeData(copied)
    field.grab()
    assert time.perf_counter() - began < BEARABLE_SECONDS
    assert field.toPlainText() == f"{ENDLESS}It rains."


def test_words_are_kept_whole_where_they_can_be(qtbot: QtBot) -> None:
    field = shown(qtbot)
    field.setPlainText(ENDLESS)
    field.setPlainText("It rains.")
    assert field.wordWrapMode() is Wrap.WrapAtWordBoundaryOrAnywhere
    assert wrap_mode("word " * 100_000) is Wrap.WrapAtWordBoundaryOrAnywhere
