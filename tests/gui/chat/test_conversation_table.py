"""The list as a table: all of them or what was found, named in place, hidden at once."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from engine.chat.conversation import ConversationRow, FoundMessage, Role
from gui.chat.conversation_table import ConversationTable
from gui.chat.list_rows import ListRow, found_parts

pytestmark = pytest.mark.usefixtures("qapp")
ROWS = [ConversationRow(n, f"Talk {n}", "", False, "2026-01-01T10:00:00+00:00", 2)
        for n in (3, 2, 1)]


@pytest.fixture
def table(qtmodeltester: ModelTester) -> ConversationTable:
    made = ConversationTable()
    made.show_rows(ROWS)
    qtmodeltester.check(made)
    return made


def titles(table: ConversationTable) -> list[object]:
    return [table.index(row).data() for row in range(table.rowCount())]


def test_rows_stand_in_the_order_of_the_store(table: ConversationTable) -> None:
    assert titles(table) == ["Talk 3", "Talk 2", "Talk 1"]
    assert table.position(1) == 2 and table.position(9) is None
    assert table.row_at(3) is None and table.row_at(-1) is None


def test_found_messages_stand_instead_until_the_search_ends(table: ConversationTable) -> None:
    table.show_found([FoundMessage(2, "Talk 2", 17, Role.USER, "the rain", ((4, 8),)),
                      FoundMessage(2, "Talk 2", None, Role.USER, "")])
    row = table.row_at(0)
    assert row and (row.conversation_id, row.message_id, row.excerpt) == (2, 17, "the rain")
    assert table.rowCount() == 2 and table.searching and table.size == 3
    table.show_found(None)
    assert titles(table) == ["Talk 3", "Talk 2", "Talk 1"]


def test_the_same_rows_with_other_words_keep_the_view(
        table: ConversationTable, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.modelReset), qtbot.waitSignal(table.dataChanged):
        table.mark_writing(2)
    row = table.row_at(1)
    assert row and row.writing
    with qtbot.assertNotEmitted(table.dataChanged):
        table.mark_writing(2)


def test_another_order_begins_the_view_anew(table: ConversationTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.modelReset):
        table.show_rows(ROWS[::-1])


def test_a_name_is_told_once_and_only_if_it_is_one(
        table: ConversationTable, qtbot: QtBot) -> None:
    told: list[tuple[int, str]] = []
    table.renamed.connect(lambda one, title: told.append((one, title)))
    assert table.setData(table.index(0), "  New \n name ")
    assert not table.setData(table.index(0), "  ")
    assert table.setData(table.index(0), "Talk 3")
    assert not table.setData(table.index(0), "x", Qt.ItemDataRole.UserRole)
    assert told == [(3, "New name")]


def test_deleted_ones_are_hidden_at_once_also_among_what_was_found(
        table: ConversationTable) -> None:
    table.show_found([FoundMessage(2, "Talk 2", 17, Role.USER, "a"),
                      FoundMessage(3, "Talk 3", 18, Role.USER, "b")])
    table.take_out([2])
    assert titles(table) == ["Talk 3"]
    table.show_found(None)
    assert titles(table) == ["Talk 3", "Talk 1"]


def test_one_without_a_name_has_one_for_those_who_hear_it(table: ConversationTable) -> None:
    table.show_rows([ConversationRow(1, "", "", False, "", 0)])
    assert "New conversation" in str(table.index(0).data(Qt.ItemDataRole.AccessibleTextRole))


@pytest.mark.parametrize("excerpt, marks, shown", [
    ("rain falls", ((0, 4),), "rain falls"),
    ("On and on and on it goes, the rain", ((30, 34),), "…it goes, the rain"),
    ("a" * 40 + "rain", ((40, 44),), "…" + "a" * 12 + "rain"),
    ("two\nlines", (), "two lines")])
def test_what_was_found_is_in_sight(
        excerpt: str, marks: tuple[tuple[int, int], ...], shown: str) -> None:
    parts = found_parts(ListRow(1, "", excerpt=excerpt, marks=marks))
    assert "".join(text for text, _ in parts) == shown
    assert [text for text, found in parts if found] == [excerpt[b:e] for b, e in marks]
