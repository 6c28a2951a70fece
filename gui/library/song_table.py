"""The rows of the Library as Qt sees them: the keys of all songs found, and those songs whose rows
were on screen. Reads nothing: it says which rows it lacks and is given them.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from engine.tagging.browsing.song_query import Keys, ShelfSong
from engine.tagging.vocabulary import Vocabulary
from gui.library.columns import Column, column_word
from gui.library.wording import song_cell, song_spoken, song_tip

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
SNIPPET_ROLE = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex
_AROUND = 8
_MOST_ASKED = 200
_KEPT = 4_000


class SongTable(QAbstractTableModel):
    """`rows_wanted` carries the keys of rows that are to be shown and were not read yet: one
    request at a time, answered by `put`."""

    rows_wanted = Signal(tuple)

    def __init__(self, vocabulary: Vocabulary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._keys: Keys = np.empty(0, np.int64)
        self._songs: OrderedDict[int, ShelfSong] = OrderedDict()
        self._snippets: dict[int, str] = {}
        self._outdated: set[int] = set()
        self._wanted: tuple[int, int] | None = None
        self._asked: tuple[int, ...] = ()
        self._gone: set[int] = set()
        self._sorted: tuple[Column | None, bool] = (None, False)
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask)

    @property
    def keys(self) -> Keys:
        """(N,) the keys of all rows from top to bottom."""
        return self._keys

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        key = int(self._keys[index.row()])
        if role == SNIPPET_ROLE:
            return self._snippets.get(key, "")
        song = self._songs.get(key)
        if self._lacks(key):
            self._want(index.row())
        if role == ROW_ROLE or song is None:
            return song if role == ROW_ROLE else None
        return self._words(song, Column(index.column()), role)

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        column, down = self._sorted
        mark = (" ↓" if down else " ↑") if section == column else ""
        return column_word(section) + mark

    def mark_sorted(self, column: Column | None, down: bool) -> None:
        """Says over a column that rows are ordered by it; `down` is from the last to the first."""
        if (column, down) != self._sorted:
            self._sorted = column, down
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def key_at(self, row: int) -> int:
        """The key of a row, 0 where there is no such row."""
        return int(self._keys[row]) if 0 <= row < len(self._keys) else 0

    def row_of(self, key: int) -> int:
        """The row of a key, -1 where it is not shown."""
        found = np.flatnonzero(self._keys == key)
        return int(found[0]) if len(found) else -1

    def rows_of(self, keys: Iterable[int]) -> list[int]:
        """The rows of these keys in rising order, without those that are not shown."""
        wanted = np.fromiter(keys, np.int64)
        return np.flatnonzero(np.isin(self._keys, wanted)).tolist() if len(wanted) else []

    def song(self, key: int) -> ShelfSong | None:
        """What was read of a song, if it was."""
        return self._songs.get(key)

    def show_keys(self, keys: Keys, songs: Iterable[ShelfSong] = (),
                  snippets: Mapping[int, str] | None = None) -> None:
        """Shows other rows, some of which were read already. What is known of others is kept
        until it is read anew."""
        self._asked, self._wanted = (), None
        self._gone.clear()
        self._outdated.update(self._songs)
        if np.array_equal(keys, self._keys):
            self._keep(songs, snippets, afresh=True)
            self._tell_changed()
            return
        self.beginResetModel()
        self._keys = keys
        self._keep(songs, snippets, afresh=True)
        self.endResetModel()

    def put(self, songs: Iterable[ShelfSong], snippets: Mapping[int, str] | None = None) -> None:
        """Takes the rows that were wanted; those that do not come are not asked for again."""
        asked, self._asked = self._asked, ()
        self._keep(songs, snippets)
        self._gone.update(key for key in asked if self._lacks(key))
        self._tell_changed()

    def _keep(self, songs: Iterable[ShelfSong], snippets: Mapping[int, str] | None,
              afresh: bool = False) -> None:
        if afresh:
            self._snippets = {}
        self._snippets.update(snippets or {})
        for song in songs:
            self._songs[song.key] = song
            self._songs.move_to_end(song.key)
            self._outdated.discard(song.key)
        while len(self._songs) > _KEPT:
            key, _ = self._songs.popitem(last=False)
            self._outdated.discard(key)
            self._snippets.pop(key, None)

    def _tell_changed(self) -> None:
        if len(self._keys):
            self.dataChanged.emit(self.index(0, 0),
                                  self.index(len(self._keys) - 1, len(Column) - 1))

    def _want(self, row: int) -> None:
        first, last = self._wanted or (row, row)
        first, last = min(first, row), max(last, row)
        # Rows that far apart are not on one screen: those touched last are.
        self._wanted = (first, last) if last - first < _MOST_ASKED else (row, row)
        if not self._asked and not self._asking.isActive():
            self._asking.start()

    def _ask(self) -> None:
        """Asks for the rows painted since, and some around them."""
        if self._wanted is None:
            return
        first, last = self._wanted
        self._wanted = None
        around = self._keys[max(0, first - _AROUND):last + 1 + _AROUND].tolist()
        lacking = tuple(key for key in around if self._lacks(key))
        if lacking:
            self._asked = lacking
            self.rows_wanted.emit(lacking)

    def _lacks(self, key: int) -> bool:
        return (key not in self._songs or key in self._outdated) and key not in self._gone

    def _words(self, song: ShelfSong, column: Column, role: int) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return song_cell(song, column, self._vocabulary)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return (song_spoken(song, self._vocabulary) if column is Column.TITLE
                    else song_cell(song, column, self._vocabulary))
        if role == Qt.ItemDataRole.ToolTipRole:
            return song_tip(song)
        return None
