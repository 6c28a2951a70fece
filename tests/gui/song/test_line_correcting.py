"""What a person does beside and in the lyric is said of its lines, stored and taken back."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.tagging.labels import Verdict
from gui.song.song_view import SongView
from gui.tag.page import TagPage
from tests.gui.tag_bench import CALM, SAD, SUNNY, Bench

ALT, SHIFT, CTRL = (Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier,
                    Qt.KeyboardModifier.ControlModifier)
Words = list[tuple[str, int, int, Verdict]]


@pytest.fixture
def view(bench: Bench, page: TagPage) -> SongView:
    """A song of sad lines 0 and 1 and calm ones 3 and 4, sadness in hand."""
    bench.tag(bench.write("two.txt", SAD, CALM))
    bench.qtbot.waitUntil(lambda: page.song.lyric.line_area(4) is not None)
    page.song.chips.choose("sadness")
    page.song.lyric.setFocus()
    return page.song


def words(bench: Bench) -> Words:
    return [(word.mood, word.first, word.last, word.verdict)
            for word in bench.presenter.desk.line_words]


def spans(view: SongView) -> list[tuple[int, int]]:
    return [(span.first, span.last) for span in view.lyric.spans.spans]


def mark(view: SongView, first: int, last: int) -> None:
    document = view.lyric.document()
    cursor = QTextCursor(document.findBlockByNumber(first))
    end = document.findBlockByNumber(last)
    cursor.setPosition(end.position() + end.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    view.lyric.setTextCursor(cursor)


def caret(view: SongView, line: int) -> None:
    view.lyric.setTextCursor(QTextCursor(view.lyric.document().findBlockByNumber(line)))


def press(bench: Bench, view: SongView, key: Qt.Key | str,
          how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget() or view.lyric
    QTest.keyClick(target, key, how)
    bench.settle()


def place(view: SongView, line: int, share: float) -> QPoint:
    area = view.lyric.line_area(line)
    assert area is not None
    return QPoint(view.lyric.stamps + 6, int(area.top() + area.height() * share))


def test_the_mood_in_hand_shows_where_it_holds(bench: Bench, view: SongView) -> None:
    assert view.lyric.spans.mood == "sadness" and spans(view) == [(0, 1)]
    assert "1 to 2" in view.lyric.accessibleDescription()
    view.chips.step(1)
    assert view.lyric.spans.mood != "sadness" and spans(view) != [(0, 1)]


def test_keys_speak_of_the_marked_lines(bench: Bench, view: SongView) -> None:
    mark(view, 3, 4)
    press(bench, view, "a")
    assert words(bench) == [("sadness", 3, 4, Verdict.ADDED)]
    mark(view, 0, 0)
    press(bench, view, "r")
    assert words(bench) == [("sadness", 0, 0, Verdict.REJECTED), ("sadness", 3, 4, Verdict.ADDED)]
    assert spans(view) == [(1, 4)] and bench.presenter.desk.labels == {}
    # AND the same key again takes its word back
    press(bench, view, "r")
    assert words(bench) == [("sadness", 3, 4, Verdict.ADDED)]


def test_without_marked_lines_keys_speak_of_the_song(bench: Bench, view: SongView) -> None:
    caret(view, 3)
    press(bench, view, "a")
    assert words(bench) == [] and bench.presenter.desk.labels == {"sadness": Verdict.ACCEPTED}


def test_the_keys_are_told_as_what_they_mean(bench: Bench, view: SongView) -> None:
    assert "Enter why" in view.lines.hint()
    mark(view, 3, 4)
    assert view.lines.hint().startswith("In lines 4 to 5:   A Sadness holds")
    assert view._keys.text() == view.lines.hint()


def test_a_mood_is_added_to_lines_and_gets_a_chip(bench: Bench, view: SongView) -> None:
    mark(view, 3, 4)
    press(bench, view, "+")
    QTest.keyClicks(QApplication.focusWidget(), "nostalgia")
    press(bench, view, Qt.Key.Key_Return)
    assert words(bench) == [("nostalgia", 3, 4, Verdict.ADDED)]
    chip = next(chip for chip in bench.presenter.desk.chips if chip.mood == "nostalgia")
    assert chip.in_lines and chip.verdict is None
    assert view.chips.current_mood() == "nostalgia" and spans(view) == [(3, 4)]
    assert bench.presenter.desk.labels == {}


def test_lines_of_a_song_without_moods_ask_for_one(bench: Bench, view: SongView) -> None:
    bench.tag(bench.write("plain.txt", "A table and a chair stand here",
                          "The door is made of wood"))
    bench.open("plain.txt")
    assert bench.presenter.desk.chips == ()
    view.lyric.setFocus()
    mark(view, 0, 1)
    press(bench, view, "a")
    assert view.chips._field.isVisible() and "lines 1 to 2" in view.chips._field.placeholderText()


@pytest.mark.parametrize("how, way, expected", [
    (ALT, Qt.Key.Key_Down, (0, 3)), (ALT, Qt.Key.Key_Up, (0, 0)),
    (ALT | SHIFT, Qt.Key.Key_Down, (1, 1)), (ALT | SHIFT, Qt.Key.Key_Up, (0, 1))])
def test_alt_and_arrows_move_borders(bench: Bench, view: SongView, how: Qt.KeyboardModifier,
                                     way: Qt.Key, expected: tuple[int, int]) -> None:
    caret(view, 1)
    press(bench, view, way, how)
    assert spans(view) == [expected]


def test_a_border_far_from_any_span_begins_one(bench: Bench, view: SongView) -> None:
    caret(view, 4)
    press(bench, view, Qt.Key.Key_Down, ALT)
    assert spans(view) == [(0, 1), (4, 4)]


def test_a_border_is_dragged_with_the_mouse(bench: Bench, view: SongView) -> None:
    # WHEN the lower end of a span is taken and let go three lines below
    port = view.lyric.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=place(view, 1, 0.8))
    assert view.lyric.spans.dragging
    QTest.mouseMove(port, place(view, 4, 0.5))
    assert view.lyric.spans.preview == (0, 4)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=place(view, 4, 0.5))
    bench.settle()
    # THEN the mood holds so far, and undo brings it back
    assert spans(view) == [(0, 4)] and words(bench) == [("sadness", 0, 4, Verdict.ACCEPTED)]
    press(bench, view, Qt.Key.Key_Z, CTRL)
    assert spans(view) == [(0, 1)] and words(bench) == []
    assert bench.presenter.way_back.told.startswith("Taken back: where Sadness holds in")


def test_escape_lets_go_of_a_border(bench: Bench, view: SongView) -> None:
    port = view.lyric.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=place(view, 1, 0.8))
    QTest.mouseMove(port, place(view, 4, 0.5))
    press(bench, view, Qt.Key.Key_Escape)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=place(view, 4, 0.5))
    bench.settle()
    assert words(bench) == [] and spans(view) == [(0, 1)]


def test_a_new_span_is_drawn_beside_the_lyric(bench: Bench, view: SongView) -> None:
    port = view.lyric.viewport()
    # WHEN there is but a click THEN nothing is drawn
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=place(view, 3, 0.3))
    bench.settle()
    assert spans(view) == [(0, 1)]
    # WHEN it is drawn from one line to the next THEN the mood holds there too
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=place(view, 4, 0.5))
    QTest.mouseMove(port, place(view, 3, 0.3))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=place(view, 3, 0.3))
    bench.settle()
    assert spans(view) == [(0, 4)] and words(bench) == [("sadness", 3, 4, Verdict.ADDED)]


def test_words_on_lines_move_neither_caret_nor_scroll(bench: Bench, view: SongView) -> None:
    mark(view, 3, 4)
    press(bench, view, "a")
    assert view.lyric.chosen_lines() == (3, 4)


def test_what_was_said_is_there_when_the_song_is_opened_again(
        bench: Bench, view: SongView) -> None:
    mark(view, 3, 4)
    press(bench, view, "a")
    bench.tag(bench.write("other.txt", SUNNY))
    bench.open("other.txt")
    assert words(bench) == []
    bench.open("two.txt")
    view.chips.choose("sadness")
    assert words(bench) == [("sadness", 3, 4, Verdict.ADDED)] and spans(view) == [(0, 4)]


def test_everything_beside_the_lyric_can_be_painted(bench: Bench, view: SongView) -> None:
    mark(view, 0, 0)
    press(bench, view, "r")
    assert not view.lyric.grab().isNull()
    assert view.lyric.spans.press(QPointF(place(view, 1, 0.8)))
    assert not view.lyric.grab().isNull()
    view.lyric.spans.cancel()


def test_a_selection_to_the_start_of_a_line_leaves_that_line_out(
        bench: Bench, view: SongView) -> None:
    document = view.lyric.document()
    cursor = QTextCursor(document.findBlockByNumber(3))
    cursor.setPosition(document.findBlockByNumber(4).position(), QTextCursor.MoveMode.KeepAnchor)
    view.lyric.setTextCursor(cursor)
    assert view.lyric.chosen_lines() == (3, 3)


def test_what_the_keys_mean_makes_the_song_no_wider(bench: Bench, view: SongView) -> None:
    mark(view, 0, 4)
    assert view.widget().minimumSizeHint().width() <= 420
