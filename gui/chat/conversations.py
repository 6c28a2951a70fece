"""All conversations: listed, searched, renamed, deleted and brought back, written to a file.

Knows no widgets and not which one is open beyond its id. Works on the desk queue.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal

from engine.chat.conversation import ConversationRow, FoundMessage
from gui.chat.asking import Asking
from gui.chat.conversation_table import ConversationTable
from gui.chat.services import ChatServices

SEARCH_MS = 150
UNDO_MS = 12_000


class Conversations(QObject):
    """`table` holds the list. `removed` are the titles deleted last that `undo` brings back."""

    loaded_changed = Signal()
    removed_changed = Signal()
    deleted = Signal(list)

    def __init__(self, asking: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self._needle = ""
        self._bin: list[tuple[int, ...]] = []
        self.loaded = False
        self.removed: tuple[str, ...] = ()
        self.table = ConversationTable(self)
        self.table.renamed.connect(self.rename)
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

    def delete(self, conversation_ids: Sequence[int]) -> None:
        """Puts conversations into the bin, from where `undo` brings them back."""
        ids = tuple(dict.fromkeys(conversation_ids))
        rows = [row for row in map(self.table.conversation, ids) if row is not None]
        if not rows:
            return
        self._bin.append(ids)
        self.removed = tuple(row.title for row in rows)
        self.table.take_out(ids)
        self._change(lambda services: services.store.delete(ids))
        self._showing_removed.start()
        self.removed_changed.emit()
        self.deleted.emit(list(ids))

    @property
    def can_undo(self) -> bool:
        return bool(self._bin)

    def undo(self) -> None:
        """Brings back what was deleted last; again, what was deleted before that."""
        if self._bin:
            ids = self._bin.pop()
            self._change(lambda services: services.store.restore(ids))
            self._forget_removed()

    def export(self, conversation_id: int, file: Path) -> None:
        """Writes a conversation to a file; its ending says how."""
        def write(services: ChatServices) -> None:
            from engine.chat.chat_files.writing import write_conversation
            write_conversation(services.store.conversation(conversation_id), file)
        self._asking.ask(write)

    def close(self) -> None:
        """Waits for nothing more."""
        self._searching.stop()
        self._forget_removed()

    def _change(self, change: Callable[[ChatServices], object]) -> None:
        self._asking.ask(change, lambda _: self.refresh())

    def _take_rows(self, rows: object) -> None:
        first, self.loaded = not self.loaded, True
        self.table.show_rows(cast("list[ConversationRow]", rows))
        if first:
            self.loaded_changed.emit()

    def _search(self) -> None:
        needle = self._needle
        self._asking.ask(lambda services: (needle, services.store.search(needle)),
                         self._take_found)

    def _take_found(self, answer: object) -> None:
        needle, found = cast("tuple[str, list[FoundMessage]]", answer)
        if needle == self._needle:
            self.table.show_found(found)

    def _forget_removed(self) -> None:
        self._showing_removed.stop()
        if self.removed:
            self.removed = ()
            self.removed_changed.emit()


def _start(services: ChatServices) -> None:
    """Marks what a kill cut short, and deletes for good what lay in the bin."""
    services.store.mark_interrupted()
    trashed = [row.id for row in services.store.rows(trashed=True)]
    if trashed:
        services.store.purge(trashed)
