"""The conversations as a table for a list view: all of them in their folders, or what was found.

Knows no widgets and no store. A title can be changed in place and rows can be dragged to another
folder; that is told, not stored.
"""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from engine.chat.conversation import ConversationRow, FoundMessage
from gui.chat.list_rows import ListRow, folder_names, found_rows, grouped

__all__ = ["MIME", "ROW_ROLE", "ConversationTable", "ListRow"]

ROW_ROLE = Qt.ItemDataRole.UserRole
MIME = "application/x-undertone-conversations"
Index = QModelIndex | QPersistentModelIndex


class ConversationTable(QAbstractListModel):
    """`renamed` carries the id and the new title of a row that was changed in the view,
    `folder_renamed` the old and the new name of a folder, `moved` conversations and the folder
    they were dragged to ("" is none), `folded` that a folder was opened or closed."""

    renamed = Signal(int, str)
    folder_renamed = Signal(str, str)
    moved = Signal(list, str)
    folded = Signal()
    counted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, ConversationRow] = {}
        self._found: list[FoundMessage] | None = None
        self._writing = 0
        self._shown: list[ListRow] = []
        self.closed: set[str] = set()

    @property
    def size(self) -> int:
        """How many conversations there are, shown or not."""
        return len(self._rows)

    @property
    def searching(self) -> bool:
        return self._found is not None

    @property
    def ids(self) -> list[int]:
        """All conversations, in the order of the store."""
        return [*self._rows]

    @property
    def folders(self) -> list[str]:
        """The names of all folders, as they are shown."""
        return folder_names([*self._rows.values()])

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
            return self._read_out(row)
        return None

    def setData(self, index: Index, value: object,
                role: int = Qt.ItemDataRole.EditRole) -> bool:
        title = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not title:
            return False
        row = self._shown[index.row()]
        if title != row.title:
            if row.is_folder:
                self.folder_renamed.emit(row.folder, title)
            else:
                self.renamed.emit(row.conversation_id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        if not index.isValid():
            return usual | Qt.ItemFlag.ItemIsDropEnabled
        usual |= Qt.ItemFlag.ItemIsEditable
        return usual if self.searching else (
            usual | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled)

    # Dragging

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        ids = self.conversations_of(self._shown[index.row()] for index in indexes)
        carried = QMimeData()
        carried.setData(MIME, ",".join(map(str, ids)).encode())
        return carried

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int,
                     parent: Index) -> bool:
        ids = [int(one) for one in bytes(data.data(MIME).data()).decode().split(",") if one]
        # On a line: to where that one is. Between or beneath the lines: out of all folders.
        target = self._shown[parent.row()].folder if parent.isValid() else ""
        wanted = [one for one in ids if one in self._rows and self._rows[one].folder != target]
        if wanted:
            self.moved.emit(wanted, target)
        return bool(wanted)

    # Looking things up

    def row_at(self, position: int) -> ListRow | None:
        return self._shown[position] if 0 <= position < len(self._shown) else None

    def position(self, conversation_id: int) -> int | None:
        """Where a conversation stands first among what is shown."""
        return next((at for at, row in enumerate(self._shown)
                     if row.conversation_id == conversation_id and not row.is_folder), None)

    def folder_position(self, folder: str) -> int | None:
        """Where a folder's own line stands."""
        return next((at for at, row in enumerate(self._shown)
                     if row.is_folder and row.folder == folder), None)

    def conversation(self, conversation_id: int) -> ConversationRow | None:
        return self._rows.get(conversation_id)

    def inside(self, folder: str) -> list[int]:
        """The conversations of a folder."""
        return [row.id for row in self._rows.values() if row.folder == folder]

    def conversations_of(self, rows: Iterable[ListRow]) -> list[int]:
        """The conversations of lines, each once; a folder's line means all in it."""
        ids: list[int] = []
        for row in rows:
            ids += self.inside(row.folder) if row.is_folder else [row.conversation_id]
        return list(dict.fromkeys(ids))

    # Changing

    def show_rows(self, rows: Iterable[ConversationRow]) -> None:
        """Takes all conversations, in the order of the store."""
        self._rows = {row.id: row for row in rows}
        self._refresh()

    def show_found(self, found: Sequence[FoundMessage] | None) -> None:
        """Shows what a search found instead; None shows all conversations again."""
        self._found = list(found) if found is not None else None
        self._refresh()

    def fold(self, folder: str, closed: bool) -> None:
        """Closes or opens a folder."""
        if (folder in self.closed) != closed:
            self.closed ^= {folder}
            self._refresh()
            self.folded.emit()

    def mark_writing(self, conversation_id: int) -> None:
        """Says in which conversation a reply is being written, 0 for none."""
        if conversation_id != self._writing:
            self._writing = conversation_id
            self._refresh()

    def take_out(self, conversation_ids: Iterable[int]) -> None:
        """Hides conversations at once, before the store has been asked."""
        gone = set(conversation_ids)
        self._rows = {one: row for one, row in self._rows.items() if one not in gone}
        if self._found is not None:
            self._found = [found for found in self._found if found.conversation_id not in gone]
        self._refresh()

    def _refresh(self) -> None:
        """Rows that only changed keep the view where it is; others begin it anew."""
        wanted = (grouped(self._rows.values(), self.closed, self._writing) if self._found is None
                  else found_rows(self._found, self._writing))
        if [row.key for row in wanted] == [row.key for row in self._shown]:
            self._shown = wanted
            if wanted:
                self.dataChanged.emit(self.index(0), self.index(len(wanted) - 1))
        else:
            self.beginResetModel()
            self._shown = wanted
            self.endResetModel()
        self.counted.emit()

    def _read_out(self, row: ListRow) -> str:
        """What a screen reader says of a line."""
        if row.is_folder:
            return (self.tr("Folder {name}, closed, holds {n}") if row.closed else
                    self.tr("Folder {name}, holds {n}")).format(name=row.title, n=row.holds)
        parts = (row.title or self.tr("New conversation"),
                 self.tr("pinned") if row.pinned else "",
                 self.tr("in {folder}").format(folder=row.folder) if row.folder else "",
                 row.who, row.excerpt)
        return ". ".join(part for part in parts if part)
