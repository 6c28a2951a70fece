"""As whom the person says their next line: themselves, or one of the cast.

Knows no widgets. Stays until it is changed, for each conversation while the program runs. Whose
role is taken speaks only through the person, until they speak as somebody else.
"""

from PySide6.QtCore import QObject, Signal

from engine.chat.talk import CastMember
from gui.chat.open_cast import OpenCast
from gui.chat.open_conversation import OpenConversation


class Speaking(QObject):
    """Without a choice the person speaks as themselves."""

    changed = Signal()

    def __init__(self, cast: OpenCast, conversation: OpenConversation,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cast = cast
        self._open = conversation
        self._chosen: dict[int, int] = {}
        self._taken: set[tuple[int, int]] = set()

    @property
    def member(self) -> CastMember | None:
        """Who of the cast the person speaks as, None for themselves."""
        number = self._chosen.get(self._open.id, 0)
        return next((m for m in self._open.setup.cast if m.persona_id == number), None)

    @property
    def author(self) -> str:
        """What they are called, "" for the person themselves."""
        return self.member.persona.called if self.member else ""

    @property
    def taken(self) -> bool:
        """Whether only the person speaks as them."""
        return self.member is not None and self.member.muted

    def speak_as(self, persona_id: int) -> None:
        """Speaks as one of the cast, 0 as oneself. A role that was taken is given back."""
        before = self._chosen.get(self._open.id, 0)
        if before != persona_id:
            if (self._open.id, before) in self._taken:
                self._take(before, False)
            self._chosen[self._open.id] = persona_id
            self.changed.emit()

    def take(self, taken: bool) -> None:
        """Lets nobody else speak as them, or lets the model again."""
        if self.member is not None:
            self._take(self.member.persona_id, taken)

    def _take(self, persona_id: int, taken: bool) -> None:
        """Who was muted before stays so: only what was taken here is given back."""
        role = (self._open.id, persona_id)
        (self._taken.add if taken else self._taken.discard)(role)
        self._cast.mute(persona_id, taken)
