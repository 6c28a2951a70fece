"""The left column: search, the conversations, and what can be done with one."""

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.chat.conversation_delegate import ConversationDelegate
from gui.chat.conversation_table import ROW_ROLE, ListRow
from gui.chat.presenter import ChatPresenter
from gui.chat.wording import file_name, title_text
from gui.figures import count_text
from gui.row_list import add_row_actions, set_up_rows
from gui.search_field import SearchField
from gui.theme import SPACE, ThemeSource


class ConversationList(QListView):
    """The rows. Enter goes on to the conversation itself; Escape is left to the page."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class ConversationPanel(QWidget):
    """Keeps the chosen row and the conversation that is open the same."""

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._conversations = presenter.conversations
        self.search = self._make_search()
        self.list = self._make_list(theme_source)
        self._nothing = _label("quiet")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.setWordWrap(True)
        self._foot = _label("meta")
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setProperty("role", "link")
        self.undo.clicked.connect(self._conversations.undo)
        self._actions = self._make_actions()
        self._lay_out()
        table = self._conversations.table
        table.counted.connect(self.refresh)
        table.modelReset.connect(self._follow)
        presenter.open.opened.connect(self._follow)
        presenter.open.messages_changed.connect(self._follow)
        self._conversations.removed_changed.connect(self.refresh)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.selectionModel().selectionChanged.connect(self._choose_selected)
        self.refresh()

    def refresh(self) -> None:
        """Shows what the list holds now."""
        table, removed = self._conversations.table, self._conversations.removed
        empty = table.rowCount() == 0
        self._nothing.setVisible(empty)
        self.list.setVisible(not empty)
        # The person's own words may hold anything, so they are shown as plain text.
        self._nothing.setText(
            self.tr("Nothing holds \u201c{text}\u201d.").format(text=self._conversations.needle)
            if table.searching else self.tr("Nothing was said yet."))
        self.undo.setVisible(bool(removed))
        self._foot.setText(self._foot_text(removed, table.size))

    def rename(self) -> None:
        """Lets the person name the chosen conversation in its row."""
        index = self.list.currentIndex()
        if index.isValid():
            self.list.edit(index)

    def delete(self) -> None:
        chosen = [row.conversation_id for row in self._chosen()]
        if chosen:
            self._conversations.delete(chosen)

    def export(self) -> None:
        """Lets the person say where a conversation is written to, and how."""
        row = next(iter(self._chosen()), None)
        if row is None:
            return
        dialog = QFileDialog(self, self.tr("Save the conversation"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = {self.tr("Markdown") + " (*.md)": "md", self.tr("Plain text") + " (*.txt)": "txt",
                   self.tr("Everything, with alternatives") + " (*.json)": "json",
                   self.tr("One line to learn from") + " (*.jsonl)": "jsonl"}
        dialog.setNameFilters(list(filters))
        dialog.setDefaultSuffix("md")
        dialog.filterSelected.connect(lambda one: dialog.setDefaultSuffix(filters[one]))
        dialog.selectFile(file_name(row.title, "conversation"))
        dialog.fileSelected.connect(
            lambda name: self._conversations.export(row.conversation_id, Path(name)))
        dialog.open()

    def _chosen(self) -> list[ListRow]:
        indexes = sorted(self.list.selectionModel().selectedIndexes(), key=lambda i: i.row())
        return [index.data(ROW_ROLE) for index in indexes]

    def _choose(self, current: QModelIndex) -> None:
        # A list that gains the focus makes its first row current without selecting it.
        if current.isValid() and self.list.selectionModel().isSelected(current):
            row: ListRow = current.data(ROW_ROLE)
            if row.conversation_id != self._presenter.open.id or row.message_id:
                self._presenter.show(row.conversation_id, row.message_id)

    def _choose_selected(self) -> None:
        # The mouse makes a row current first and selects it afterwards; keys do both at once.
        self._choose(self.list.currentIndex())

    def _follow(self) -> None:
        row = self.list.currentIndex().data(ROW_ROLE)
        if isinstance(row, ListRow) and row.conversation_id == self._presenter.open.id and (
                self.list.selectionModel().hasSelection()):
            return
        position = self._conversations.table.position(self._presenter.open.id)
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        if position is None:
            selection.clear()
        else:
            selection.setCurrentIndex(self._conversations.table.index(position),
                                      QItemSelectionModel.SelectionFlag.ClearAndSelect)
        selection.blockSignals(False)
        self.list.viewport().update()

    def _foot_text(self, removed: tuple[str, ...], size: int) -> str:
        if len(removed) == 1:
            return self.tr("Deleted \u201c{title}\u201d").format(
                title=_shortened(title_text(removed[0])))
        if removed:
            return self.tr("Deleted {n}").format(n=count_text(len(removed)))
        if not size:
            return ""
        return self.tr("1 conversation") if size == 1 else self.tr("{n} conversations").format(
            n=count_text(size))

    def _make_search(self) -> SearchField:
        field = SearchField()
        field.setPlaceholderText(self.tr("Search what was said"))
        field.setAccessibleName(self.tr("Search the conversations"))
        field.setClearButtonEnabled(True)
        field.setAcceptDrops(False)
        field.textChanged.connect(self._conversations.search)
        field.entered.connect(self._enter_list)
        return field

    def _enter_list(self) -> None:
        """From the search to the list, opening the first of what was found."""
        if self._conversations.table.rowCount():
            self.list.setFocus()
            if self._conversations.table.searching:
                self.list.setCurrentIndex(self._conversations.table.index(0))

    def _make_list(self, theme_source: ThemeSource) -> ConversationList:
        view = ConversationList()
        view.setModel(self._conversations.table)
        view.setItemDelegate(ConversationDelegate(theme_source, view))
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        view.setAccessibleName(self.tr("Conversations"))
        set_up_rows(view, self._open_menu)
        return view

    def _make_actions(self) -> list[QAction]:
        delete = QKeySequence(QKeySequence.StandardKey.Delete)
        return add_row_actions(self.list, (
            (self.tr("Rename"), QKeySequence(Qt.Key.Key_F2), self.rename),
            (self.tr("Save as a file…"), QKeySequence(), self.export),
            (self.tr("Delete"), delete, self.delete)))

    def _open_menu(self, where: QPoint) -> None:
        if self.list.indexAt(where).isValid() or self._chosen():
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addActions(self._actions)
            menu.popup(self.list.viewport().mapToGlobal(where))

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE, 0, SPACE, 0)
        foot.addWidget(self._foot)
        foot.addWidget(self.undo)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        column.addLayout(foot)


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _shortened(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:23].rstrip()}…"
