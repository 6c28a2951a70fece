"""All conversations: listed, searched, renamed, put in folders, deleted and brought back.

Knows no widgets and not which one is open beyond its id. Works on the desk queue.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal

from engine.chat.conversation import ConversationRow, FoundMessage
from gui.chat.conversation_table import ConversationTable
from gui.chat.services import ChatAsking, ChatServices
from gui.chat.undoable import Undoable
from gui.chat.wording import translate

SEARCH_MS = 60
UNDO_MS = 12_000
MOST_FOUND = 100
Change = Callable[[ChatServices], object]


class Conversations(Undoable):
    """`table` holds the list. `removed` are the titles deleted last that `undo` brings back;
    `done` is a sentence about another change it takes back, "" for none."""

    loaded_changed = Signal()
    removed_changed = Signal()
    deleted = Signal(list)

    def __init__(self, asking: ChatAsking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._needle = ""
        self._steps: list[Change] = []
        self.loaded = False
        self.removed: tuple[str, ...] = ()
        self.done = ""
        self.table = ConversationTable(self)
        self.table.renamed.connect(self.rename)
        self.table.folder_renamed.connect(self.rename_folder)
        self.table.moved.connect(self.move)
        self._searching = QTimer(self, singleShot=True, interval=SEARCH_MS)
        self._searching.timeout.connect(self._search)
        self._showing_removed = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._showing_removed.timeout.connect(self._forget_removed)

    @property
    def needle(self) -> str:
        """The words searched for."""
        return self._needle

    def load(self) -> None:
        """Reads the list for the first time, and empties the bin of the session before."""
        self._asking.ask(_start)
        self.refresh()

    def refresh(self) -> None:
        """Reads the list anew."""
        self._asking.ask(lambda services: services.store.rows(), self._take_rows)
        if self._needle:
            self._search()

    def search(self, words: str) -> None:
        """Finds messages that hold the words, a moment after the last letter."""
        self._needle = words.strip()
        if self._needle:
            self._searching.start()
        else:
            self._searching.stop()
            self.table.show_found(None)

    def rename(self, conversation_id: int, title: str) -> None:
        self._change(lambda services: services.store.rename(conversation_id, title))

    def pin(self, conversation_ids: Sequence[int], pinned: bool) -> None:
        """Keeps conversations at the top, or no longer."""
        ids = tuple(conversation_ids)

        def change(services: ChatServices) -> None:
            with services.company.database.transaction(durable=True):
                for one in ids:
                    services.store.set_pinned(one, pinned)

        self._change(change)

    def move(self, conversation_ids: Sequence[int], folder: str) -> None:
        """Puts conversations into a folder, "" takes them out of theirs."""
        folder = " ".join(folder.split())
        before = self._folders_of(conversation_ids, folder)
        if before:
            self._put(dict.fromkeys(before, folder), before, translate(
                "Chat", "Moved to “{folder}”").format(folder=folder) if folder else translate(
                "Chat", "Taken out of the folder"))

    def rename_folder(self, folder: str, name: str) -> None:
        """Calls a folder otherwise; if there is one of that name, the two become one."""
        name = " ".join(name.split())
        if name and name != folder:
            before = self._folders_of(self.table.inside(folder), name)
            if folder in self.table.closed:
                self.table.fold(name, True)
            self._put(dict.fromkeys(before, name), before, translate(
                "Chat", "Renamed to “{folder}”").format(folder=name))

    def dissolve(self, folder: str) -> None:
        """Takes a folder away; what is in it stays."""
        before = self._folders_of(self.table.inside(folder), "")
        self._put(dict.fromkeys(before, ""), before, translate(
            "Chat", "The folder “{folder}” is gone").format(folder=folder))

    def delete(self, conversation_ids: Sequence[int]) -> None:
        """Puts conversations into the bin, from where `undo` brings them back."""
        ids = tuple(dict.fromkeys(conversation_ids))
        rows = [row for row in map(self.table.conversation, ids) if row is not None]
        if not rows:
            return
        self._remember(lambda services: services.store.restore(ids))
        self.table.take_out(ids)
        self._change(lambda services: services.store.delete(ids))
        self._tell(tuple(row.title for row in rows))
        self.deleted.emit(list(ids))

    @property
    def can_undo(self) -> bool:
        return bool(self._steps)

    def undo(self) -> None:
        """Takes back the last deletion or move; again, the one before that."""
        if self._steps:
            self._change(self._steps.pop())
            self._forget_removed()
            self.undone.emit()

    def close(self) -> None:
        """Waits for nothing more."""
        self._searching.stop()
        self._forget_removed()

    def _folders_of(self, conversation_ids: Sequence[int], other: str) -> dict[int, str]:
        """In which folders those are that are not in that other one."""
        rows = map(self.table.conversation, conversation_ids)
        return {row.id: row.folder for row in rows if row is not None and row.folder != other}

    def _put(self, wanted: Mapping[int, str], before: Mapping[int, str], done: str) -> None:
        self._remember(lambda services: _put_in_folders(services, before))
        self._change(lambda services: _put_in_folders(services, wanted))
        self._tell((), done)

    def _remember(self, back: Change) -> None:
        self._steps.append(back)
        self.stepped.emit()

    def _tell(self, removed: tuple[str, ...], done: str = "") -> None:
        """What can be taken back now, for a while."""
        self.removed, self.done = removed, done
        self._showing_removed.start()
        self.removed_changed.emit()

    def _change(self, change: Change) -> None:
        self._asking.ask(change, lambda _: self.refresh())

    def _take_rows(self, rows: object) -> None:
        first, self.loaded = not self.loaded, True
        self.table.show_rows(cast("list[ConversationRow]", rows))
        if first:
            self.loaded_changed.emit()

    def _search(self) -> None:
        needle = self._needle
        self._asking.ask(lambda services: (needle, services.store.search(needle, MOST_FOUND)),
                         self._take_found)

    def _take_found(self, answer: object) -> None:
        needle, found = cast("tuple[str, list[FoundMessage]]", answer)
        if needle == self._needle:
            self.table.show_found(found)

    def _forget_removed(self) -> None:
        self._showing_removed.stop()
        if self.removed or self.done:
            self.removed, self.done = (), ""
            self.removed_changed.emit()


def _put_in_folders(services: ChatServices, wanted: Mapping[int, str]) -> None:
    with services.company.database.transaction(durable=True):
        for one, folder in wanted.items():
            services.store.set_folder(one, folder)


def _start(services: ChatServices) -> None:
    """Marks what a kill cut short, and deletes for good what lay in the bin."""
    services.store.mark_interrupted()
    trashed = [row.id for row in services.store.rows(trashed=True)]
    if trashed:
        services.store.purge(trashed)
