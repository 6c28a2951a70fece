"""A fact: a sentence that is so, whose it is, and who may know it. Values only."""

import enum
from dataclasses import dataclass


class FactSource(enum.StrEnum):
    """Where a fact is from."""

    PERSON = "person"  # written by the person
    PERSONA = "persona"  # a line of a persona's facts
    SCENE = "scene"  # a line of the scene's facts
    TALK = "talk"  # drawn from what was said


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    `conversation_id` None: it goes with its persona wherever that talks. `persona_id` is whose
    life it is about, None is the scene's or the person's. `heard_by` are the ids of the personas
    that know it, None is everyone. `message_id` is where it was said, if it was. One that is not
    `approved` is offered to the person and given to nobody.
    """

    id: int
    text: str
    source: FactSource = FactSource.PERSON
    conversation_id: int | None = None
    persona_id: int | None = None
    message_id: int | None = None
    heard_by: tuple[int, ...] | None = None
    pinned: bool = False
    approved: bool = True
    created_at: str = ""

    def known_to(self, persona_id: int) -> bool:
        """Whether a persona may speak of it: it is approved, and theirs or heard by them."""
        heard = self.heard_by is None or persona_id in self.heard_by
        return self.approved and (heard or self.persona_id == persona_id)
