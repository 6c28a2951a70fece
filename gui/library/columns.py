"""The columns of the Library's table: their names, how wide each is, and which of them fit."""

import enum
from collections.abc import Collection, Mapping

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


class Column(enum.IntEnum):
    """The columns, from the left."""

    TITLE = 0
    ARTIST = 1
    MOODS = 2
    LANGUAGE = 3
    STATE = 4
    ADDED = 5


LEAST = 72
_WIDTHS = {Column.ARTIST: 168, Column.LANGUAGE: 92, Column.STATE: 124, Column.ADDED: 96}
_MOODS_SHARE, _MOODS_WIDTHS = 0.36, (150, 420)
# Below these widths of the table a column makes room for those that say more.
_GIVES_WAY = {Column.ADDED: 820, Column.LANGUAGE: 720, Column.ARTIST: 600, Column.STATE: 470}


def column_word(column: int) -> str:
    """What stands over a column."""
    return {
        Column.TITLE: translate("Library", "Title"),
        Column.ARTIST: translate("Library", "Artist"),
        Column.MOODS: translate("Library", "Moods"),
        Column.LANGUAGE: translate("Library", "Language"),
        Column.STATE: translate("Library", "State"),
        Column.ADDED: translate("Library", "Added"),
    }[Column(column)]


def column_widths(room: int, hidden: Collection[Column],
                  own: Mapping[Column, int]) -> dict[Column, int]:
    """How `room` pixels are shared out among the columns that fit. `hidden` are those the person
    took away, `own` the widths they chose. The title takes what is left."""
    shown = [column for column in Column if column not in hidden
             and room >= _GIVES_WAY.get(column, 0)]
    low, high = _MOODS_WIDTHS
    widths = {column: own.get(column, _WIDTHS.get(column, 0)) for column in shown}
    if Column.MOODS in widths and Column.MOODS not in own:
        widths[Column.MOODS] = max(low, min(high, round(room * _MOODS_SHARE)))
    rest = room - sum(width for column, width in widths.items() if column is not Column.TITLE)
    widths[Column.TITLE] = max(2 * LEAST, rest)
    return widths
