"""What was said is changed and brought back: in any order, across conversations and starts."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine.chat.conversation import Role
from gui.chat.page import ChatPage
from gui.chat.presenter import ChatPresenter
from gui.chat.shown import Act
from tests.gui.chat.conftest import ANSWER, Bench

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def two_turns(bench: Bench) -> None:
    bench.begin()
    bench.say("One")
    bench.say("Two")


def undo(bench: Bench) -> None:
    bench.presenter.undo()
    bench.settle()


def redo(bench: Bench) -> None:
    bench.presenter.redo()
    bench.settle()


def first(bench: Bench) -> int:
    return bench.presenter.open.shown[0].id


def edited(bench: Bench, text: str, keep: bool) -> None:
    bench.presenter.edit(first(bench), text, False, keep)
    bench.settle()


def test_a_correction_keeps_what_follows(bench: Bench) -> None:
    two_turns(bench)
    edited(bench, "Uno", keep=True)
    assert bench.said == ["Uno", ANSWER, "Two", ANSWER]
    assert bench.presenter.open.shown[0].of == 2
    undo(bench)
    assert bench.said == ["One", ANSWER, "Two", ANSWER] and bench.presenter.edits.undone
    redo(bench)
    assert bench.said == ["Uno", ANSWER, "Two", ANSWER] and not bench.presenter.edits.undone


def test_without_keeping_the_talk_goes_on_anew(bench: Bench) -> None:
    two_turns(bench)
    edited(bench, "Uno", keep=False)
    assert bench.said == ["Uno"]
    undo(bench)
    assert bench.said == ["One", ANSWER, "Two", ANSWER]


def test_an_edit_that_was_answered_is_taken_back_with_its_answer(bench: Bench) -> None:
    two_turns(bench)
    bench.presenter.edit(first(bench), "Uno", True)
    bench.settle()
    assert bench.said == ["Uno", ANSWER]
    undo(bench)
    assert bench.said == ["One", ANSWER, "Two", ANSWER]
    redo(bench)
    assert bench.said == ["Uno", ANSWER]


def test_what_was_done_last_is_taken_back_first(bench: Bench) -> None:
    # GIVEN a message deleted, another conversation deleted, and a message edited
    bench.begin()
    bench.say("Other")
    other = bench.presenter.open.id
    bench.presenter.new()
    bench.say("One")
    bench.say("Two")
    bench.presenter.act(Act.DELETE, bench.presenter.open.shown[2].id)
    bench.settle()
    bench.presenter.conversations.delete([other])
    bench.settle()
    edited(bench, "Uno", keep=True)
    # THEN each comes back in its turn
    undo(bench)
    assert bench.said == ["One", ANSWER] and bench.titles == ["One"]
    undo(bench)
    assert bench.said == ["One", ANSWER] and set(bench.titles) == {"One", "Other"}
    undo(bench)
    assert bench.said == ["One", ANSWER, "Two", ANSWER]
    # WHEN nothing is left, THEN nothing happens
    undo(bench)
    assert len(bench.said) == 4 and not bench.problems


def test_the_link_beneath_the_messages_brings_back_messages(bench: Bench, page: ChatPage) -> None:
    # GIVEN a message deleted, and another conversation after it
    bench.say("Other")
    other = bench.presenter.open.id
    bench.presenter.new()
    bench.say("One")
    bench.say("Two")
    bench.presenter.act(Act.DELETE, bench.presenter.open.shown[2].id)
    bench.settle()
    bench.presenter.conversations.delete([other])
    bench.settle()
    # WHEN the link that speaks of messages is pressed
    assert page.removed.isVisible() and page.removed.undo.isVisible()
    page.removed.undo.click()
    bench.settle()
    # THEN these come back, and the keys bring back the conversation, each once
    assert bench.said == ["One", ANSWER, "Two", ANSWER] and bench.titles == ["One"]
    undo(bench)
    assert set(bench.titles) == {"One", "Other"} and len(bench.said) == 4
    undo(bench)
    assert len(bench.said) == 4 and len(bench.titles) == 2


def test_the_way_back_outlives_the_program(bench: Bench) -> None:
    two_turns(bench)
    bench.presenter.act(Act.DELETE, bench.presenter.open.shown[2].id)
    bench.settle()
    # WHEN the program is started again
    again: ChatPresenter = bench.make()
    again.load()
    bench.settle()
    assert len(again.open.shown) == 2 and not again.edits.removed
    again.undo()
    bench.settle()
    assert len(again.open.shown) == 4 and again.edits.undone == "removed"
    again.redo()
    bench.settle()
    assert len(again.open.shown) == 2


def test_once_the_talk_goes_on_the_strip_is_gone_but_the_way_back_stays(bench: Bench) -> None:
    two_turns(bench)
    bench.presenter.act(Act.DELETE, bench.presenter.open.shown[2].id)
    bench.settle()
    assert bench.presenter.edits.removed == 2
    bench.say("Three")
    assert bench.presenter.edits.removed == 0
    undo(bench)
    assert bench.said == ["One", ANSWER, "Two", ANSWER]


def test_nothing_is_taken_back_while_a_reply_is_written(bench: Bench) -> None:
    two_turns(bench)
    edited(bench, "Uno", keep=True)
    bench.half_said("Three")
    undo(bench) if not bench.chat.busy else bench.presenter.undo()
    assert bench.presenter.edits.undone == ""
    bench.brake.let_go()
    bench.settle()
    undo(bench)
    assert bench.said[:2] == ["One", ANSWER]


def test_a_branch_is_a_conversation_of_its_own(bench: Bench) -> None:
    two_turns(bench)
    one = bench.presenter.open.id
    bench.presenter.act(Act.BRANCH, bench.presenter.open.shown[1].id)
    bench.settle()
    assert bench.presenter.open.id != one and bench.said == ["One", ANSWER]
    assert len(bench.titles) == 2
    bench.say("Another way")
    bench.presenter.show(one)
    bench.settle()
    assert bench.said == ["One", ANSWER, "Two", ANSWER]


def test_the_page_says_what_was_taken_back_and_does_it_again(bench: Bench,
                                                             page: ChatPage) -> None:
    bench.say("One")
    page.transcript.setFocus()
    page.transcript.go_to_message(bench.presenter.open.shown[0].id)
    bench.qtbot.keyClick(page.transcript, Qt.Key.Key_Delete)
    bench.settle()
    assert page.removed.undo.isVisible() and not page.removed.redo.isVisible()
    bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, CTRL)
    bench.settle()
    assert len(bench.said) == 2 and page.removed.redo.isVisible()
    bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, CTRL | SHIFT)
    bench.settle()
    assert bench.said == [] and not page.removed.redo.isVisible()
    page.removed.undo.click()
    bench.settle()
    assert len(bench.said) == 2


def test_saving_in_the_editor_keeps_what_follows_unless_told_otherwise(
        bench: Bench, page: ChatPage) -> None:
    bench.say("One")
    bench.say("Two")
    editor = page.transcript.editor
    page.transcript.edit(first(bench))
    assert editor.keeps.isVisible() and editor.keeps.isChecked()
    editor.field.setPlainText("Uno")
    editor.save.click()
    bench.settle()
    assert bench.said == ["Uno", ANSWER, "Two", ANSWER]
    page.transcript.edit(first(bench))
    editor.keeps.click()
    editor.field.setPlainText("Eins")
    editor.save.click()
    bench.settle()
    assert bench.said == ["Eins"]
    # THEN of a last message nothing is asked
    page.transcript.edit(first(bench))
    assert not editor.keeps.isVisible()


def test_a_talk_that_was_imported_with_no_edits_has_nothing_to_take_back(bench: Bench) -> None:
    bench.begin()
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        one = services.store.create("Told").id
        services.store.add_message(one, Role.USER, "Hello")
    bench.presenter.show(one)
    bench.settle()
    undo(bench)
    redo(bench)
    assert bench.said == ["Hello"] and not bench.problems
