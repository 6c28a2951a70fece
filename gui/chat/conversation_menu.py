"""What can be done with the chosen conversations and folders: actions, their keys, their menu."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from gui.chat.conversation_list import ConversationList
from gui.chat.conversations import Conversations
from gui.chat.list_rows import ListRow
from gui.figures import count_text
from gui.row_list import add_row_actions

_NONE = QKeySequence()


class ConversationMenu(QObject):
    """Acts on what is chosen in `view`. `export_wanted` carries the ids of conversations that are
    to be written to files; `named` a folder that waits for a name."""

    export_wanted = Signal(list)
    named = Signal(str)

    def __init__(self, conversations: Conversations, view: ConversationList) -> None:
        super().__init__(view)
        self._conversations = conversations
        self._view = view
        delete = QKeySequence(QKeySequence.StandardKey.Delete)
        self._rename, self._pin, self._export, self._dissolve, self._delete = add_row_actions(
            view, ((self.tr("Rename"), QKeySequence("F2"), self.rename),
                   (self.tr("Pin to the top"), QKeySequence("Ctrl+P"), self.pin),
                   (self.tr("Save as a file…"), _NONE, self.export),
                   (self.tr("Remove the folder, keep what is in it"), _NONE, self.dissolve),
                   (self.tr("Delete"), delete, self.delete)))

    @property
    def rows(self) -> list[ListRow]:
        """The chosen lines, from the top."""
        indexes = sorted(self._view.selectionModel().selectedIndexes(), key=lambda i: i.row())
        return [row for index in indexes if (row := self._view.row_at(index))]

    @property
    def ids(self) -> list[int]:
        """The chosen conversations; a folder stands for all in it."""
        return self._conversations.table.conversations_of(self.rows)

    def rename(self) -> None:
        """Lets the person name what is chosen in its row."""
        index = self._view.currentIndex()
        if index.isValid():
            self._view.edit(index)

    def pin(self) -> None:
        """Pins what is chosen, or no longer, if all of it is."""
        if self.ids:
            self._conversations.pin(self.ids, not self._all_pinned())

    def export(self) -> None:
        if self.ids:
            self.export_wanted.emit(self.ids)

    def dissolve(self) -> None:
        """Takes the chosen folders away, not what is in them."""
        for row in self.rows:
            if row.is_folder:
                self._conversations.dissolve(row.folder)

    def delete(self) -> None:
        if self.ids:
            self._conversations.delete(self.ids)

    def move_to_new_folder(self) -> None:
        """Puts what is chosen into a folder of its own, which is then named in its row."""
        name = self._free_name()
        self._conversations.table.fold(name, False)
        self._conversations.move(self.ids, name)
        self.named.emit(name)

    def open(self, where: QPoint) -> None:
        """The menu, at a place of the list."""
        rows = self.rows
        if not rows:
            return
        menu = self.made(rows)
        menu.popup(self._view.viewport().mapToGlobal(where))

    def made(self, rows: list[ListRow]) -> QMenu:
        """The menu for these lines."""
        menu = _menu(self._view)
        self._pin.setText(self.tr("Unpin") if self._all_pinned() else self.tr("Pin to the top"))
        self._delete.setText(self._delete_words(rows))
        if len(rows) == 1:
            menu.addAction(self._rename)
        menu.addAction(self._pin)
        menu.addMenu(self._folder_menu(menu, rows))
        menu.addAction(self._export)
        menu.addSeparator()
        if all(row.is_folder for row in rows):
            menu.addAction(self._dissolve)
        menu.addAction(self._delete)
        return menu

    def _folder_menu(self, menu: QMenu, rows: list[ListRow]) -> QMenu:
        move, ids = QMenu(self.tr("Move to a folder"), menu), self.ids
        present = {row.folder for row in map(self._conversations.table.conversation, ids) if row}
        for folder in self._conversations.table.folders:
            _add(move, folder.replace("&", "&&"), self._moving(ids, folder),
                 present != {folder})
        move.addSeparator()
        _add(move, self.tr("New folder…"), self.move_to_new_folder)
        if present != {""}:
            _add(move, self.tr("Out of the folder"), self._moving(ids, ""))
        return move

    def _moving(self, ids: list[int], folder: str) -> Callable[[], object]:
        return lambda: self._conversations.move(ids, folder)

    def _delete_words(self, rows: list[ListRow]) -> str:
        if len(rows) == 1 and not rows[0].is_folder:
            return self.tr("Delete")
        count = len(self.ids)
        return self.tr("Delete 1 conversation") if count == 1 else self.tr(
            "Delete {n} conversations").format(n=count_text(count))

    def _all_pinned(self) -> bool:
        rows = [self._conversations.table.conversation(one) for one in self.ids]
        return bool(rows) and all(row is not None and row.pinned for row in rows)

    def _free_name(self) -> str:
        taken = {folder.casefold() for folder in self._conversations.table.folders}
        first = self.tr("New folder")
        numbered = (f"{first} {number}" for number in range(2, len(taken) + 3))
        return next(name for name in (first, *numbered) if name.casefold() not in taken)


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _add(menu: QMenu, words: str, act: Callable[[], object], enabled: bool = True) -> QAction:
    action = menu.addAction(words)
    action.triggered.connect(act)
    action.setEnabled(enabled)
    return action
