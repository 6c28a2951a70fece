"""One way back for the whole page: what was done to the open conversation, and to the list of
conversations, the last first. Knows no widgets.
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
        self._in_list: list[bool] = []
        self._where = 0
        conversations.stepped.connect(lambda: self._in_list.append(True))
        conversations.undone.connect(lambda: self._forget_step(in_list=True))
        edits.done.connect(lambda: self._in_list.append(False))
        conversation.opened.connect(self._follow)

    def undo(self) -> None:
        """Takes back what was done last; what is being answered only after its end."""
        if self._open.streaming and not (self._in_list and self._in_list[-1]):
            return
        if self._in_list[-1] if self._in_list else not self._edits.undoable:
            self._conversations.undo()
        else:
            self.undo_edit()

    def undo_edit(self) -> None:
        """Takes back what was done last to the open conversation, whatever the list saw since."""
        if not self._open.streaming:
            self._forget_step(in_list=False)
            self._edits.undo()

    def redo(self) -> None:
        """Does again what was taken back last in the open conversation."""
        if self._edits.redoable:
            self._in_list.append(False)
            self._edits.redo()

    def _forget_step(self, in_list: bool) -> None:
        """Both have a way back of their own beneath them; each step is taken back but once."""
        places = [place for place, one in enumerate(self._in_list) if one == in_list]
        for place in places[-1:]:
            del self._in_list[place]

    def _follow(self) -> None:
        """What was done elsewhere is not undone from here."""
        if self._open.id != self._where:
            self._where = self._open.id
            self._in_list = [in_list for in_list in self._in_list if in_list]
