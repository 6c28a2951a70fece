"""Changes of what was said in the open conversation, each with a way back that outlives the
program, and conversations that branch off.

Knows no widgets. Changes run on the chat queue, so that each reply sees those before it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.chat.conversation import Conversation
from gui.chat.open_conversation import OpenConversation
from gui.chat.services import ChatAsking, ChatServices

if TYPE_CHECKING:
    from engine.chat.tree_edits import TreeEdit, TreeEdits


@dataclass(frozen=True, slots=True)
class _Ways:
    """What could be undone in a conversation and done again, "" for nothing."""

    conversation_id: int
    undoable: str
    redoable: str


@dataclass(frozen=True, slots=True)
class _Turned:
    """A conversation as it is stored now, and what was undone just now."""

    conversation: Conversation
    ways: _Ways
    undone: str = ""


class TreeEditing(QObject):
    """`removed` counts the messages taken out last, `undone` is the kind of what was undone last,
    "" once anything else was done. `done` says that something was done here that can be undone,
    `branched` carries a new conversation."""

    changed = Signal()
    done = Signal()
    branched = Signal(object)

    def __init__(self, conversation: OpenConversation, reading: ChatAsking, writing: ChatAsking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = conversation
        self._reading = reading
        self._writing = writing
        self.undoable = self.redoable = self.undone = ""
        self.removed = 0
        conversation.opened.connect(self._begin)

    def edit(self, message_id: int, text: str, keep_following: bool = False) -> None:
        """Gives a message another text, beside the old one; what followed may follow it."""
        before = self._open.stored.message(message_id)
        if before is not None and before.text != text and not self._open.streaming:
            self._note(0)
            self._change(lambda edits: edits.edit(message_id, text, keep_following))

    def edited_for_answer(self, message_id: int,
                          text: str) -> Callable[[ChatServices], Iterator[object]]:
        """The same, as the beginning of work that has it answered."""
        one = self._open.id
        self._note(0)

        def work(services: ChatServices) -> Iterator[object]:
            _edits(services).edit(message_id, text)
            yield services.store.conversation(one)
            yield from services.chatbot.reply(one)

        return work

    def remove(self, message_id: int) -> None:
        """Takes a message out with all that follows it."""
        places = [place for place, message in enumerate(self._open.shown)
                  if message.id == message_id]
        if places and not self._open.streaming:
            self._note(len(self._open.shown) - places[0])
            self._change(lambda edits: edits.remove(message_id))

    def branch(self, message_id: int) -> None:
        """Begins a conversation of its own with all that was said up to a message."""
        def branched(services: ChatServices) -> Conversation:
            from engine.chat.branches import branch

            return branch(services.company.database, services.store, message_id)

        self._writing.ask(branched, self.branched.emit)

    def undo(self) -> None:
        """Takes back what was done last here, also before the program was started."""
        if self.undoable and not self._open.streaming:
            self.removed = 0
            one = self._open.id
            self._turn(lambda edits: edits.undo(one), is_undo=True)

    def redo(self) -> None:
        """Does again what was undone last."""
        if self.redoable and not self._open.streaming:
            one = self._open.id
            self._turn(lambda edits: edits.redo(one))

    def settle(self) -> None:
        """The talk went on: nothing of what was done needs saying any more."""
        if self.removed or self.undone:
            self.removed, self.undone = 0, ""
            self.changed.emit()

    def read(self) -> None:
        """Asks what can be undone and done again."""
        one = self._open.id
        if one:
            self._reading.ask(lambda services: _ways(services, one), self._take_ways)

    def _begin(self) -> None:
        self.undoable = self.redoable = self.undone = ""
        self.removed = 0
        self.changed.emit()
        self.read()

    def _note(self, removed: int) -> None:
        self.removed, self.undone = removed, ""
        self.done.emit()
        self.changed.emit()

    def _change(self, change: "Callable[[TreeEdits], object]") -> None:
        one = self._open.id

        def changed(services: ChatServices) -> _Turned:
            change(_edits(services))
            return _turned(services, one)

        self._writing.ask(changed, self._take)

    def _turn(self, turn: "Callable[[TreeEdits], TreeEdit | None]", is_undo: bool = False) -> None:
        one = self._open.id

        def turned(services: ChatServices) -> _Turned:
            edit = turn(_edits(services))
            return _turned(services, one, edit.kind.value if edit and is_undo else "")

        self._writing.ask(turned, self._take_turned)

    def _take_turned(self, found: object) -> None:
        if isinstance(found, _Turned) and found.conversation.id == self._open.id:
            self.undone = found.undone
            self._take(found)

    def _take(self, found: object) -> None:
        if isinstance(found, _Turned) and found.conversation.id == self._open.id:
            self._open.take(found.conversation)
            self._take_ways(found.ways)

    def _take_ways(self, found: object) -> None:
        if isinstance(found, _Ways) and found.conversation_id == self._open.id:
            self.undoable, self.redoable = found.undoable, found.redoable
            self.changed.emit()


def _edits(services: ChatServices) -> "TreeEdits":
    from engine.chat.tree_edits import TreeEdits

    return TreeEdits(services.company.database, services.store)


def _ways(services: ChatServices, conversation_id: int) -> _Ways:
    edits = _edits(services)
    back, again = edits.undoable(conversation_id), edits.redoable(conversation_id)
    return _Ways(conversation_id, back.kind.value if back else "",
                 again.kind.value if again else "")


def _turned(services: ChatServices, conversation_id: int, undone: str = "") -> _Turned:
    return _Turned(services.store.conversation(conversation_id), _ways(services, conversation_id),
                   undone)
