"""The tree in its window: opened by keys, walked, gone to, branched from, however large."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine.chat.conversation import Role
from gui.chat.page import ChatPage
from gui.chat.shown import Act
from gui.chat.tree_delegate import ROW_ROLE
from gui.chat.tree_dialog import TreeDialog
from tests.gui.chat.conftest import ANSWER, Bench
from tests.quickest import quickest

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def opened(bench: Bench, page: ChatPage) -> TreeDialog:
    focus = QApplication.focusWidget()
    assert focus is not None
    bench.qtbot.keyClick(focus, Qt.Key.Key_T, CTRL | SHIFT)
    dialog = page.tree.dialog
    assert dialog is not None and dialog.isVisible()
    bench.qtbot.waitUntil(dialog.view.hasFocus)
    return dialog


@pytest.fixture
def parted(bench: Bench, page: ChatPage) -> int:
    """A conversation with two answers to its first message; the id of the first answer."""
    bench.say("One")
    first = bench.presenter.open.shown[1].id
    bench.presenter.act(Act.REGENERATE, first)
    bench.settle()
    bench.say("Two")
    return first


def test_with_nothing_said_there_is_no_tree(bench: Bench, page: ChatPage) -> None:
    assert not page.tree.isEnabled()
    page.tree.open()
    assert page.tree.dialog is None


def test_a_branch_is_gone_to_by_keys_alone(bench: Bench, page: ChatPage, parted: int) -> None:
    dialog = opened(bench, page)
    assert "2 branches" in dialog.about.text()
    rows = dialog.view.table.rows
    assert [(row.column, row.shown) for row in rows] == [(0, True), (1, False), (0, True)]
    # THEN the keyboard begins at what is shown last
    assert dialog.view.currentIndex().row() == 2
    bench.qtbot.keyClick(dialog.view, Qt.Key.Key_Up)
    assert dialog.view.chosen is not None and dialog.view.chosen.message_id == parted
    bench.qtbot.keyClick(dialog.view, Qt.Key.Key_Return)
    bench.settle()
    assert bench.said == ["One", ANSWER] and bench.presenter.open.shown[1].id == parted
    assert page.tree.dialog is None
    assert page.transcript.current is not None and page.transcript.current.id == parted


def test_of_several_beginnings_the_keyboard_is_at_what_is_shown(bench: Bench,
                                                                page: ChatPage) -> None:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        one = services.store.create("Greetings").id
        for words in ("Hello", "Good day"):
            services.store.add_message(one, Role.ASSISTANT, words, author="Ann")
    bench.presenter.show(one)
    bench.settle()
    page.transcript.setFocus()
    dialog = opened(bench, page)
    assert dialog.view.table.rows[0].message_id == 0
    assert dialog.view.chosen is not None and dialog.view.chosen.words == "Good day"
    bench.qtbot.keyClick(dialog.view, Qt.Key.Key_Home)
    assert dialog.view.chosen is not None and dialog.view.chosen.words == "Hello"
    dialog.reject()


def test_a_double_click_goes_there(bench: Bench, page: ChatPage, parted: int) -> None:
    dialog = opened(bench, page)
    where = dialog.view.visualRect(dialog.view.table.index(1)).center()
    left = Qt.MouseButton.LeftButton
    bench.qtbot.mouseClick(dialog.view.viewport(), left, pos=where)
    bench.qtbot.mouseDClick(dialog.view.viewport(), left, pos=where)
    bench.settle()
    assert bench.presenter.open.shown[1].id == parted


def test_left_leads_to_where_a_branch_turned_off(bench: Bench, page: ChatPage,
                                                 parted: int) -> None:
    dialog = opened(bench, page)
    dialog.view.setCurrentIndex(dialog.view.table.index(1))
    bench.qtbot.keyClick(dialog.view, Qt.Key.Key_Left)
    assert dialog.view.currentIndex().row() == 0
    bench.qtbot.keyClick(dialog.view, Qt.Key.Key_Escape)
    assert page.tree.dialog is None


def test_a_conversation_begins_from_a_branch(bench: Bench, page: ChatPage, parted: int) -> None:
    one = bench.presenter.open.id
    dialog = opened(bench, page)
    dialog.view.setCurrentIndex(dialog.view.table.index(1))
    dialog.branch.click()
    bench.settle()
    assert bench.presenter.open.id != one and bench.said == ["One", ANSWER]


def test_it_follows_what_happens_and_waits_for_a_reply(bench: Bench, page: ChatPage) -> None:
    bench.say("One")
    dialog = opened(bench, page)
    assert "not parted" in dialog.about.text() and len(dialog.view.table.rows) == 1
    bench.half_said("Two")
    assert not dialog.go.isEnabled() and dialog.said.text()
    bench.brake.let_go()
    bench.settle()
    assert dialog.go.isEnabled() and dialog.view.table.rows[0].messages == 4
    assert "4 messages" in str(dialog.view.table.index(0).data(
        Qt.ItemDataRole.AccessibleTextRole))
    dialog.leave.click()


def test_two_thousand_messages_with_alternatives_open_at_once(bench: Bench,
                                                              page: ChatPage) -> None:
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        one, parent = services.store.create("Long").id, None
        with services.company.database.transaction():
            for number in range(1000):
                for _ in range(2):
                    said = services.store.add_message(
                        one, (Role.USER, Role.ASSISTANT)[number % 2], f"{number} words", parent)
                parent = said.id
    bench.presenter.show(one)
    bench.settle()
    dialog = opened(bench, page)
    assert len(dialog.view.table.rows) > 1900
    assert quickest(dialog.refresh, 0.15) < 0.15
    assert dialog.view.table.index(5).data(ROW_ROLE) is not None
    dialog.reject()
