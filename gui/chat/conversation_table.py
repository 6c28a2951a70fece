"""The conversations as a table for a list view: all of them, or what a search found.

Knows no widgets and no store. A row's title can be changed in place; that is told, not stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from engine.chat.conversation import ConversationRow, FoundMessage

ROW_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list. Of a found message `excerpt` holds its words, with `marks` where
    they are; `message_id` is then the message, else 0."""

    conversation_id: int
    title: str
    changed_at: str = ""
    excerpt: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    message_id: int = 0
    writing: bool = False


class ConversationTable(QAbstractListModel):
    """`renamed` carries the id and the new title of a row that was changed in the view."""

    renamed = Signal(int, str)
    counted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ConversationRow] = []
        self._found: list[FoundMessage] | None = None
        self._writing = 0
        self._shown: list[ListRow] = []

    @property
    def size(self) -> int:
        """How many conversations there are, shown or not."""
        return len(self._rows)

    @property
    def searching(self) -> bool:
        return self._found is not None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._shown[index.row()] if 0 <= index.row() < len(self._shown) else None
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title or self.tr('New conversation')}. {row.excerpt}"
        return None

    def setData(self, index: Index, value: object,
                role: int = Qt.ItemDataRole.EditRole) -> bool:
        title = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not title:
            return False
        row = self._shown[index.row()]
        if title != row.title:
            self.renamed.emit(row.conversation_id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if index.isValid() else usual

    def row_at(self, position: int) -> ListRow | None:
        return self._shown[position] if 0 <= position < len(self._shown) else None

    def position(self, conversation_id: int) -> int | None:
        """Where a conversation stands first among what is shown."""
        return next((at for at, row in enumerate(self._shown)
                     if row.conversation_id == conversation_id), None)

    def conversation(self, conversation_id: int) -> ConversationRow | None:
        return next((row for row in self._rows if row.id == conversation_id), None)

    def show_rows(self, rows: Iterable[ConversationRow]) -> None:
        """Takes all conversations, in the order of the store."""
        self._rows = list(rows)
        self._refresh()

    def show_found(self, found: Sequence[FoundMessage] | None) -> None:
        """Shows what a search found instead; None shows all conversations again."""
        self._found = list(found) if found is not None else None
        self._refresh()

    def mark_writing(self, conversation_id: int) -> None:
        """Says in which conversation a reply is being written, 0 for none."""
        if conversation_id != self._writing:
            self._writing = conversation_id
            self._refresh()

    def take_out(self, conversation_ids: Iterable[int]) -> None:
        """Hides conversations at once, before the store has been asked."""
        gone = set(conversation_ids)
        self._rows = [row for row in self._rows if row.id not in gone]
        if self._found is not None:
            self._found = [found for found in self._found if found.conversation_id not in gone]
        self._refresh()

    def _refresh(self) -> None:
        """Rows that only changed keep the view where it is; others begin it anew."""
        wanted = self._wanted()
        if [_key(row) for row in wanted] == [_key(row) for row in self._shown]:
            self._shown = wanted
            if wanted:
                self.dataChanged.emit(self.index(0), self.index(len(wanted) - 1))
        else:
            self.beginResetModel()
            self._shown = wanted
            self.endResetModel()
        self.counted.emit()

    def _wanted(self) -> list[ListRow]:
        if self._found is None:
            return [ListRow(row.id, row.title, row.changed_at, writing=row.id == self._writing)
                    for row in self._rows]
        return [ListRow(found.conversation_id, found.title, "", found.excerpt, found.marks,
                        found.message_id or 0, found.conversation_id == self._writing)
                for found in self._found]


def _key(row: ListRow) -> tuple[int, int]:
    return row.conversation_id, row.message_id
