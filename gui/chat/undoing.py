"""One way back for the whole page: what was done to the open conversation, and conversations that
were deleted, the last first. Knows no widgets.
"""

from PySide6.QtCore import QObject

from gui.chat.conversations import Conversations
from gui.chat.open_conversation import OpenConversation
from gui.chat.tree_editing import TreeEditing


class Undoing(QObject):
    """Remembers the order in which both kinds were done since the window was opened; what was
    done here before that comes last."""

    def __init__(self, conversations: Conversations, conversation: OpenConversation,
                 edits: TreeEditing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._open = conversation
        self._edits = edits
        self._deletions: list[bool] = []
        self._where = 0
        conversations.deleted.connect(lambda _: self._deletions.append(True))
        edits.done.connect(lambda: self._deletions.append(False))
        conversation.opened.connect(self._follow)

    def undo(self) -> None:
        """Takes back what was done last; what is being answered only after its end."""
        if self._open.streaming and not (self._deletions and self._deletions[-1]):
            return
        deletion = self._deletions.pop() if self._deletions else not self._edits.undoable
        if deletion:
            self._conversations.undo()
        else:
            self._edits.undo()

    def redo(self) -> None:
        """Does again what was taken back last in the open conversation."""
        if self._edits.redoable:
            self._deletions.append(False)
            self._edits.redo()

    def _follow(self) -> None:
        """What was done elsewhere is not undone from here."""
        if self._open.id != self._where:
            self._where = self._open.id
            self._deletions = [deletion for deletion in self._deletions if deletion]
