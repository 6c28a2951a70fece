"""The typeset text of a message: what it shows is what was written, and nothing is fetched."""

import time

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, qRgb
from PySide6.QtWidgets import QApplication

from gui.chat.message_text import MessageText
from gui.theme import DARK, LIGHT

pytestmark = pytest.mark.usefixtures("qapp")


def all_words(text: MessageText) -> str:
    return text.words(0, text.length)


def painted(text: MessageText, selected: tuple[int, int] | None = None) -> QImage:
    image = QImage(420, 300, QImage.Format.Format_RGB32)
    image.fill(qRgb(255, 255, 255))
    with QPainter(image) as painter:
        text.draw(painter, selected)
    return image


def test_html_is_shown_not_read() -> None:
    source = '<b>bold</b> <img src="http://example.invalid/x.png"> &lt;'
    assert all_words(MessageText(source, 400, LIGHT)) == source


def test_items_are_copied_with_their_markers() -> None:
    assert all_words(MessageText("1. one\n- two", 400, LIGHT)) == "1. one\n\u2022 two"


def test_marks_are_not_copied_code_is() -> None:
    text = MessageText("**so** `x`:\n```\na *= 2\n```", 400, LIGHT)
    assert all_words(text) == "so x:\na *= 2"


def test_a_narrower_column_is_higher() -> None:
    text = MessageText("word " * 60, 400, LIGHT)
    before = text.height
    text.set_width(200)
    assert text.height > 1.6 * before


def test_letters_beyond_the_first_plane_are_cut_where_they_end() -> None:
    text = MessageText("a\U0001f600b **c**", 400, LIGHT)
    assert all_words(text) == "a\U0001f600b c"
    assert text.words(3, 4) == "b"


def test_a_word_is_found_under_a_point() -> None:
    text = MessageText("alpha beta", 400, LIGHT)
    start, end = text.word_at(text.position(QPointF(4, 10)))
    assert text.words(start, end) == "alpha"
    assert text.position(QPointF(-50, -50)) == 0
    assert text.position(QPointF(4000, 4000)) == text.length


def test_what_is_marked_looks_marked() -> None:
    text = MessageText("alpha beta", 400, LIGHT)
    assert painted(text) != painted(text, (0, 5))
    assert painted(text) == painted(text, (3, 3))


def test_themes_differ(qapp: QApplication) -> None:
    assert painted(MessageText("alpha", 400, LIGHT)) != painted(MessageText("alpha", 400, DARK))


def test_code_lies_on_a_ground_of_its_own() -> None:
    image = painted(MessageText("```\nx\n```", 400, LIGHT))
    assert image.pixelColor(300, 12) != image.pixelColor(300, 200)


def test_nothing_is_nothing() -> None:
    text = MessageText("", 400, LIGHT)
    assert (all_words(text), text.length) == ("", 0)


def test_a_word_without_end_is_laid_out_at_once() -> None:
    """Such as a picture's data in a chat of another program."""
    began = time.perf_counter()
    made = MessageText("x" * 150_000, 600, LIGHT)
    assert made.height > 600
    assert time.perf_counter() - began < 1.0
