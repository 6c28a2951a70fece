"""Tests for gui.text_line and what is made of it: words of others are shown, never interpreted."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment
from pytestqt.qtbot import QtBot

from gui.chat.elided_label import ElidedLabel
from gui.text_line import plain_tip

NAME = "<b>R&B</b> <img src='file:///etc/passwd'> &amp;"


def test_a_tooltip_shows_markup_as_it_is_written() -> None:
    assert plain_tip("R&B") == "R&B"
    assert QTextDocumentFragment.fromHtml(plain_tip(NAME)).toPlainText() == NAME


def test_so_does_that_of_a_title(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(NAME)
    assert QTextDocumentFragment.fromHtml(label.toolTip()).toPlainText() == NAME
    assert label.text() == label.accessibleName() == NAME
