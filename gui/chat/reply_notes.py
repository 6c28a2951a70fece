"""What is noted of replies beside their words: marks where they do not agree with what their
speaker knows, and the lore they were told. Knows no widgets."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from engine.chat.replies import ReplyEnded, ReplyStarted
from engine.chat.truth.reply_mark import MarkKind, ReplyMark
from gui.chat.services import ChatAsking
from gui.chat.wording import translate

if TYPE_CHECKING:
    from gui.chat.open_conversation import OpenConversation

Marks = Mapping[int, tuple[ReplyMark, ...]]
_SIGNS = {MarkKind.CONTRADICTION: "\u2260", MarkKind.INVENTION: "?"}
_LONGEST = 60


class ReplyNotes(QObject):
    """Of the open conversation; `changed` also when a reply begins, as what it was given is known
    then. `lore` are the names of entries by the id of the reply they were told for, as far as it
    was made while the program ran. `asked_about` carries the id of a reply the person wants to
    know more of."""

    changed = Signal()
    asked_about = Signal(int)

    def __init__(self, conversation: "OpenConversation", reading: ChatAsking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = conversation
        self._reading = reading
        self.lore: dict[int, tuple[str, ...]] = {}
        conversation.opened.connect(self.read)

    def read(self) -> None:
        """Reads the marks of the conversation that is open now."""
        one = self._open.id
        self._open.take_marks({})
        if one:
            self._reading.ask(lambda services: (one, services.store.marks(one)), self._take)

    def follow(self, event: object) -> None:
        """Takes in what a reply tells while it is made."""
        if isinstance(event, ReplyStarted):
            self.lore[event.message.id] = tuple(
                entry.title for entry in event.grounds.lore if entry.title)
            self.changed.emit()
        elif isinstance(event, ReplyEnded):
            marks = {number: held for number, held in self._open.marks.items()
                     if number != event.message.id}
            if event.marks:
                marks[event.message.id] = event.marks
            self._open.take_marks(marks)
            self.changed.emit()

    def _take(self, found: object) -> None:
        one, marks = cast("tuple[int, Marks]", found)
        if one == self._open.id:
            self._open.take_marks({**marks, **self._open.marks})
            self.changed.emit()


def mark_text(mark: ReplyMark) -> str:
    """A mark as a line beneath its reply: a sign, what is wrong, and the words it is at."""
    said = " ".join(mark.text.split())
    short = said if len(said) <= _LONGEST else f"{said[:_LONGEST].rstrip()}\u2026"
    return translate("Chat", "{sign} {sentence} (\u201c{said}\u201d)").format(
        sign=_SIGNS[mark.kind], said=short, sentence=mark.sentence)
