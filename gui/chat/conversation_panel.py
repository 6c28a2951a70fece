"""The left column: search, the conversations in their folders, and what was undone last."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QSettings,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from gui.chat.conversation_list import ConversationList
from gui.chat.conversation_menu import ConversationMenu
from gui.chat.conversations import MOST_FOUND
from gui.chat.presenter import ChatPresenter
from gui.chat.search_return import SearchReturn
from gui.chat.wording import title_text
from gui.figures import count_text
from gui.icons import Glyph, IconSource
from gui.link_button import link_button
from gui.row_list import set_up_rows
from gui.search_field import SearchField
from gui.text_line import plain_tip
from gui.theme import ICON, SPACE, ThemeSource

_CLOSED = "chat/closed_folders"
_MORE_WIDTH = 36


class ConversationPanel(QWidget):
    """Keeps the chosen row and the conversation that is open the same. `memory` keeps which
    folders are closed."""

    import_wanted = Signal()
    export_wanted = Signal(list)

    def __init__(self, presenter: ChatPresenter, theme_source: ThemeSource, icons: IconSource,
                 memory: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._conversations = presenter.conversations
        self._table = presenter.conversations.table
        self._memory = memory
        self._naming = ""
        self._wanted: set[int] = set()
        self._table.closed = _folders(memory.value(_CLOSED))
        self.search = self._make_search()
        self.more = self._make_more(icons)
        self.list = ConversationList(self._table, theme_source, icons)
        self.menu = ConversationMenu(self._conversations, self.list)
        set_up_rows(self.list, self.menu.open)
        # Folders are lower than conversations; a thousand rows are asked for theirs in no time.
        self.list.setUniformItemSizes(False)
        self._nothing = _label("quiet")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.setWordWrap(True)
        self._foot = _label("meta")
        self.undo = link_button(self.tr("Undo"))
        self.undo.clicked.connect(self._conversations.undo)
        self.back = SearchReturn(presenter)
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Shows what the list holds now."""
        conversations = self._conversations
        empty = self._table.rowCount() == 0
        self._nothing.setVisible(empty)
        self.list.setVisible(not empty)
        # The person's own words may hold anything, so they are shown as plain text.
        self._nothing.setText(
            self.tr("Nothing holds \u201c{text}\u201d.").format(text=conversations.needle)
            if self._table.searching else self.tr("Nothing was said yet."))
        self.undo.setVisible(bool(conversations.removed or conversations.done))
        self._foot.setText(self._foot_text())
        self._foot.setToolTip(plain_tip(conversations.done))

    def select(self, conversation_ids: list[int]) -> None:
        """Chooses these once they are in the list, opens the first of them."""
        self._wanted = set(conversation_ids)
        self._select_wanted()

    def chosen(self) -> list[int]:
        """The conversations that are chosen, else the one that is open, if it is stored."""
        open_one = self._presenter.open.id
        return self.menu.ids or ([open_one] if open_one else [])

    def _connect(self) -> None:
        presenter, table = self._presenter, self._table
        table.counted.connect(self.refresh)
        table.modelReset.connect(self._follow)
        table.counted.connect(self._name_folder)
        table.counted.connect(self._select_wanted)
        table.folded.connect(lambda: self._memory.setValue(_CLOSED, sorted(table.closed)))
        presenter.open.opened.connect(self._follow)
        presenter.open.messages_changed.connect(self._follow)
        self._conversations.removed_changed.connect(self.refresh)
        self.menu.export_wanted.connect(self.export_wanted)
        self.menu.named.connect(self._await_folder)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.selectionModel().selectionChanged.connect(self._choose_selected)

    def _choose(self, current: QModelIndex) -> None:
        # A list that gains the focus makes its first row current without selecting it.
        row = self.list.row_at(current)
        if row is None or row.is_folder or not self.list.selectionModel().isSelected(current):
            return
        if row.conversation_id != self._presenter.open.id or row.message_id:
            self._presenter.show(row.conversation_id, row.message_id)

    def _choose_selected(self) -> None:
        # The mouse makes a row current first and selects it afterwards; keys do both at once.
        self._choose(self.list.currentIndex())

    def _follow(self) -> None:
        row = self.list.row_at(self.list.currentIndex())
        selection = self.list.selectionModel()
        if row is not None and selection.hasSelection() and (
                row.is_folder or row.conversation_id == self._presenter.open.id):
            return
        position = self._table.position(self._presenter.open.id)
        selection.blockSignals(True)
        if position is None:
            selection.clear()
        else:
            selection.setCurrentIndex(self._table.index(position),
                                      QItemSelectionModel.SelectionFlag.ClearAndSelect)
        selection.blockSignals(False)
        self.list.viewport().update()

    def _await_folder(self, folder: str) -> None:
        self._naming = folder

    def _name_folder(self) -> None:
        """Lets the person name the folder they made, once it is there."""
        place = self._table.folder_position(self._naming) if self._naming else None
        if place is not None:
            self._naming = ""
            self.list.setCurrentIndex(self._table.index(place))
            self.list.edit(self._table.index(place))

    def _select_wanted(self) -> None:
        if not self._wanted or not all(map(self._table.conversation, self._wanted)):
            return
        wanted, self._wanted = self._wanted, set[int]()
        self.search.clear()
        for folder in {row.folder for row in map(self._table.conversation, wanted) if row}:
            self._table.fold(folder, False)
        places = [at for at in range(self._table.rowCount())
                  if (row := self._table.row_at(at)) and row.conversation_id in wanted]
        self._mark(places)

    def _mark(self, places: list[int]) -> None:
        """Chooses all of these rows at once, which opens the first of them, once."""
        wanted = QItemSelection()
        for place in places:
            wanted.select(self._table.index(place), self._table.index(place))
        if places:
            selection, first = self.list.selectionModel(), self._table.index(places[0])
            selection.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            selection.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(first)

    def _foot_text(self) -> str:
        removed, size = self._conversations.removed, self._table.size
        if len(removed) == 1:
            return self.tr("Deleted \u201c{title}\u201d").format(
                title=_shortened(title_text(removed[0])))
        if removed:
            return self.tr("Deleted {n}").format(n=count_text(len(removed)))
        if self._conversations.done:
            return _shortened(self._conversations.done, 32)
        if self._table.searching:
            return self._found_text(self._table.rowCount())
        if not size:
            return ""
        return self.tr("1 conversation") if size == 1 else self.tr("{n} conversations").format(
            n=count_text(size))

    def _found_text(self, found: int) -> str:
        if found >= MOST_FOUND:
            return self.tr("The newest {n} of what was found").format(n=count_text(found))
        return "" if not found else self.tr("1 found") if found == 1 else self.tr(
            "{n} found").format(n=count_text(found))

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
        if self._table.rowCount():
            self.list.setFocus()
            if self._table.searching:
                self.list.setCurrentIndex(self._table.index(0))

    def _make_more(self, icons: IconSource) -> QPushButton:
        button = QPushButton(icons.icon(Glyph.MORE), "")
        button.setProperty("role", "plain")
        button.setIconSize(QSize(ICON, ICON))
        button.setFixedWidth(_MORE_WIDTH)
        button.setAccessibleName(self.tr("Bring in or save conversations"))
        button.setToolTip(button.accessibleName())
        button.clicked.connect(lambda: self.more_menu().popup(
            button.mapToGlobal(button.rect().bottomLeft())))
        return button

    def more_menu(self) -> QMenu:
        """What can be done with conversations as files."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Bring in chats from files…")).triggered.connect(self.import_wanted)
        save = menu.addAction(self.tr("Save what is chosen…"))
        save.setShortcut("Ctrl+S")
        save.triggered.connect(lambda: self.export_wanted.emit(self.chosen()))
        save.setEnabled(bool(self.chosen()))
        every = menu.addAction(self.tr("Save all conversations…"))
        every.triggered.connect(lambda: self.export_wanted.emit(self._table.ids))
        every.setEnabled(self._table.size > 0)
        return menu

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(SPACE // 2)
        head.addWidget(self.search, 1)
        head.addWidget(self.more)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE, 0, SPACE, 0)
        foot.addWidget(self._foot)
        foot.addWidget(self.undo)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(foot)


def _folders(kept: object) -> set[str]:
    """What was kept; a single name comes back as a text, none as None."""
    if isinstance(kept, str):
        return {kept} if kept else set()
    return {str(one) for one in kept} if isinstance(kept, list) else set()


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _shortened(text: str, most: int = 24) -> str:
    return text if len(text) <= most else f"{text[:most - 1].rstrip()}…"
