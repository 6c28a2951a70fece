"""What would change in files, as Qt sees it: a row for every field of every file, before and after.

Holds what it is given. The first row of a file names it and says whether it is wanted.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from engine.tagging.writing.values import (
    NotUndone,
    NotWritten,
    PlannedWrite,
    Undone,
    Written,
)
from gui.library.write_words import (
    Field,
    changed_fields,
    field_text,
    field_word,
    nothing_word,
    planned_about,
    sentence,
)
from gui.text_line import plain_tip

CELL_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_DISPLAY, _CHECK = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.CheckStateRole


class WriteColumn(enum.IntEnum):
    """The columns, from the left."""

    FILE = 0
    FIELD = 1
    BEFORE = 2
    AFTER = 3


class Shown(enum.Enum):
    """Which files are shown."""

    CHANGING = enum.auto()
    SAME = enum.auto()
    REFUSED = enum.auto()


@dataclass(frozen=True, slots=True)
class WriteRow:
    """One field of the file at `place` in the plan; None where no field of it changes. `first`
    of its file; `trouble` why it is not written."""

    place: int
    planned: PlannedWrite
    field: Field | None
    first: bool
    trouble: str


class WriteTable(QAbstractTableModel):
    """`left_out_wanted` carries places in the plan and whether they are to be left out."""

    left_out_wanted = Signal(object, bool)
    counted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown = Shown.CHANGING
        self.counts = dict.fromkeys(Shown, 0)
        self.can_choose = True
        self._plan: list[PlannedWrite] = []
        self._rows: list[WriteRow] = []
        self._left_out: frozenset[int] | set[int] = frozenset()
        self._troubles: dict[str, str] = {}
        self._done: set[Path] | None = None

    def clear(self) -> None:
        """Shows nothing."""
        self.beginResetModel()
        self._plan, self._rows = [], []
        self._troubles, self._left_out, self._done = {}, frozenset(), None
        self.counts = dict.fromkeys(Shown, 0)
        self.endResetModel()
        self.counted.emit()

    def add(self, found: Sequence[PlannedWrite]) -> None:
        """More of the plan."""
        first = len(self._plan)
        self._plan += found
        rows: list[WriteRow] = []
        for place, planned in enumerate(found, first):
            kind = self._kind(planned)
            if kind is None:
                continue
            self.counts[kind] += 1
            if kind is self.shown:
                rows += _rows(place, planned, self._trouble(planned))
        if rows:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()
        self.counted.emit()

    def show_kind(self, shown: Shown) -> None:
        """Shows other files."""
        if shown is not self.shown:
            self.shown = shown
            self._refill()

    def show_outcome(self, done: Sequence[Written | Undone],
                     left: Sequence[NotWritten | NotUndone]) -> None:
        """Shows what became of the files: those that are done, those left as they were. What was
        not asked for, or not come to, is not shown."""
        self._done = {each.path for each in done}
        self._troubles = {str(each.path): sentence(each.message, each.hint) for each in left}
        self._refill()

    def show_left_out(self, left_out: frozenset[int] | set[int]) -> None:
        """Marks what is not wanted."""
        self._left_out = frozenset(left_out)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 3))

    def row(self, number: int) -> WriteRow | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def about(self, number: int) -> str:
        """All that is known of the file of a row."""
        row = self.row(number)
        if row is None:
            return ""
        told = planned_about(row.planned)
        if row.trouble and not row.planned.message:
            told += f"\n{row.trouble}"
        if row.field in (Field.TAGGER, Field.SCORES):
            told += f"\n{field_word(row.field)}: {field_text(row.planned.after, row.field)}"
        return told

    def is_wanted(self, row: WriteRow) -> bool:
        return row.place not in self._left_out

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(WriteColumn)

    def flags(self, index: Index) -> Qt.ItemFlag:
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        row = self.row(index.row())
        if row is None or not (row.first and self._choosable(row)):
            return plain
        return plain | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else plain

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        row = self.row(index.row())
        if row is None:
            return None
        column = WriteColumn(index.column())
        if role == CELL_ROLE:
            return row
        if role == _DISPLAY:
            return self._text(row, column)
        if role == _CHECK and self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            wanted = self.is_wanted(row)
            return Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.headerData(column, Qt.Orientation.Horizontal)}: " \
                   f"{self._text(row, column) or row.planned.path.name}"
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self._text(row, column)
            return plain_tip(str(row.planned.path) if column is WriteColumn.FILE else text) or None
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row(index.row())
        if row is None or role != _CHECK or not self._choosable(row):
            return False
        self.left_out_wanted.emit((row.place,), Qt.CheckState(value) == Qt.CheckState.Unchecked)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = _DISPLAY) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != _DISPLAY:
            return None
        return {WriteColumn.FILE: self.tr("File"), WriteColumn.FIELD: self.tr("Field"),
                WriteColumn.BEFORE: self.tr("Before"), WriteColumn.AFTER: self.tr("After")}[
                    WriteColumn(section)]

    def _text(self, row: WriteRow, column: WriteColumn) -> str:
        if column is WriteColumn.FILE:
            return row.planned.path.name if row.first else ""
        if row.field is None:
            return self._unchanged(row, column)
        if column is WriteColumn.FIELD:
            return field_word(row.field)
        side = row.planned.before if column is WriteColumn.BEFORE else row.planned.after
        return field_text(side, row.field) or nothing_word()

    def _unchanged(self, row: WriteRow, column: WriteColumn) -> str:
        if column is WriteColumn.FIELD:
            return field_word(Field.MOODS)
        if column is WriteColumn.BEFORE:
            # A file that was refused was not always looked into.
            return field_text(row.planned.before, Field.MOODS) or (
                "" if row.trouble else nothing_word())
        return row.trouble or self.tr("stays")

    def _choosable(self, row: WriteRow) -> bool:
        return self.can_choose and row.planned.changes and not row.trouble

    def _kind(self, planned: PlannedWrite) -> Shown | None:
        if self._trouble(planned):
            return Shown.REFUSED
        if not planned.changes:
            return Shown.SAME
        return Shown.CHANGING if self._done is None or planned.path in self._done else None

    def _trouble(self, planned: PlannedWrite) -> str:
        return (sentence(planned.message, planned.hint) if planned.message
                else self._troubles.get(str(planned.path), ""))

    def _refill(self) -> None:
        self.beginResetModel()
        self._rows = []
        self.counts = dict.fromkeys(Shown, 0)
        for place, planned in enumerate(self._plan):
            kind = self._kind(planned)
            if kind is None:
                continue
            self.counts[kind] += 1
            if kind is self.shown:
                self._rows += _rows(place, planned, self._trouble(planned))
        self.endResetModel()
        self.counted.emit()


def _rows(place: int, planned: PlannedWrite, trouble: str) -> list[WriteRow]:
    fields: Sequence[Field | None] = (
        changed_fields(planned.before, planned.after) if planned.changes and not trouble
        else (None,))
    return [WriteRow(place, planned, field, number == 0, trouble)
            for number, field in enumerate(fields)]
