"""The list as a person orders it: folders, pins, dragging, many at once, thousands of rows."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QLineEdit, QMenu

from engine.chat.conversation import ConversationRow, FoundMessage, Role
from gui.chat.conversation_panel import ConversationPanel
from gui.chat.conversation_table import MIME, ConversationTable
from gui.chat.conversations import Conversations
from gui.chat.page import ChatPage
from gui.icons import IconSource
from gui.theme import ThemeSource
from tests.gui.chat.conftest import Bench
from tests.gui.chat.test_conversation_files import messages
from tests.gui.chat.test_talks import drop as drop_files

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
MANY = 2_000


def row(number: int, folder: str = "", pinned: bool = False) -> ConversationRow:
    return ConversationRow(number, f"Talk {number}", folder, pinned, "2026-01-01T10:00:00+00:00", 2)


def lines(table: ConversationTable) -> list[str]:
    """The lines as they stand: folders with what they hold, pinned ones with a star."""
    found = [table.row_at(at) for at in range(table.rowCount())]
    return [f"{one.title}/{one.holds}" if one.is_folder else f"{one.title}{'*' * one.pinned}"
            for one in found if one]


def put(bench: Bench, *folders: str) -> list[int]:
    """Conversations "Talk 1", "Talk 2" … in these folders."""
    with bench.open_chat() as services:  # type: ignore[attr-defined] # a context manager
        ids = [services.store.create(f"Talk {n}").id for n in range(1, len(folders) + 1)]
        for one, folder in zip(ids, folders, strict=True):
            services.store.set_folder(one, folder)
    bench.presenter.conversations.refresh()
    bench.settle()
    return ids


def folders(bench: Bench) -> dict[str, str]:
    """What the store has: titles and their folders."""
    with bench.open_chat() as services:  # type: ignore[attr-defined]
        return {one.title: one.folder for one in services.store.rows()}


def choose(page: ChatPage, *titles: str) -> None:
    table, view = page.panel.list.model(), page.panel.list
    view.clearSelection()
    for at in range(table.rowCount()):
        if table.index(at, 0).data() in titles:
            view.selectionModel().setCurrentIndex(
                table.index(at, 0), view.selectionModel().SelectionFlag.Select)


def press(bench: Bench, page: ChatPage, key: Qt.Key) -> None:
    bench.qtbot.keyClick(page.panel.list, key)


def entry(menu: QMenu, words: str) -> QMenu:
    """A menu within the menu."""
    found = next(action.menu() for action in menu.actions() if action.text() == words)
    assert isinstance(found, QMenu)
    return found


def pick(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text() == words).trigger()


def drop(page: ChatPage, source: list[int], target: QPoint) -> None:
    view, table = page.panel.list, page.panel.list.model()
    mime = table.mimeData([table.index(at, 0) for at in source])
    assert mime.hasFormat(MIME)
    move = QDragMoveEvent(target, Qt.DropAction.MoveAction, mime, LEFT, NONE)
    view.dragMoveEvent(move)
    assert move.isAccepted()
    view.dropEvent(QDropEvent(QPointF(target), Qt.DropAction.MoveAction, mime, LEFT, NONE))


# The order

def test_pinned_ones_stand_first_then_folders_then_the_others(
        qtbot: object, qapp: object) -> None:
    table = ConversationTable()
    table.show_rows([row(1, pinned=True), row(2, "zoo", pinned=True), row(3), row(4, "Art"),
                     row(5, "zoo"), row(6)])
    assert lines(table) == ["Talk 1*", "Art/1", "Talk 4", "zoo/2", "Talk 2*", "Talk 5",
                            "Talk 3", "Talk 6"]
    table.fold("zoo", True)
    assert "zoo/2" in lines(table) and "Talk 5" not in lines(table)
    assert table.position(0) is None and table.folders == ["Art", "zoo"]
    said = table.index(3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Folder zoo, closed, holds 2"


def test_what_was_found_knows_no_folders(qapp: object) -> None:
    table = ConversationTable()
    table.show_rows([row(1, "Art")])
    table.show_found([FoundMessage(1, "Talk 1", 7, Role.USER, "rain"),
                      FoundMessage(1, "Talk 1", 8, Role.ASSISTANT, "rain", author="Nadia"),
                      FoundMessage(1, "Talk 1", None, None, "Talk 1")])
    who = [one.who for at in range(3) if (one := table.row_at(at))]
    assert who == ["You", "Nadia", ""]
    assert "Nadia. rain" in table.index(1).data(Qt.ItemDataRole.AccessibleTextRole)


# Folders by keyboard and menu

def test_a_new_folder_is_named_in_its_row(bench: Bench, page: ChatPage) -> None:
    put(bench, "", "", "")
    choose(page, "Talk 1", "Talk 2")
    menu = page.panel.menu.made(page.panel.menu.rows)
    pick(entry(menu, "Move to a folder"), "New folder…")
    bench.settle()
    field = page.panel.list.findChild(QLineEdit)
    assert field is not None and field.accessibleName() == "Name of the folder"
    field.selectAll()
    bench.qtbot.keyClicks(field, "Winter")
    bench.qtbot.keyClick(field, Qt.Key.Key_Return)
    bench.settle()
    assert folders(bench) == {"Talk 1": "Winter", "Talk 2": "Winter", "Talk 3": ""}
    # WHEN it is undone twice, THEN the folder is called as before, and then is gone
    bench.presenter.conversations.undo()
    bench.settle()
    assert folders(bench)["Talk 1"] == "New folder"
    bench.presenter.conversations.undo()
    bench.settle()
    assert set(folders(bench).values()) == {""}


def test_folders_close_and_open_by_keys_and_stay_so(
        bench: Bench, page: ChatPage, theme_source: ThemeSource, icons: IconSource) -> None:
    put(bench, "Art", "Art", "")
    table, view = bench.presenter.conversations.table, page.panel.list
    choose(page, "Talk 2")
    view.setFocus()
    # Left leads to the folder, closes it; Right opens it, Space turns it over
    press(bench, page, Qt.Key.Key_Left)
    assert view.currentIndex().row() == 0 and len(lines(table)) == 4
    press(bench, page, Qt.Key.Key_Left)
    assert lines(table) == ["Art/2", "Talk 3"] and view.currentIndex().row() == 0
    press(bench, page, Qt.Key.Key_Right)
    assert len(lines(table)) == 4
    press(bench, page, Qt.Key.Key_Space)
    assert lines(table) == ["Art/2", "Talk 3"]
    # a start later it is closed still
    again = bench.make()
    panel = ConversationPanel(again, theme_source, icons, bench.memory)
    again.conversations.refresh()
    bench.settle()
    assert lines(again.conversations.table) == ["Art/2", "Talk 3"]
    panel.deleteLater()


def test_a_click_turns_a_folder_over(bench: Bench, page: ChatPage) -> None:
    put(bench, "Art", "")
    table, view = bench.presenter.conversations.table, page.panel.list
    middle = view.visualRect(table.index(0)).center()
    bench.qtbot.mouseClick(view.viewport(), LEFT, NONE, middle)
    assert lines(table) == ["Art/1", "Talk 2"]
    bench.qtbot.mouseClick(view.viewport(), LEFT, NONE, middle)
    assert lines(table) == ["Art/1", "Talk 1", "Talk 2"]


def test_a_folder_is_renamed_and_joins_one_of_that_name(bench: Bench, page: ChatPage) -> None:
    put(bench, "Art", "Craft", "Craft")
    conversations = bench.presenter.conversations
    assert conversations.table.setData(conversations.table.index(0), " Craft ")
    bench.settle()
    assert set(folders(bench).values()) == {"Craft"}
    conversations.undo()
    bench.settle()
    assert folders(bench) == {"Talk 1": "Art", "Talk 2": "Craft", "Talk 3": "Craft"}


def test_a_folder_can_go_without_what_is_in_it(bench: Bench, page: ChatPage) -> None:
    put(bench, "Art", "Art", "")
    choose(page, "Art")
    pick(page.panel.menu.made(page.panel.menu.rows), "Remove the folder, keep what is in it")
    bench.settle()
    assert set(folders(bench).values()) == {""} and len(folders(bench)) == 3
    assert page.panel.undo.isVisible()
    page.panel.undo.click()
    bench.settle()
    assert folders(bench)["Talk 1"] == "Art" and not page.panel.undo.isVisible()


def test_a_folder_stands_for_all_in_it(bench: Bench, page: ChatPage) -> None:
    put(bench, "Art", "Art", "")
    choose(page, "Art")
    page.panel.list.setFocus()
    words = [action.text() for action in page.panel.menu.made(page.panel.menu.rows).actions()]
    assert "Delete 2 conversations" in words
    press(bench, page, Qt.Key.Key_Delete)
    bench.settle()
    assert list(folders(bench)) == ["Talk 3"]
    page.panel.undo.click()
    bench.settle()
    assert folders(bench)["Talk 2"] == "Art"


def test_many_are_deleted_and_come_back_at_once(bench: Bench, page: ChatPage) -> None:
    put(bench, "", "", "")
    page.panel.list.selectAll()
    page.panel.list.setFocus()
    press(bench, page, Qt.Key.Key_Delete)
    bench.settle()
    assert folders(bench) == {}
    bench.presenter.undo()
    bench.settle()
    assert len(folders(bench)) == 3


def test_pins_go_to_the_top_and_come_off(bench: Bench, page: ChatPage) -> None:
    put(bench, "", "", "")
    table = bench.presenter.conversations.table
    choose(page, "Talk 1")
    page.panel.menu.pin()
    bench.settle()
    assert lines(table) == ["Talk 1*", "Talk 3", "Talk 2"]
    choose(page, "Talk 1")
    menu = page.panel.menu.made(page.panel.menu.rows)
    pick(menu, "Unpin")
    bench.settle()
    assert "*" not in "".join(lines(table))


def test_moving_by_the_menu_out_of_a_folder(bench: Bench, page: ChatPage) -> None:
    put(bench, "Art", "R&D")
    choose(page, "Talk 1")
    move = entry(page.panel.menu.made(page.panel.menu.rows), "Move to a folder")
    by_name = {action.text(): action for action in move.actions() if action.text()}
    assert not by_name["Art"].isEnabled() and by_name["R&&D"].isEnabled()
    by_name["Out of the folder"].trigger()
    bench.settle()
    assert folders(bench) == {"Talk 1": "", "Talk 2": "R&D"}


def test_each_step_is_taken_back_once_by_key_or_by_link(bench: Bench, page: ChatPage) -> None:
    # GIVEN one deleted, then one moved
    first, second = put(bench, "", "")
    conversations = bench.presenter.conversations
    conversations.delete([first])
    bench.settle()
    conversations.move([second], "Art")
    bench.settle()
    # WHEN the move is taken back by the link and the rest by the key
    page.panel.undo.click()
    bench.settle()
    assert folders(bench) == {"Talk 2": ""}
    bench.presenter.undo()
    bench.settle()
    # THEN both are, with one press each
    assert folders(bench) == {"Talk 1": "", "Talk 2": ""} and not conversations.can_undo


# Dragging

def test_rows_are_dragged_into_a_folder_and_out_again(bench: Bench, page: ChatPage) -> None:
    put(bench, "Art", "", "")
    view, table = page.panel.list, bench.presenter.conversations.table
    assert lines(table) == ["Art/1", "Talk 1", "Talk 3", "Talk 2"]
    # onto the folder, or onto one that is in it
    drop(page, [2], view.visualRect(table.index(0)).center())
    bench.settle()
    drop(page, [3], view.visualRect(table.index(1)).center())
    bench.settle()
    assert set(folders(bench).values()) == {"Art"} and len(folders(bench)) == 3
    # beneath all rows: out
    drop(page, [1], QPoint(20, view.viewport().height() - 4))
    bench.settle()
    assert sorted(folders(bench).values()) == ["", "Art", "Art"]


def test_a_row_dropped_where_it_is_moves_nothing(bench: Bench, page: ChatPage) -> None:
    put(bench, "Art", "")
    table = bench.presenter.conversations.table
    with bench.qtbot.assertNotEmitted(table.moved):
        drop(page, [1], page.panel.list.visualRect(table.index(0)).center())
    assert not bench.presenter.conversations.can_undo


def test_while_searching_nothing_is_dragged(bench: Bench) -> None:
    table = bench.presenter.conversations.table
    table.show_found([FoundMessage(1, "Talk 1", 7, Role.USER, "rain")])
    assert not table.flags(table.index(0)) & Qt.ItemFlag.ItemIsDragEnabled


# Thousands

@pytest.mark.slow
def test_two_thousand_stay_quick(bench: Bench, page: ChatPage) -> None:
    rows = [row(n, f"Folder {n % 20}" if n % 2 else "", n % 500 == 0) for n in range(1, MANY + 1)]
    table, view = bench.presenter.conversations.table, page.panel.list
    for act in (lambda: table.show_rows(rows), lambda: table.fold("Folder 1", True),
                lambda: view.scrollToBottom(), lambda: table.take_out([5]),
                lambda: view.selectAll()):
        begun = time.perf_counter()
        act()
        view.grab()
        assert time.perf_counter() - begun < 0.5


def test_deleting_thousands_looks_each_up_once(bench: Bench) -> None:
    conversations: Conversations = bench.presenter.conversations
    conversations.table.show_rows([row(n) for n in range(1, MANY + 1)])
    begun = time.perf_counter()
    conversations.delete(range(1, MANY + 1))
    assert time.perf_counter() - begun < 0.5 and conversations.table.size == 0
    bench.settle()


# Searching

def test_the_way_back_from_what_was_found(bench: Bench, page: ChatPage) -> None:
    # GIVEN two conversations, of which the one without the word is open
    for text in ("About kettles", "About rain"):
        bench.presenter.new()
        bench.say(text)
    origin, table = bench.presenter.open.id, bench.presenter.conversations.table
    # WHEN what was found is opened
    page.panel.search.setText("kettles")
    bench.qtbot.waitUntil(lambda: table.searching)
    assert page.panel.back.isHidden()
    page.panel.list.setCurrentIndex(table.index(table.rowCount() - 1))
    bench.settle()
    assert bench.presenter.open.id != origin and bench.presenter.sought
    # THEN one press leads back, and what was found stays
    assert page.panel.back.isVisible() and "About rain" in page.panel.back.text()
    page.panel.list.setFocus()
    bench.qtbot.keyClick(page.panel.list, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    bench.settle()
    assert bench.presenter.open.id == origin and table.searching
    assert page.panel.back.isHidden()
    page.panel.search.clear()
    assert page.panel.back.isHidden()


def test_the_search_comes_back_where_the_drawer_took_its_place(
        bench: Bench, page: ChatPage) -> None:
    page.resize(740, 640)
    page.show_drawer(True)
    assert not page.panel.isVisible()
    page.input.field.setFocus()
    bench.qtbot.keyClick(page.input.field, "f", Qt.KeyboardModifier.ControlModifier)
    assert page.panel.search.hasFocus() and not page.drawer.isVisible()


def test_how_many_were_found_is_said(bench: Bench, page: ChatPage) -> None:
    bench.say("About rain")
    page.panel.search.setText("rain")
    bench.qtbot.waitUntil(lambda: bench.presenter.conversations.table.searching)
    assert page.panel._foot.text() == "2 found"
    bench.presenter.conversations.table.show_found(
        [FoundMessage(1, "Talk", n, Role.USER, "rain") for n in range(1, 101)])
    assert page.panel._foot.text() == "The newest 100 of what was found"


def test_files_are_let_go_over_the_list_too(
        bench: Bench, page: ChatPage, tmp_path: Path) -> None:
    put(bench, "")
    file = messages(tmp_path / "chats.jsonl", "About rain")
    assert drop_files(page.panel.list.viewport(), file)
    bench.settle()
    assert "About rain" in bench.titles
