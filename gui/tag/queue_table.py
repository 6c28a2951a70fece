"""The rows of the queue, in reading order, with the search that narrows them.

Many rows change with two signals at most, so that a thousand answers a second cost the window
little. Rows are looked up by their place.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from engine.tagging.song import SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import row_title
from gui.song.wording import row_spoken, row_tip

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class QueueTable(QAbstractListModel):
    """The queue as Qt sees it. `counted` is sent after rows came, changed or left."""

    counted = Signal()

    def __init__(self, vocabulary: Vocabulary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._rows: list[SongRow] = []
        self._at: dict[str, int] = {}
        self._shown: list[int] = []
        self._needle = ""
        self.counts: Counter[SongState] = Counter()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[self._shown[index.row()]]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row_title(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row_spoken(row, self._vocabulary)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row_tip(row)
        return None

    @property
    def size(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._rows)

    @property
    def needle(self) -> str:
        return self._needle

    def rows(self) -> Sequence[SongRow]:
        """All rows, shown or not, in order."""
        return self._rows

    def row(self, place: str) -> SongRow | None:
        at = self._at.get(place)
        return None if at is None else self._rows[at]

    def row_at(self, position: int) -> SongRow | None:
        """The row at `position` among the shown ones."""
        inside = 0 <= position < len(self._shown)
        return self._rows[self._shown[position]] if inside else None

    def position(self, place: str) -> int | None:
        """Where the row of `place` stands among the shown ones."""
        at = self._at.get(place)
        if at is None:
            return None
        position = bisect_left(self._shown, at)
        found = position < len(self._shown) and self._shown[position] == at
        return position if found else None

    def put(self, rows: Iterable[SongRow]) -> None:
        """Takes rows: known places change where they stand, new ones join at the end."""
        changed: set[int] = set()
        fresh: dict[str, SongRow] = {}
        for row in rows:
            at = self._at.get(row.place)
            if at is None:
                fresh[row.place] = row
            else:
                self._count(self._rows[at], row)
                self._rows[at] = row
                changed.add(at)
        self._append(list(fresh.values()))
        if self._needle:
            self._show_matching(sorted(changed))
        self._tell_changed(changed)
        self.counted.emit()

    def remove(self, places: Iterable[str]) -> list[SongRow]:
        """Takes rows out and returns them in their order."""
        gone = {self._at[place] for place in places if place in self._at}
        if not gone:
            return []
        removed = [self._rows[at] for at in sorted(gone)]
        self.beginResetModel()
        self._rows = [row for at, row in enumerate(self._rows) if at not in gone]
        self._at = {row.place: at for at, row in enumerate(self._rows)}
        self.counts.subtract(row.state for row in removed)
        self._shown = self._matching()
        self.endResetModel()
        self.counted.emit()
        return removed

    def search(self, text: str) -> None:
        """Shows only rows in whose title, artist, place or moods every word of `text` occurs."""
        needle = text.strip().casefold()
        if needle == self._needle:
            return
        self.beginResetModel()
        self._needle = needle
        self._shown = self._matching()
        self.endResetModel()
        self.counted.emit()

    def in_state(self, *states: SongState) -> list[SongRow]:
        return [row for row in self._rows if row.state in states]

    def _append(self, rows: list[SongRow]) -> None:
        if not rows:
            return
        first = len(self._rows)
        new = list(range(first, first + len(rows)))
        shown = [at for at in new if self._matches(rows[at - first])]
        if shown:
            self.beginInsertRows(QModelIndex(), len(self._shown),
                                 len(self._shown) + len(shown) - 1)
        self._rows.extend(rows)
        self._at.update((row.place, at) for at, row in zip(new, rows, strict=True))
        self._shown.extend(shown)
        self.counts.update(row.state for row in rows)
        if shown:
            self.endInsertRows()

    def _show_matching(self, changed: Sequence[int]) -> None:
        """Lets in rows that match now. Rows that no longer match stay until the next search."""
        for at in changed:
            position = bisect_left(self._shown, at)
            there = position < len(self._shown) and self._shown[position] == at
            if not there and self._matches(self._rows[at]):
                self.beginInsertRows(QModelIndex(), position, position)
                self._shown.insert(position, at)
                self.endInsertRows()

    def _tell_changed(self, changed: set[int]) -> None:
        if not changed:
            return
        first = bisect_left(self._shown, min(changed))
        last = bisect_left(self._shown, max(changed) + 1) - 1
        if first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))

    def _count(self, old: SongRow, new: SongRow) -> None:
        self.counts[old.state] -= 1
        self.counts[new.state] += 1

    def _matching(self) -> list[int]:
        if not self._needle:
            return list(range(len(self._rows)))
        return [at for at, row in enumerate(self._rows) if self._matches(row)]

    def _matches(self, row: SongRow) -> bool:
        if not self._needle:
            return True
        tags = " ".join(tag.tag for tag in row.tags)
        text = f"{row.title} {row.artist} {row.place} {tags}".casefold()
        return all(word in text for word in self._needle.split())
