"""The page as a person uses it: first looks, writing, stopping, settings, names, narrow windows."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from engine.errors import EngineError
from engine.settings import Settings
from gui.chat.drawer import Leaf
from gui.chat.model_panel import ModelPanel
from gui.chat.page import ChatPage
from gui.chat.services import Fetching
from tests.gui.chat.conftest import ANSWER, Bench

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def press(bench: Bench, key: Qt.Key | str,
          modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    bench.qtbot.keyClick(focus, key, modifier)


def write(bench: Bench, page: ChatPage, text: str) -> None:
    page.input.field.setFocus()
    bench.qtbot.keyClicks(page.input.field, text)


def ask(bench: Bench, page: ChatPage, text: str) -> None:
    write(bench, page, text)
    press(bench, Qt.Key.Key_Return)
    bench.settle()


def shown(page: QWidget) -> str:
    """All words of labels and buttons in sight."""
    widgets = [*page.findChildren(QLabel), *page.findChildren(QPushButton)]
    return "\n".join(w.text() for w in widgets if w.isVisible())


def button(page: QWidget, words: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if b.text() == words and b.isVisible())


def model_panel(page: ChatPage) -> ModelPanel:
    page.show_drawer(True)
    panel = page.drawer.show_leaf(Leaf.MODEL)
    assert isinstance(panel, ModelPanel)
    return panel


# First looks

def test_without_a_model_there_is_one_thing_to_do(
        bench: Bench, page: ChatPage) -> None:
    # GIVEN no model that writes
    bench.entries.clear()
    bench.presenter.models.load()
    bench.settle()
    assert page.no_model.isVisible() and not page.input.isVisible()
    # WHEN the button is pressed, THEN a model is asked for, and how far it is is shown
    with bench.qtbot.waitSignal(bench.presenter.models.wanted):
        button(page, "Get SmolLM2 (93 MB)").click()
    bench.presenter.models.show_fetching(Fetching(31_000_000, 93_000_000, "Fetching SmolLM2"))
    assert not page.no_model.get.isVisible() and "Fetching SmolLM2" in shown(page)
    bench.presenter.models.show_fetching(Fetching(problem="The network is away.", hint="Later."))
    assert page.no_model.get.isVisible() and "The network is away. Later." in shown(page)


def test_an_example_is_asked_with_one_press(bench: Bench, page: ChatPage) -> None:
    assert page.nothing_said.isVisible()
    words = page.nothing_said.examples[0].text()
    page.nothing_said.examples[0].click()
    bench.settle()
    assert bench.said == [words, ANSWER] and page.transcript.isVisible()
    assert page.input.field.hasFocus()


# Writing

def test_enter_sends_and_shift_enter_breaks(bench: Bench, page: ChatPage) -> None:
    write(bench, page, "One")
    press(bench, Qt.Key.Key_Return, SHIFT)
    bench.qtbot.keyClicks(page.input.field, "two")
    press(bench, Qt.Key.Key_Return)
    bench.settle()
    assert bench.said == ["One\ntwo", ANSWER]
    assert page.input.field.toPlainText() == ""


def test_the_field_grows_to_six_lines_and_shrinks_again(bench: Bench, page: ChatPage) -> None:
    field = page.input.field
    line = field.fontMetrics().lineSpacing()
    one = field.height()
    field.setPlainText("a\nb\nc")
    assert field.height() == one + 2 * line
    field.setPlainText("a\n" * 40)
    assert field.height() == one + 5 * line
    field.setPlainText("word " * 60)
    assert field.height() > one
    field.clear()
    assert field.height() == one


def test_escape_stops_wherever_the_keyboard_is(bench: Bench, page: ChatPage) -> None:
    for place in (page.input.field, page.transcript, page.panel.list):
        bench.half_said("Tell me")
        assert page.input.button.text() == "Stop"
        place.setFocus()
        press(bench, Qt.Key.Key_Escape)
        bench.brake.let_go()
        bench.settle()
        assert bench.notes[-1] == "Stopped." and page.input.button.text() == "Send"


def test_the_stop_button_stops_and_enter_does_not_send_meanwhile(
        bench: Bench, page: ChatPage) -> None:
    bench.half_said("Tell me")
    write(bench, page, "next")
    press(bench, Qt.Key.Key_Return)
    assert page.input.field.toPlainText() == "next"
    page.input.button.click()
    bench.brake.let_go()
    bench.settle()
    assert bench.notes[-1] == "Stopped." and page.input.field.toPlainText() == "next"


def test_nothing_can_be_sent_while_nothing_is_written(bench: Bench, page: ChatPage) -> None:
    assert not page.input.button.isEnabled()
    write(bench, page, "   ")
    assert not page.input.button.isEnabled()
    write(bench, page, "x")
    assert page.input.button.isEnabled()


def test_a_quick_action_asks_around_the_text_and_is_used_once(
        bench: Bench, page: ChatPage) -> None:
    button(page, "Translate").click()
    assert page.input.field.placeholderText() == "Paste the text to translate"
    page.input._choice.setCurrentText("German")
    ask(bench, page, "Good {choice} evening")
    assert bench.said[0].startswith("Translate the following text into German.")
    assert bench.said[0].endswith("Good {choice} evening")
    assert page.input.action == ""


def test_an_action_the_model_is_not_up_to_is_grey_and_says_why(
        bench: Bench, page: ChatPage) -> None:
    page.input.use("rewrite")
    page.input.limit("rewrite", "This model rewrites 12 of 50 texts well.")
    rewrite = button(page, "Rewrite")
    assert not rewrite.isEnabled() and "12 of 50" in rewrite.toolTip()
    assert page.input.action == ""
    page.input.limit("rewrite", "")
    assert rewrite.isEnabled()


def test_the_meter_stands_beside_the_field(bench: Bench, page: ChatPage) -> None:
    write(bench, page, "Hello")
    bench.qtbot.waitUntil(lambda: "2\u202f048 tokens" in shown(page))
    assert not page.input._left_out.isVisible()
    page.input.field.setPlainText("long " * 2000)
    bench.qtbot.waitUntil(page.input._left_out.isVisible)


# Reading

def test_a_failed_reply_says_why_and_can_be_tried_again(bench: Bench, page: ChatPage) -> None:
    ask(bench, page, "Please (break)")
    assert page.trouble.isVisible() and "could not be finished" in shown(page)
    assert "The model broke off." in bench.notes[-1]
    bench.model._fails = ""
    button(page, "Try again").click()
    bench.settle()
    assert not page.trouble.isVisible() and bench.said[-1] == ANSWER


def test_a_model_that_cannot_be_opened_says_so_above_the_field(
        bench: Bench, page: ChatPage) -> None:
    bench.trouble.append(EngineError("Its file is gone.", "Add it again."))
    bench.presenter.models.make_ready()
    bench.settle()
    assert "Its file is gone." in shown(page.trouble)
    bench.trouble.clear()
    button(page, "Try again").click()
    bench.settle()
    assert not page.trouble.isVisible()


def test_deleted_messages_come_back_by_key_and_by_button(bench: Bench, page: ChatPage) -> None:
    ask(bench, page, "Hello")
    for undo in (lambda: button(page, "Undo").click(),
                 lambda: press(bench, Qt.Key.Key_Z, CTRL)):
        page.transcript.setFocus()
        press(bench, Qt.Key.Key_Home)
        press(bench, Qt.Key.Key_Delete)
        bench.settle()
        assert bench.said == [] and "Deleted 2 messages" in shown(page)
        page.panel.list.setFocus()
        undo()
        bench.settle()
        assert bench.said == ["Hello", ANSWER]


def test_a_message_is_edited_by_key_and_answered_anew(bench: Bench, page: ChatPage) -> None:
    ask(bench, page, "Hello")
    page.transcript.setFocus()
    press(bench, Qt.Key.Key_Home)
    press(bench, "e")
    editor = page.transcript.editor
    assert "(Ctrl+Enter)" in editor.answer.toolTip()
    assert "(Ctrl+Enter)" not in editor.save.toolTip()
    bench.qtbot.keyClicks(editor.field, " again")
    press(bench, Qt.Key.Key_Return, CTRL)
    bench.settle()
    assert bench.said == ["Hello again", ANSWER]
    assert bench.presenter.open.shown[0].of == 2


def test_the_view_follows_what_is_asked(bench: Bench, page: ChatPage) -> None:
    for text in ("One " * 200, "Two " * 200, "Three"):
        page.input.field.setPlainText(text)
        page.input.field.setFocus()
        press(bench, Qt.Key.Key_Return)
        bench.settle()
    page.transcript.verticalScrollBar().setValue(0)
    ask(bench, page, "Four")
    assert page.transcript.at_end


# Conversations

def two(bench: Bench, page: ChatPage) -> tuple[int, int]:
    """Two conversations; the second is open."""
    ask(bench, page, "About rain")
    first = bench.presenter.open.id
    page.input.field.setFocus()
    press(bench, Qt.Key.Key_N, CTRL)
    ask(bench, page, "About sun")
    return first, bench.presenter.open.id


def test_a_new_conversation_joins_the_list_with_its_first_words(
        bench: Bench, page: ChatPage) -> None:
    first, second = two(bench, page)
    assert len(bench.titles) == 2 and "sun" in bench.titles[0]
    assert page.title.text() == bench.titles[0]
    assert page.panel.list.currentIndex().row() == 0
    # WHEN the other row is chosen, THEN it opens
    page.panel.list.setFocus()
    press(bench, Qt.Key.Key_Down)
    bench.settle()
    assert bench.presenter.open.id == first and bench.said[0] == "About rain"
    assert second != first


def test_a_conversation_is_renamed_in_its_row(bench: Bench, page: ChatPage) -> None:
    ask(bench, page, "About rain")
    page.panel.list.setFocus()
    press(bench, Qt.Key.Key_F2)
    field = page.panel.list.findChild(QLineEdit)
    field.selectAll()
    bench.qtbot.keyClicks(field, "Weather")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    bench.settle()
    assert bench.titles == ["Weather"] and page.title.text() == "Weather"
    # an empty name is none
    page.panel.list.setFocus()
    press(bench, Qt.Key.Key_F2)
    field = page.panel.list.findChildren(QLineEdit)[-1]
    field.clear()
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    bench.settle()
    assert bench.titles == ["Weather"]


def test_a_deleted_conversation_comes_back(bench: Bench, page: ChatPage) -> None:
    two(bench, page)
    page.panel.list.setFocus()
    press(bench, Qt.Key.Key_Delete)
    bench.settle()
    assert len(bench.titles) == 1 and bench.presenter.open.id == 0
    assert "Deleted \u201c" in shown(page.panel)
    page.panel.undo.click()
    bench.settle()
    assert len(bench.titles) == 2 and not page.panel.undo.isVisible()


def test_deleted_conversations_are_gone_for_good_with_the_next_start(
        bench: Bench, page: ChatPage) -> None:
    two(bench, page)
    bench.presenter.conversations.delete([bench.presenter.open.id])
    bench.settle()
    again = bench.make()
    again.load()
    bench.settle()
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        assert services.store.rows(trashed=True) == []
        assert len(services.store.rows()) == 1


def test_what_was_said_is_found_and_opened(bench: Bench, page: ChatPage) -> None:
    first, _ = two(bench, page)
    press(bench, Qt.Key.Key_F, CTRL)
    bench.qtbot.keyClicks(page.panel.search, "rain")
    table = bench.presenter.conversations.table
    bench.qtbot.waitUntil(lambda: table.searching and table.rowCount() >= 1)
    assert all(table.row_at(at).conversation_id == first for at in range(table.rowCount()))
    page.panel.list.setCurrentIndex(table.index(0))
    bench.settle()
    assert bench.presenter.open.id == first
    # AND by keys alone: Enter in the field leads to the first that was found, and opens it
    bench.presenter.new()
    page.panel.search.setFocus()
    press(bench, Qt.Key.Key_Return)
    bench.settle()
    assert bench.presenter.open.id == first and page.panel.list.hasFocus()
    # WHEN nothing is found, THEN it says so; Escape brings all back
    page.panel.search.setFocus()
    bench.qtbot.keyClicks(page.panel.search, "xyzzy")
    bench.qtbot.waitUntil(lambda: table.rowCount() == 0)
    assert "Nothing holds \u201crainxyzzy\u201d." in shown(page)
    press(bench, Qt.Key.Key_Escape)
    assert table.rowCount() == 2 and not table.searching


# Settings of the talk

def test_the_drawer_shows_and_changes_how_words_are_picked(
        bench: Bench, page: ChatPage) -> None:
    drawer = model_panel(page)
    assert drawer.isVisible() and not drawer.reset.isEnabled()
    drawer.temperature.slider.setValue(0)
    drawer.seed.box.setValue(7)
    drawer.longest.box.setValue(64)
    bench.qtbot.waitUntil(
        lambda: bench.presenter.open.stored.settings.sampling.temperature == 0)
    settings = bench.presenter.open.stored.settings
    assert (settings.sampling.seed, settings.max_tokens) == (7, 64)
    assert "none" in shown(drawer)
    # WHEN it is reset, THEN all is as at first
    drawer.reset.click()
    assert bench.presenter.open.stored.settings == bench.presenter.default_settings
    assert drawer.seed.box.value() == -1 and not drawer.reset.isEnabled()


def test_the_system_prompt_reaches_the_model(bench: Bench, page: ChatPage) -> None:
    panel = model_panel(page)
    panel.prompt.setFocus()
    bench.qtbot.keyClicks(panel.prompt, "Be brief.")
    ask(bench, page, "Hello")
    assert "Be brief." in bench.model.prompts[-1]


def test_the_drawer_says_what_runs_and_how_fast(bench: Bench, page: ChatPage) -> None:
    model_panel(page)
    assert "Runs on CPU" in shown(page.drawer)
    ask(bench, page, "Hello")
    assert "tokens a second, first word after" in shown(page.drawer)


def test_another_model_is_asked_for_by_its_id(bench: Bench, page: ChatPage) -> None:
    from tests.gui.chat.conftest import entry
    bench.entries.append(entry("other", "Other"))
    bench.presenter.models.load()
    bench.settle()
    with bench.qtbot.waitSignal(bench.presenter.models.chosen) as told:
        model_panel(page).model.activated.emit(1)
    assert told.args
    bench.presenter.use_settings(Settings(chat_model="other"))
    assert bench.presenter.models.current and bench.presenter.models.current.name == "Other"
    bench.settle()


# The window

def test_a_narrow_window_shows_the_drawer_in_place_of_the_list(
        bench: Bench, page: ChatPage) -> None:
    page.resize(740, 640)
    assert page.panel.isVisible() and not page.drawer.isVisible()
    page.show_drawer(True)
    assert page.drawer.isVisible() and not page.panel.isVisible()
    page.resize(1200, 700)
    assert page.drawer.isVisible() and page.panel.isVisible()


def test_the_last_conversation_and_the_drawer_are_remembered(
        bench: Bench, page: ChatPage) -> None:
    ask(bench, page, "Hello")
    write(bench, page, "not yet")
    page.show_drawer(True)
    page.hide()
    bench.memory.sync()
    assert int(str(bench.memory.value("chat/conversation"))) == bench.presenter.open.id
    assert str(bench.memory.value("chat/drawer")).casefold() == "true"
    assert bench.memory.value("chat/columns") is not None
    again = bench.make()
    again.load()
    bench.settle()
    assert again.draft == "not yet" and again.open.id == bench.presenter.open.id


@pytest.mark.parametrize("width", [740, 1100, 1800])
def test_everything_has_a_name_for_those_who_do_not_see_it(
        bench: Bench, page: ChatPage, width: int) -> None:
    page.resize(width, 700)
    page.show_drawer(True)
    for widget in page.findChildren(QWidget):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
        if takes and not widget.objectName().startswith("qt_"):
            named = widget.accessibleName() or getattr(widget, "text", str)()
            assert named, f"{widget} has no name"
