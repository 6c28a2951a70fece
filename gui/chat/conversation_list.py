"""The list view of the conversations: folders open and close, rows are dragged between them."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from gui.chat.conversation_delegate import ConversationDelegate
from gui.chat.conversation_table import MIME, ROW_ROLE, ConversationTable
from gui.chat.list_rows import ListRow
from gui.icons import IconSource
from gui.theme import ThemeSource

_TOGGLES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ConversationList(QListView):
    """The rows. Left and Right close and open folders; Escape is left to the page."""

    def __init__(self, table: ConversationTable, theme_source: ThemeSource,
                 icons: IconSource) -> None:
        super().__init__()
        self._table = table
        self._delegate = ConversationDelegate(theme_source, icons, self)
        self.setModel(table)
        self.setItemDelegate(self._delegate)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setAccessibleName(self.tr("Conversations"))
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self.clicked.connect(self._toggle)

    def row_at(self, index: QModelIndex) -> ListRow | None:
        """The line of an index, None where there is none."""
        return index.data(ROW_ROLE) if index.isValid() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # While a name is written, Enter belongs to its field and comes by here as well.
        naming = self.state() == QAbstractItemView.State.EditingState
        row = None if naming else self.row_at(self.currentIndex())
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif row is None or _modified(event) or not self._walk(event.key(), row):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        super().dragEnterEvent(event)
        self._aim(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        self._aim(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._show_target(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Onto a line: to its folder. Beneath all of them: out of every folder."""
        self._table.dropMimeData(event.mimeData(), Qt.DropAction.MoveAction, -1, -1,
                                 self.indexAt(event.position().toPoint()))
        self._show_target(None)
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        # The store moves them; a view that was told to move would remove its rows.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def _walk(self, key: int, row: ListRow) -> bool:
        """Whether the key was one for folders."""
        if row.is_folder and key in _TOGGLES:
            self._fold(row.folder, not row.closed)
        elif row.is_folder and key == Qt.Key.Key_Right and row.closed:
            self._fold(row.folder, False)
        elif row.folder and key == Qt.Key.Key_Left and not row.closed:
            self._fold(row.folder, row.is_folder)
        else:
            return False
        return True

    def _fold(self, folder: str, closed: bool) -> None:
        self._table.fold(folder, closed)
        place = self._table.folder_position(folder)
        if place is not None:
            self.setCurrentIndex(self._table.index(place))

    def _toggle(self, index: QModelIndex) -> None:
        row = self.row_at(index)
        if row is not None and row.is_folder and len(self.selectedIndexes()) <= 1:
            self._fold(row.folder, not row.closed)

    def _aim(self, event: QDragMoveEvent) -> None:
        if not event.mimeData().hasFormat(MIME):
            return
        row = self.row_at(self.indexAt(event.position().toPoint()))
        self._show_target(row.folder if row else "")
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()

    def _show_target(self, folder: str | None) -> None:
        if folder != self._delegate.target:
            self._delegate.target = folder
            self.viewport().update()


def _modified(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
