"""Who talks in the open conversation: read with it, and changed as the person says.

Knows no widgets. Changes run on the chat queue, so that each reply sees those before it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.chat.conversation import Conversation
from engine.chat.talk import TalkSetup, TurnOrder
from gui.chat.asking import Asking
from gui.chat.open_conversation import OpenConversation
from gui.chat.services import ChatServices

if TYPE_CHECKING:
    from gui.chat.company import Company


@dataclass(frozen=True, slots=True)
class _Read:
    conversation_id: int
    setup: TalkSetup
    conversation: Conversation | None = None


class OpenCast(QObject):
    """`setup` is what is known of it; without a cast the model talks as itself."""

    changed = Signal()

    def __init__(self, conversation: OpenConversation, reading: Asking, writing: Asking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = conversation
        self._reading = reading
        self._writing = writing
        conversation.opened.connect(self.read)

    @property
    def setup(self) -> TalkSetup:
        return self._open.setup

    @property
    def several(self) -> bool:
        return len(self.setup.cast) > 1

    def read(self) -> None:
        """Reads who talks here."""
        self.changed.emit()
        one = self._open.id
        if one:
            self._reading.ask(lambda services: _Read(one, services.company.casts.setup(one)),
                              self._take)

    def follow(self) -> None:
        """Takes in what was edited of the cast: names in what was said, facts they know."""
        def taken_up(company: "Company", one: int) -> None:
            company.take_up_facts(one)

        self.change(taken_up)

    def add(self, persona_ids: list[int]) -> None:
        """Puts others into the cast, at its end, with the facts they bring."""
        def join(company: "Company", one: int) -> None:
            for number in persona_ids:
                company.join(one, number)

        self.change(join)

    def remove(self, persona_id: int) -> None:
        """Takes one out of the cast; what they said stays."""
        self.change(lambda company, one: company.casts.leave(one, persona_id))

    def mute(self, persona_id: int, muted: bool) -> None:
        """Lets one speak only when asked to."""
        cast = [replace(member, muted=muted) if member.persona_id == persona_id else member
                for member in self.setup.cast]
        self.change(lambda company, one: company.casts.set_cast(one, cast))

    def set_order(self, order: TurnOrder) -> None:
        """Says who speaks next."""
        pause = self.setup.pause_seconds
        self.change(lambda company, one: company.casts.set_turn_order(one, order, pause))

    def change(self, change: Callable[["Company", int], object], conversation_id: int = 0,
               then: Callable[[], object] | None = None,
               otherwise: Callable[[object], object] | None = None) -> None:
        """Has what a conversation is set up with changed, of the open one where none is named;
        `then` it is stored, `otherwise` is told why it could not be."""
        one = conversation_id or self._open.id
        if not one:
            return

        def changed(services: ChatServices) -> _Read:
            change(services.company, one)
            return _Read(one, services.company.casts.setup(one), services.store.conversation(one))

        def taken(found: object) -> None:
            self._take(found)
            if then is not None:
                then()

        self._writing.ask(changed, taken, otherwise)

    def _take(self, found: object) -> None:
        if isinstance(found, _Read) and found.conversation_id == self._open.id:
            self._open.take_setup(found.setup)
            if found.conversation is not None and not self._open.streaming:
                self._open.take(found.conversation)
            self.changed.emit()
