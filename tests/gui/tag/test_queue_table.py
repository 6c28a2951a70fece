"""The queue keeps its order, finds rows by place and tells Qt no more than it must."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from engine.tagging.results import Tag
from engine.tagging.song import SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui.tag.queue_table import ROW_ROLE, QueueTable


def row(place: str, title: str = "", state: SongState = SongState.TAGGED,
        mood: str = "") -> SongRow:
    tags = (Tag(mood, 0.7),) if mood else ()
    return SongRow(place, 1, state, title or place.title(), "The Millers", tags=tags)


@pytest.fixture
def table(qtbot: QtBot, vocabulary: Vocabulary) -> QueueTable:
    made = QueueTable(vocabulary)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    return made


def shown(table: QueueTable) -> list[str]:
    return [table.index(at).data(ROW_ROLE).place for at in range(table.rowCount())]


def test_new_rows_join_at_the_end_and_known_ones_stay(table: QueueTable) -> None:
    # GIVEN two rows
    table.put([row("a"), row("b")])
    # WHEN one of them comes again with a new one
    table.put([row("c"), row("a", "Changed")])
    # THEN the known one changed where it stands
    assert shown(table) == ["a", "b", "c"]
    assert table.index(0).data() == "Changed"


def test_a_thousand_answers_are_one_change(table: QueueTable, qtbot: QtBot) -> None:
    table.put(row(str(at), state=SongState.WAITING) for at in range(1000))
    changes: list[tuple[int, int]] = []
    table.dataChanged.connect(lambda first, last: changes.append((first.row(), last.row())))
    table.put(row(str(at)) for at in range(10, 1000))
    assert changes == [(10, 999)]


def test_counts_follow_the_states(table: QueueTable) -> None:
    table.put([row("a", state=SongState.WAITING), row("b", state=SongState.WAITING)])
    table.put([row("a", state=SongState.FAILED)])
    assert (table.counts[SongState.WAITING], table.counts[SongState.FAILED]) == (1, 1)
    table.remove(["a"])
    assert table.counts[SongState.FAILED] == 0
    assert table.in_state(SongState.WAITING) == [row("b", state=SongState.WAITING)]


@pytest.mark.parametrize("text, found", [
    ("kitchen", ["/m/1"]), ("KITCHEN radio", ["/m/1"]), ("sadness", ["/m/2"]),
    ("millers", ["/m/1", "/m/2"]), ("m/2", ["/m/2"]), ("kitchen bus", []), ("  ", ["/m/1", "/m/2"]),
])
def test_search_looks_everywhere_a_person_would(table: QueueTable, text: str,
                                                found: list[str]) -> None:
    table.put([row("/m/1", "Kitchen Radio"), row("/m/2", "Last Bus", mood="sadness")])
    table.search(text)
    assert shown(table) == found


def test_an_answer_that_fits_the_search_comes_in_at_its_place(table: QueueTable) -> None:
    # GIVEN a search, and a row whose title is not known yet
    table.put([row("1", "Kitchen"), row("2", "-", SongState.WAITING), row("3", "Kitchen Two")])
    table.search("kitchen")
    assert shown(table) == ["1", "3"]
    # WHEN it is answered with a title that fits
    table.put([row("2", "Kitchen Radio")])
    # THEN it stands between the others
    assert shown(table) == ["1", "2", "3"]
    assert table.position("2") == 1


def test_removed_rows_leave_no_trace(table: QueueTable) -> None:
    table.put([row("a"), row("b"), row("c")])
    gone = table.remove(["c", "a", "never there"])
    assert [r.place for r in gone] == ["a", "c"]
    assert shown(table) == ["b"]
    assert table.row("a") is None and table.position("b") == 0
    table.put([row("a")])
    assert shown(table) == ["b", "a"]


def test_a_hidden_row_has_no_position(table: QueueTable) -> None:
    table.put([row("a", "Kitchen"), row("b", "Bus")])
    table.search("bus")
    assert table.position("a") is None
    assert table.row_at(0) == row("b", "Bus")
    assert table.row_at(1) is None and table.row_at(-1) is None
    assert table.size == 2


def test_a_screen_reader_hears_title_state_and_moods(table: QueueTable) -> None:
    table.put([row("a", "Kitchen Radio", mood="sadness"),
               SongRow("/m/Odd\nname.txt", None, SongState.FAILED,
                       message="This file holds no words.", hint="Paste the lyric.")])
    role = Qt.ItemDataRole.AccessibleTextRole
    assert table.index(0).data(role) == "Kitchen Radio, The Millers, Tagged, Sadness 0.70"
    assert table.index(1).data(role) == (
        "Odd name, Not read, This file holds no words., Paste the lyric.")
