"""Who talks in a conversation, where, and whose turn it is: what it is set up with.

Values only; knows no storage, no prompt and no model.
"""

import enum
from dataclasses import dataclass

from engine.chat.lorebook import Lorebook
from engine.chat.persona import Persona
from engine.chat.scene import AuthorsNote, Scene


class TurnOrder(enum.StrEnum):
    """Who of the cast speaks next."""

    HAND = "hand"  # whom the person chooses
    ROUND = "round"  # one after the other, in the order of the cast
    NATURAL = "natural"  # who was named, else by chance after how talkative each is


@dataclass(frozen=True, slots=True)
class CastMember:
    """One of the cast. Who is `muted` does not speak unless chosen by hand. `talkativeness`:
    0 never speaks unasked, 1 always would."""

    persona_id: int
    persona: Persona
    muted: bool = False
    talkativeness: float = 0.5


@dataclass(frozen=True, slots=True)
class TalkSetup:
    """What a conversation is set up with.

    `cast` stands in the order in which it speaks. `pause_seconds` above 0 lets the cast go on by
    itself with that pause. `prompt_format` is the name of one, "" is the model's own template.
    `person` is what the person is called in this talk, "" is nothing in particular.
    """

    cast: tuple[CastMember, ...] = ()
    scene: Scene | None = None
    turn_order: TurnOrder = TurnOrder.NATURAL
    pause_seconds: float = 0.0
    prompt_format: str = ""
    person: str = ""
    authors_note: AuthorsNote | None = None
    lorebook: Lorebook | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What each of the cast is called."""
        return tuple(member.persona.called for member in self.cast)

    def member(self, name: str) -> CastMember | None:
        """Who of the cast is called so, in any case."""
        wanted = name.casefold()
        return next((m for m in self.cast if m.persona.called.casefold() == wanted), None)
