"""A conversation's tree as a list: one row a stretch of talk, walked by keys and by mouse.

Knows no store. Rows are of one height and painted when in sight, so that thousands come at once.
"""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from gui.chat.tree_delegate import ROW_ROLE, TreeDelegate, row_words
from gui.chat.tree_outline import OutlineRow
from gui.row_list import set_up_rows
from gui.theme import ThemeSource

Index = QModelIndex | QPersistentModelIndex
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TreeTable(QAbstractListModel):
    """The rows of an outline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[OutlineRow, ...] = ()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row_words(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and not self.rows[index.row()].message_id:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def show_rows(self, rows: Sequence[OutlineRow]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()


class TreeView(QListView):
    """`wanted` carries the message a person wants to go to, `moved` that another row is chosen."""

    wanted = Signal(int)
    moved = Signal()

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = TreeTable(self)
        self.setModel(self.table)
        self.setItemDelegate(TreeDelegate(theme_source, self))
        set_up_rows(self, self._open_menu)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName(self.tr("The tree of the conversation"))
        self.menu_actions: list[QAction] = []
        self.doubleClicked.connect(self._go)
        self.selectionModel().currentChanged.connect(lambda: self.moved.emit())
        theme_source.changed.connect(self.viewport().update)

    @property
    def chosen(self) -> OutlineRow | None:
        """The row the person is at, None for none that can be gone to."""
        row = self.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, OutlineRow) and row.message_id else None

    def show_rows(self, rows: Sequence[OutlineRow]) -> None:
        """Other rows; the person stays at the stretch they were at, at first at the last shown."""
        before = self.chosen.message_id if self.chosen else 0
        self.table.show_rows(rows)
        places = {row.message_id: place for place, row in enumerate(rows) if row.message_id}
        shown = [place for place, row in enumerate(rows) if row.shown and row.message_id]
        place = places.get(before, shown[-1] if shown else 0)
        if rows:
            self.setCurrentIndex(self.table.index(place))
            self.scrollTo(self.table.index(place))
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self._go(self.currentIndex())
        elif event.key() == Qt.Key.Key_Left:
            self._step_out()
        elif event.key() == Qt.Key.Key_Home and self.table.rows:
            first = next(p for p, row in enumerate(self.table.rows) if row.message_id)
            self.setCurrentIndex(self.table.index(first))
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _step_out(self) -> None:
        """To the stretch from which this one turned off."""
        place, row = self.currentIndex().row(), self.chosen
        while row is not None and place > 0:
            place -= 1
            above = self.table.rows[place]
            if above.message_id and above.column < max(row.column, 1):
                self.setCurrentIndex(self.table.index(place))
                return

    def _go(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, OutlineRow) and row.message_id:
            self.wanted.emit(row.message_id)

    def _open_menu(self, where: QPoint) -> None:
        if self.chosen is not None and self.menu_actions:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addActions(self.menu_actions)
            menu.popup(self.viewport().mapToGlobal(where))
