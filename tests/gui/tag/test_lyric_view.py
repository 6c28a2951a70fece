"""The lyric is shown as it is: plain, complete, each line a block of its own."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QTextEdit
from pytestqt.qtbot import QtBot

from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.song import Song, SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui.tag.lyric_view import LyricView
from gui.tag.song_map import SongMap
from gui.tag.why import Span
from gui.theme import READING, READING_COLUMNS, ThemeSource, font
from tests.gui.tag.conftest import CALM, SAD, Bench


def song(*texts: str) -> Song:
    lines = tuple(LyricLine(t, t, LineKind.WORDS if t else LineKind.BLANK) for t in texts)
    return Song(SongRow("p", 1, SongState.TAGGED), Lyric(lines), ("p",), None)


@pytest.fixture
def view(qtbot: QtBot, vocabulary: Vocabulary, theme_source: ThemeSource) -> LyricView:
    made = LyricView(vocabulary, theme_source)
    made.resize(600, 300)
    return made


def show(view: LyricView, shown: Song) -> None:
    view.show_song(shown, SongMap(shown), ())


@pytest.mark.parametrize("text", [
    "<b>bold</b> & <img src='file:///etc/passwd'>", "a\u2028b\u2029c", "tab\there", "nul\x00here",
    "مرحبا يا ليل", "雨が降る", "👩‍👩‍👧 family", ""])
def test_a_line_is_a_block_of_plain_text(view: LyricView, text: str) -> None:
    show(view, song("first", text, "last"))
    assert view.document().blockCount() == 3
    shown = view.document().findBlockByNumber(1).text()
    assert len(shown) == len(text)
    assert not text.isprintable() or shown == text
    assert view.document().findBlockByNumber(2).text() == "last"


def test_lines_are_at_most_72_characters_wide(view: LyricView, qtbot: QtBot) -> None:
    view.resize(1400, 300)
    view.show()
    show(view, song("word " * 200))
    block = view.document().firstBlock()
    width = max(block.layout().lineAt(at).naturalTextWidth()
                for at in range(block.layout().lineCount()))
    assert width <= QFontMetrics(font(READING)).averageCharWidth() * READING_COLUMNS + 1
    view.close()


def test_long_lyrics_scroll_to_the_line_that_is_wanted(view: LyricView, qtbot: QtBot) -> None:
    view.show()
    show(view, song(*(f"line {number}" for number in range(400))))
    view.go_to(300)
    assert view.textCursor().blockNumber() == 300
    seen = {view.cursorForPosition(QPoint(80, y)).blockNumber() for y in range(5, 290, 10)}
    assert 300 in seen
    view.go_to(9999)  # a line that is not there changes nothing
    assert view.textCursor().blockNumber() == 300
    view.close()


def test_a_reason_leaves_only_its_spans_loud(view: LyricView) -> None:
    show(view, song("first line", "second line"))
    view.show_reason("sadness", (Span(1, 0, 6, 0.2),))
    dimmed, loud = view.extraSelections()
    assert dimmed.cursor.selectedText() == "first line\u2029second line"
    assert loud.cursor.selectedText() == "second"
    view.show_reason("", ())
    assert view.extraSelections() == []


def test_a_span_after_an_emoji_is_the_right_one(view: LyricView) -> None:
    show(view, song("\U0001f469 rain and \U0001f327 tears"))
    view.show_reason("sadness", (Span(0, 13, 18, 0.2),))
    assert view.extraSelections()[1].cursor.selectedText() == "tears"


def test_a_span_beyond_the_line_ends_with_it(view: LyricView) -> None:
    show(view, song("short", "next"))
    view.show_reason("sadness", (Span(0, 0, 999, 0.2),))
    assert view.extraSelections()[1].cursor.selectedText() == "short"


def test_the_mouse_tells_the_line_it_is_on(view: LyricView, qtbot: QtBot) -> None:
    view.show()
    show(view, song("first", "second", "third"))
    with qtbot.waitSignal(view.line_reached) as told:
        qtbot.mouseMove(view.viewport(), QPoint(60, int(view.height() * 0.9)))
    assert told.args == [2]
    view.close()


def test_the_caret_reads_line_by_line(view: LyricView, qtbot: QtBot) -> None:
    view.show()
    show(view, song("first", "second", "third"))
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    told: list[int] = []
    view.line_reached.connect(told.append)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert told == [1]
    view.close()


def test_nothing_can_be_typed_into_a_lyric(view: LyricView, qtbot: QtBot) -> None:
    show(view, song("first"))
    qtbot.keyClicks(view, "x")
    qtbot.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert view.toPlainText() == "first" and not view.acceptDrops()
    assert isinstance(view, QTextEdit) and view.isReadOnly()


def test_each_stretch_names_its_mood_once(bench: Bench, view: LyricView) -> None:
    # GIVEN a song of two excerpts, one sad, one calm, with weak votes shown too
    bench.tag(bench.write("a.txt", SAD, CALM))
    shown = bench.presenter.desk.song
    assert shown and shown.moods
    view.show_song(shown, SongMap(shown), ("sadness", "calmness"))
    notes = [(line, mark.mood, mark.note) for line, mark in view._marks.items()]
    assert notes == [(0, "sadness", "Sadness"), (1, "sadness", ""), (3, "calmness", "Calm"),
                     (4, "calmness", "")]
