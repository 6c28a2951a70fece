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
_WIDTHS = {Column.ARTIST: 148, Column.MOODS: 210, Column.LANGUAGE: 88, Column.STATE: 116,
           Column.ADDED: 100}
_MOODS_LEAST, _MOODS_MOST = 110, 420
# The title keeps this much; before it gets less, these give way, the first of them first.
_TITLE_KEEPS = 180
_GIVES_WAY = (Column.ADDED, Column.LANGUAGE, Column.ARTIST, Column.STATE)


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
    widths = {column: own.get(column, width) for column, width in _WIDTHS.items()
              if column not in hidden}
    for column in _GIVES_WAY:
        if room - sum(widths.values()) < _TITLE_KEEPS:
            widths.pop(column, None)
    spare = room - sum(widths.values()) - _TITLE_KEEPS
    if Column.MOODS in widths and Column.MOODS not in own:
        wanted = widths[Column.MOODS] + round(spare * 0.6)
        widths[Column.MOODS] = max(_MOODS_LEAST, min(_MOODS_MOST, wanted))
    widths[Column.TITLE] = max(LEAST, room - sum(widths.values()))
    return widths
