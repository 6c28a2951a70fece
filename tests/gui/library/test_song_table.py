"""The table asks for no more rows than are in sight, once, and keeps what it knows."""

import numpy as np
import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from engine.tagging.browsing.song_query import ShelfSong, ShelfState
from engine.tagging.results import Tag
from engine.tagging.vocabulary import Vocabulary
from gui.library.columns import Column, column_widths
from gui.library.song_table import ROW_ROLE, SNIPPET_ROLE, SongTable


def song(key: int, title: str = "") -> ShelfSong:
    return ShelfSong(key, key, title or f"Song {key}", "The Millers", "en", ShelfState.TAGGED,
                     f"/m/{key}.lrc", tags=(Tag("sadness", 0.7),), added="2026-11-20T10:00:00Z")


@pytest.fixture
def table(qtbot: QtBot, vocabulary: Vocabulary) -> SongTable:
    made = SongTable(vocabulary)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    return made


@pytest.fixture
def large(qtbot: QtBot, vocabulary: Vocabulary) -> SongTable:
    """A table of a hundred thousand rows."""
    made = SongTable(vocabulary)
    made.show_keys(np.arange(1, 100_001))
    return made


def wanted(table: SongTable, qtbot: QtBot, *rows: int) -> tuple[int, ...]:
    """What is asked for after these rows were painted."""
    with qtbot.waitSignal(table.rows_wanted, timeout=1000) as told:
        for row in rows:
            table.index(row, 0).data(ROW_ROLE)
    return told.args[0]


def test_only_rows_around_those_in_sight_are_asked_for(large: SongTable, qtbot: QtBot) -> None:
    # WHEN ten rows in the middle are painted, THEN some tens are asked for
    asked = wanted(large, qtbot, *range(50_000, 50_010))
    assert 50_001 in asked and len(asked) < 60


def test_whoever_looks_at_both_ends_does_not_ask_for_all(large: SongTable, qtbot: QtBot) -> None:
    assert len(wanted(large, qtbot, 0, 99_999)) < 60


def test_one_request_at_a_time_and_the_last_place_counts(large: SongTable, qtbot: QtBot) -> None:
    table = large
    first = wanted(table, qtbot, 10)
    # WHEN rows elsewhere are painted while an answer is awaited, THEN nothing is asked for
    with qtbot.assertNotEmitted(table.rows_wanted, wait=20):
        table.index(5000, 0).data(ROW_ROLE)
    # AND what is in sight when it comes is asked for next
    table.put([song(key) for key in first])
    assert 5001 in wanted(table, qtbot, 5000)


def test_rows_that_are_gone_are_not_asked_for_again(table: SongTable, qtbot: QtBot) -> None:
    table.show_keys(np.array([1, 2, 3]))
    assert wanted(table, qtbot, 0) == (1, 2, 3)
    table.put([song(1), song(3)])
    with qtbot.assertNotEmitted(table.rows_wanted, wait=20):
        for row in range(3):
            table.index(row, 0).data(ROW_ROLE)
    assert table.index(1, 0).data() is None


def test_what_was_read_stays_until_it_is_read_anew(table: SongTable, qtbot: QtBot) -> None:
    table.show_keys(np.array([1, 2]), [song(1), song(2)])
    # WHEN the same rows are found again, one of which was read anew
    table.show_keys(np.array([1, 2]), [song(1, "Changed")])
    # THEN the other is still shown, and asked for
    assert table.index(0, 0).data() == "Changed" and table.index(1, 0).data() == "Song 2"
    assert wanted(table, qtbot, 1) == (2,)


def test_cells_say_what_they_show(table: SongTable) -> None:
    table.show_keys(np.array([7]), [song(7)], {7: "the rain"})
    cells = [table.index(0, column).data() for column in Column]
    assert cells == ["Song 7", "The Millers", "Sadness 0.70", "English", "Tagged",
                     cells[Column.ADDED]]
    assert cells[Column.ADDED].endswith("Nov 2026")
    assert table.index(0, 0).data(SNIPPET_ROLE) == "the rain"


def test_rows_and_keys_find_each_other(table: SongTable) -> None:
    table.show_keys(np.array([5, -3, 9]))
    assert (table.key_at(1), table.row_of(9), table.row_of(4)) == (-3, 2, -1)
    assert table.rows_of((9, 5, 4)) == [0, 2] and table.rows_of(()) == []
    assert table.key_at(3) == 0 and table.key_at(-1) == 0


@pytest.mark.parametrize("room", [250, 300, 420, 560, 700, 860, 1200, 2000])
def test_columns_never_take_more_room_than_there_is(room: int) -> None:
    widths = column_widths(room, (), {})
    assert sum(widths.values()) <= room
    assert widths[Column.TITLE] >= 72 and Column.MOODS in widths
    # What the person drew holds, and what they took away stays away.
    own = column_widths(room, (Column.STATE,), {Column.ARTIST: 120})
    assert Column.STATE not in own and own.get(Column.ARTIST, 120) == 120
