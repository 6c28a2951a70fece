"""One way back for the whole page: what was done to the open conversation, to what it is made of
and to the list of conversations, the last first. Knows no widgets.
"""

from PySide6.QtCore import QObject

from gui.chat.conversations import Conversations
from gui.chat.open_conversation import OpenConversation
from gui.chat.tree_editing import TreeEditing
from gui.chat.undoable import Undoable


class Undoing(QObject):
    """Remembers the order in which all was done since the window was opened; what was said here
    before that comes last."""

    def __init__(self, conversations: Conversations, conversation: OpenConversation,
                 edits: TreeEditing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._open = conversation
        self._edits = edits
        self._steps: list[Undoable | TreeEditing] = []
        self._where = 0
        self.watch(conversations)
        edits.done.connect(lambda: self._steps.append(edits))
        conversation.opened.connect(self._follow)

    def watch(self, source: Undoable) -> None:
        """Takes back what is done there, too, in its turn."""
        source.stepped.connect(lambda: self._steps.append(source))
        source.undone.connect(lambda: self._forget_step(source))

    def undo(self) -> None:
        """Takes back what was done last; what is being answered only after its end."""
        last = self._steps[-1] if self._steps else (
            self._edits if self._edits.undoable else self._conversations)
        if isinstance(last, Undoable):
            last.undo()
        else:
            self.undo_edit()

    def undo_edit(self) -> None:
        """Takes back what was done last to the open conversation, whatever the list saw since."""
        if not self._open.streaming:
            self._forget_step(self._edits)
            self._edits.undo()

    def redo(self) -> None:
        """Does again what was taken back last in the open conversation."""
        if self._edits.redoable:
            self._steps.append(self._edits)
            self._edits.redo()

    def _forget_step(self, source: object) -> None:
        """Each has a way back of its own beneath it; each step is taken back but once."""
        places = [place for place, one in enumerate(self._steps) if one is source]
        for place in places[-1:]:
            del self._steps[place]

    def _follow(self) -> None:
        """What was done elsewhere is not undone from here."""
        if self._open.id != self._where:
            self._where = self._open.id
            self._steps = [one for one in self._steps if one is self._conversations]
