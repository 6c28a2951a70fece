"""Who talks in the open conversation: read with it, and changed as the person says.

Knows no widgets. Changes run on the chat queue, so that each reply sees those before it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.chat.conversation import Conversation
from engine.chat.talk import CastMember, TalkSetup, TurnOrder
from gui.chat.open_conversation import OpenConversation
from gui.chat.services import ChatAsking, ChatServices

if TYPE_CHECKING:
    from gui.chat.company import Company


@dataclass(frozen=True, slots=True)
class _Read:
    conversation_id: int
    setup: TalkSetup
    conversation: Conversation | None = None


@dataclass(frozen=True, slots=True)
class _Left:
    conversation_id: int
    place: int
    member: CastMember


class OpenCast(QObject):
    """`setup` is what is known of it; without a cast the model talks as itself. Who left can be
    brought back while the window is open."""

    changed = Signal()

    def __init__(self, conversation: OpenConversation, reading: ChatAsking, writing: ChatAsking,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = conversation
        self._reading = reading
        self._writing = writing
        self._left: list[_Left] = []
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

        self.change(taken_up, renames=True)

    def add(self, persona_ids: list[int]) -> None:
        """Puts others into the cast, at its end, with the facts they bring."""
        def join(company: "Company", one: int) -> None:
            for number in persona_ids:
                company.join(one, number)

        self.change(join)

    def remove(self, persona_id: int) -> None:
        """Takes one out of the cast, unless nobody would be left; what they said stays."""
        cast = self.setup.cast
        place = next((at for at, m in enumerate(cast) if m.persona_id == persona_id), -1)
        if place >= 0 and len(cast) > 1:
            self._left.append(_Left(self._open.id, place, cast[place]))
            self.change(lambda company, one: company.casts.leave(one, persona_id))
            self._open.take_setup(replace(self.setup, cast=(*cast[:place], *cast[place + 1:])))
            self.changed.emit()

    @property
    def left(self) -> str:
        """Who left last here and can be brought back, "" for nobody."""
        return self._last_left.member.persona.called if self._last_left else ""

    def bring_back(self) -> None:
        """Puts who left last back in their place."""
        left = self._last_left
        if left is None:
            return
        number = left.member.persona_id

        def back(company: "Company", one: int) -> None:
            others = [m for m in company.casts.setup(one).cast if m.persona_id != number]
            company.casts.set_cast(one, [*others[:left.place], left.member,
                                         *others[left.place:]])
            company.take_up_facts(one)

        self._left.remove(left)
        self.change(back)
        self.changed.emit()

    @property
    def _last_left(self) -> _Left | None:
        """Not who is there again by another way."""
        present = {member.persona_id for member in self.setup.cast}
        here = [left for left in self._left if left.conversation_id == self._open.id
                and left.member.persona_id not in present]
        return here[-1] if here and present else None

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
               otherwise: Callable[[object], object] | None = None,
               renames: bool = False) -> None:
        """Has what a conversation is set up with changed, of the open one where none is named;
        `then` it is stored, `otherwise` is told why it could not be. Messages are read anew only
        where it `renames` who said them."""
        one = conversation_id or self._open.id
        if not one:
            return

        def changed(services: ChatServices) -> _Read:
            change(services.company, one)
            return _Read(one, services.company.casts.setup(one),
                         services.store.conversation(one) if renames else None)

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
