"""The transcript as a person reads it: scrolled, marked, copied, walked by keys, edited."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gui.chat.message_actions import act_words
from gui.chat.message_column import HEAD, NOTE
from gui.chat.shown import Act, ShownMessage
from gui.chat.transcript import Transcript
from gui.icons import IconSource
from gui.theme import ThemeSource
from tests.quickest import quickest

CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
MINE = (Act.COPY, Act.EDIT, Act.DELETE)
THREE = (ShownMessage(1, "You", "What is a chorus?", True, acts=MINE),
         ShownMessage(2, "It", "A part that comes back.", False, 2, 3, acts=tuple(Act)),
         ShownMessage(3, "You", "Thanks", True, acts=MINE))


def many(count: int) -> list[ShownMessage]:
    return [ShownMessage(n + 1, "You" if n % 2 else "It", f"{n}: " + "word " * (n % 80),
                         n % 2 == 1, acts=MINE) for n in range(count)]


@pytest.fixture
def transcript(theme_source: ThemeSource, icons: IconSource, qtbot: QtBot) -> Iterator[Transcript]:
    made = Transcript(theme_source, icons)
    made.resize(700, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()
    made.deleteLater()


def point(transcript: Transcript, place: int, x: float, y: float) -> QPoint:
    """A point of the viewport, from the left upper corner of a message."""
    return QPointF(transcript.left + x,
                   transcript.column.top(place) - transcript.upper + y).toPoint()


def looked_at(transcript: Transcript) -> tuple[int, float]:
    """Which message lies at the upper end, and how far it is scrolled."""
    first, _ = transcript.in_sight()
    return transcript.column.messages[first].id, transcript.column.top(first) - transcript.upper


def enter(transcript: Transcript) -> None:
    """The keyboard comes in by Tab."""
    transcript.clearFocus()
    transcript.setFocus(Qt.FocusReason.TabFocusReason)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_a_conversation_opens_at_its_end(transcript: Transcript) -> None:
    transcript.show_conversation(many(300))
    assert transcript.at_end
    assert transcript.in_sight()[1] == 299
    assert not transcript.latest.isVisible()


def test_text_follows_only_while_the_person_is_at_the_end(transcript: Transcript) -> None:
    messages = many(60)
    transcript.show_conversation(messages)
    # WHEN a reply grows at the end, THEN it is followed
    transcript.update_message(replace(messages[-1], text="line\n" * 40))
    assert transcript.at_end
    # WHEN the person has scrolled up, THEN nothing moves
    transcript.verticalScrollBar().setValue(transcript.verticalScrollBar().maximum() - 600)
    before = looked_at(transcript)
    transcript.update_message(replace(messages[-1], text="line\n" * 90))
    assert looked_at(transcript) == before
    assert transcript.latest.isVisible()
    # WHEN they go back to the latest, THEN it is followed again
    transcript.latest.click()
    transcript.update_message(replace(messages[-1], text="line\n" * 120))
    assert transcript.at_end and not transcript.latest.isVisible()


def test_scrolling_up_through_guessed_heights_never_jumps(transcript: Transcript) -> None:
    # GIVEN messages whose heights are guessed badly
    transcript.show_conversation([ShownMessage(n, "It", "i" * 700 + "\n# w\n- x\n" * (n % 5))
                                  for n in range(1, 200)])
    bar = transcript.verticalScrollBar()
    # WHEN the person scrolls up step by step, THEN what was in sight moves by that step
    for _ in range(60):
        first, offset = looked_at(transcript)
        bar.setValue(bar.value() - 50)
        place = first - 1
        moved = transcript.column.top(place) - transcript.upper - offset
        assert moved == pytest.approx(50, abs=1.5)


def test_another_width_keeps_the_message_that_is_read(transcript: Transcript) -> None:
    transcript.show_conversation(many(200))
    transcript.verticalScrollBar().setValue(4000)
    before, _ = looked_at(transcript)
    transcript.resize(420, 500)
    after, _ = looked_at(transcript)
    assert abs(after - before) <= 1
    transcript.go_to_end()
    transcript.resize(800, 300)
    assert transcript.at_end


def test_two_thousand_messages_open_and_scroll_at_once(transcript: Transcript) -> None:
    messages = many(2000)

    def opened() -> None:
        transcript.show_conversation([])
        transcript.show_conversation(messages)
        transcript.viewport().repaint()

    def scrolled() -> None:
        """From the end to the beginning, in a hundred steps."""
        bar = transcript.verticalScrollBar()
        for step in range(100):
            bar.setValue(bar.maximum() * (100 - step) // 100)
            transcript.viewport().repaint()

    assert quickest(opened, 0.2, time.perf_counter) < 0.2
    assert quickest(scrolled, 3, time.perf_counter) < 3  # 16 ms a step at most where it is quiet


def test_dragging_marks_and_control_c_copies(transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    view = transcript.viewport()
    qtbot.mousePress(view, LEFT, NONE, point(transcript, 0, -5, HEAD + 8))
    qtbot.mouseMove(view, point(transcript, 1, 2000, HEAD + 8))
    QApplication.sendEvent(view, QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(point(transcript, 1, 600, HEAD + 8)),
        QPointF(), LEFT, LEFT, NONE))
    qtbot.mouseRelease(view, LEFT, NONE, point(transcript, 1, 600, HEAD + 8))
    transcript.setFocus()
    qtbot.keyClick(transcript, Qt.Key.Key_C, CTRL)
    assert clipboard() == "You:\nWhat is a chorus?\n\nIt:\nA part that comes back."


def test_a_double_click_marks_a_word(transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    where = point(transcript, 1, 24, HEAD + 8)
    qtbot.mousePress(transcript.viewport(), LEFT, NONE, where)
    qtbot.mouseRelease(transcript.viewport(), LEFT, NONE, where)
    qtbot.mouseDClick(transcript.viewport(), LEFT, NONE, where)
    assert transcript.selected_words() == "part"


def test_control_a_marks_everything(transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    transcript.setFocus()
    qtbot.keyClick(transcript, Qt.Key.Key_A, CTRL)
    assert transcript.selected_words().startswith("You:\nWhat is")
    assert transcript.selected_words().endswith("You:\nThanks")


def test_keys_walk_and_act(transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    enter(transcript)
    # WHEN the keyboard comes in, THEN it is at the last message
    assert transcript.current == THREE[2]
    qtbot.keyClick(transcript, Qt.Key.Key_Up)
    assert transcript.current == THREE[1]
    assert "Alternative 2 of 3" in transcript.accessibleDescription()
    assert transcript.act_bar.isVisible() and transcript.act_bar.message_id == 2
    # WHEN its keys are pressed, THEN its acts and steps are told
    acts: list[tuple[str, int]] = []
    steps: list[tuple[int, int]] = []
    transcript.act_wanted.connect(lambda act, one: acts.append((act, one)))
    transcript.step_wanted.connect(lambda one, by: steps.append((one, by)))
    for key in (Qt.Key.Key_R, Qt.Key.Key_G, Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Right):
        qtbot.keyClick(transcript, key)
    assert acts == [("regenerate", 2), ("continue", 2), ("delete", 2)]
    assert steps == [(2, -1), (2, 1)]
    qtbot.keyClick(transcript, Qt.Key.Key_C)
    assert clipboard() == "A part that comes back."


def test_keys_do_nothing_a_message_does_not_allow(transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    enter(transcript)
    acts: list[str] = []
    transcript.act_wanted.connect(lambda act, _: acts.append(act))
    qtbot.keyClick(transcript, Qt.Key.Key_R)
    assert acts == []


def test_home_and_end_go_to_the_ends(transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(many(500))
    enter(transcript)
    qtbot.keyClick(transcript, Qt.Key.Key_Home)
    assert transcript.current and transcript.current.id == 1
    assert transcript.in_sight()[0] == 0
    qtbot.keyClick(transcript, Qt.Key.Key_End)
    assert transcript.current and transcript.current.id == 500
    assert transcript.at_end


def test_the_bar_follows_the_mouse_and_its_buttons_act(
        transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    qtbot.mouseMove(transcript.viewport(), point(transcript, 0, 10, HEAD + 5))
    QApplication.sendEvent(transcript.viewport(), QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(point(transcript, 1, 10, HEAD + 5)), QPointF(),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, NONE))
    assert transcript.act_bar.message_id == 2
    with qtbot.waitSignal(transcript.act_wanted) as told:
        qtbot.mouseClick(transcript.act_bar.button(Act.REGENERATE), LEFT)
    assert told.args == ["regenerate", 2]
    qtbot.mouseClick(transcript.act_bar.button(Act.COPY), LEFT)
    assert clipboard() == THREE[1].text


def test_the_pager_is_pressed_where_there_is_an_alternative(
        transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    steps: list[tuple[int, int]] = []
    transcript.step_wanted.connect(lambda one, by: steps.append((one, by)))
    for x in range(0, 160, 4):
        qtbot.mouseClick(transcript.viewport(), LEFT, NONE, point(transcript, 1, x, 10))
        qtbot.mouseClick(transcript.viewport(), LEFT, NONE, point(transcript, 0, x, 10))
    assert {by for _, by in steps} == {-1, 1}
    assert {one for one, _ in steps} == {2}
    # WHEN the last alternative is shown, THEN there is no way forth
    steps.clear()
    transcript.update_message(replace(THREE[1], number=3))
    for x in range(0, 160, 4):
        qtbot.mouseClick(transcript.viewport(), LEFT, NONE, point(transcript, 1, x, 10))
    assert {by for _, by in steps} == {-1}


def test_a_message_is_edited_where_it_stands(transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    enter(transcript)
    qtbot.keyClick(transcript, Qt.Key.Key_Home)
    qtbot.keyClick(transcript, Qt.Key.Key_E)
    editor = transcript.editor
    assert editor.isVisible() and editor.field.hasFocus() and editor.answer.isVisible()
    assert editor.y() == pytest.approx(
        transcript.column.top(0) - transcript.upper + HEAD, abs=1)
    # THEN what is below makes room, and Ctrl+Enter keeps the text
    assert transcript.column.bottom(0) - transcript.column.top(0) >= HEAD + editor.height()
    qtbot.keyClicks(editor.field, " Really?")
    with qtbot.waitSignal(transcript.edited) as told:
        qtbot.keyClick(editor.field, Qt.Key.Key_Return, CTRL)
    assert told.args == [1, "What is a chorus? Really?", True, False]
    assert not editor.isVisible() and transcript.hasFocus()


@pytest.mark.parametrize("widths", [(320, 860), (860, 320)])
def test_an_editor_is_whole_in_every_width(transcript: Transcript,
                                           widths: tuple[int, int]) -> None:
    transcript.show_conversation([ShownMessage(1, "You", "My kettle hums since Tuesday. " * 2,
                                               True, acts=MINE), *THREE[1:]])
    transcript.resize(widths[0], 500)
    QApplication.processEvents()
    transcript.edit(1)
    transcript.resize(widths[1], 500)
    QApplication.processEvents()
    editor = transcript.editor
    assert editor.keeps.y() >= editor.field.y() + editor.field.height()
    assert editor.save.y() + editor.save.height() <= editor.height()


def test_escape_leaves_a_message_as_it_was(transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    before = transcript.column.height
    transcript.edit(2)
    assert not transcript.editor.answer.isVisible()
    transcript.editor.field.insertPlainText("x\ny\nz")
    told: list[object] = []
    transcript.edited.connect(lambda *args: told.append(args))
    qtbot.keyClick(transcript.editor.field, Qt.Key.Key_Escape)
    assert not transcript.editor.isVisible() and told == []
    assert transcript.column.height == before


def test_an_edit_that_is_open_outlives_new_messages_but_not_its_own_end(
        transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    transcript.edit(1)
    qtbot.keyClicks(transcript.editor.field, " more")
    transcript.show_messages([*THREE, ShownMessage(4, "It", "You are welcome.")])
    assert transcript.editing_id == 1
    assert transcript.editor.field.toPlainText() == "What is a chorus? more"
    transcript.show_messages(THREE[1:])
    assert transcript.editing_id == -1 and not transcript.editor.isVisible()


def test_the_menu_offers_what_can_be_done(transcript: Transcript, qtbot: QtBot) -> None:
    transcript.show_conversation(THREE)
    enter(transcript)
    menu = transcript._menu(THREE[1])
    said = [action.text().split("\t")[0] for action in menu.actions()]
    assert said == [act_words(act) for act in Act] and "Why this reply" in said
    menu.close()
    menu.deleteLater()
    assert not [m for m in transcript.findChildren(QMenu) if m.isVisible()]


def test_a_press_on_what_is_wrong_with_a_reply_asks_why(
        transcript: Transcript, qtbot: QtBot) -> None:
    # GIVEN a reply with a note and two marks beneath it
    marked = replace(THREE[1], note="Stopped.", marks=("≠ “A part”: It knows otherwise.",
                                                       "? “comes back”: Nothing says so."))
    transcript.show_conversation([THREE[0], marked])
    asked: list[tuple[str, int]] = []
    transcript.act_wanted.connect(lambda act, one: asked.append((act, one)))
    foot = transcript.column.bottom(1) - transcript.column.top(1)
    # WHEN the note is pressed nothing is asked, and where a mark is it is
    for above in (2.5, 1.5, 0.5):
        spot = point(transcript, 1, 20, foot - above * NOTE)
        qtbot.mouseClick(transcript.viewport(), LEFT, NONE, spot)
    assert asked == [("why", 2), ("why", 2)]
    # AND by the keyboard, where all of it is read out
    enter(transcript)
    qtbot.keyClick(transcript, Qt.Key.Key_W)
    assert asked[2:] == [("why", 2)] and "knows otherwise" in transcript.accessibleDescription()


def test_the_wheel_scrolls(transcript: Transcript) -> None:
    transcript.show_conversation(many(100))
    before = transcript.verticalScrollBar().value()
    QApplication.sendEvent(transcript.viewport(), QWheelEvent(
        QPointF(50, 50), transcript.viewport().mapToGlobal(QPointF(50, 50)), QPoint(),
        QPoint(0, 120), Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False))
    assert transcript.verticalScrollBar().value() < before


def test_a_changed_theme_is_drawn_at_once(
        transcript: Transcript, theme_source: ThemeSource) -> None:
    transcript.show_conversation(THREE)
    light = transcript.grab().toImage()
    theme_source.choose("dark", reduce_motion=True)
    dark = transcript.grab().toImage()
    theme_source.choose("system", reduce_motion=False)
    assert light != dark
