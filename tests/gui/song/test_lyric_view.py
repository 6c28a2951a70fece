"""The lyric is shown as it is: plain, complete, each line a block of its own."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QTextCursor
from PySide6.QtWidgets import QTextEdit
from pytestqt.qtbot import QtBot

from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.song import Song, SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui.song.lyric_view import LyricView
from gui.song.why import Span
from gui.song_map import SongMap
from gui.theme import READING, READING_COLUMNS, ThemeSource, font
from tests.gui.tag_bench import CALM, SAD, Bench


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
    notes = [(line, mark.mood, mark.note) for line, mark in view._margin._marks.items()]
    assert notes == [(0, "sadness", "Sadness"), (1, "sadness", ""), (3, "calmness", "Calm"),
                     (4, "calmness", "")]


@pytest.fixture
def long_song(view: LyricView, qtbot: QtBot) -> Iterator[LyricView]:
    """A lyric far higher than its view, shown."""
    with qtbot.waitExposed(view):
        view.show()
    show(view, song(*(f"line {number}" for number in range(80))))
    yield view
    view.close()


def height_of(view: LyricView, line: int) -> float:
    """Where the middle of a line is seen, as a share of the view."""
    return view.cursorRect(QTextCursor(view.document().findBlockByNumber(line))
                           ).center().y() / view.viewport().height()


def test_a_change_of_theme_leaves_the_eye_and_the_selection_where_they_are(
        long_song: LyricView, theme_source: ThemeSource) -> None:
    # GIVEN a lyric scrolled halfway, with a line selected
    long_song.go_to(40)
    long_song.moveCursor(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    scrolled = long_song.verticalScrollBar().value()
    before = long_song.grab().toImage()
    # WHEN it gets dark
    theme_source.choose("dark", True)
    # THEN only the colours are others
    assert scrolled > 0 and long_song.verticalScrollBar().value() == scrolled
    assert long_song.textCursor().selectedText() == "line 40"
    assert long_song.grab().toImage() != before
    theme_source.choose("light", True)
    assert long_song.verticalScrollBar().value() == scrolled


@pytest.mark.parametrize("line", [30, 33, 50])
def test_the_strongest_line_of_a_reason_is_in_the_middle(long_song: LyricView, line: int) -> None:
    long_song.go_to(29)
    long_song.show_reason("sadness", (Span(2, 0, 4, 0.1), Span(line, 0, 4, 0.2)))
    assert height_of(long_song, line) == pytest.approx(0.5, abs=0.05)


def test_a_line_that_is_gone_to_stays_where_it_is_seen(long_song: LyricView) -> None:
    # GIVEN a line far away, gone to: it stands a third from the top
    long_song.go_to(40)
    assert 0.25 < height_of(long_song, 40) < 0.45
    # WHEN one that is in sight is gone to, THEN nothing moves
    scrolled = long_song.verticalScrollBar().value()
    long_song.go_to(41)
    assert long_song.verticalScrollBar().value() == scrolled
