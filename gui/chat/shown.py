"""What the transcript shows, as plain values: no widget, no store, no model."""

import enum
from dataclasses import dataclass


class Act(enum.StrEnum):
    """What can be done with a message."""

    COPY = "copy"
    EDIT = "edit"
    REGENERATE = "regenerate"
    CONTINUE = "continue"
    REWRITE = "rewrite"
    BRANCH = "branch"
    WHY = "why"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message. It is alternative `number` of `of` at its place, both counted from 1.

    `mine` is the person's own; `note` is a short sentence beneath (stopped, reading, cut);
    `acts` are those that make sense now. `colour` is a persona's, "" of nobody in the cast.
    `marks` are sentences on what in it does not agree with what its speaker knows.
    """

    id: int
    name: str
    text: str
    mine: bool = False
    number: int = 1
    of: int = 1
    note: str = ""
    acts: tuple[Act, ...] = ()
    colour: str = ""
    marks: tuple[str, ...] = ()

    @property
    def beneath(self) -> tuple[str, ...]:
        """The lines beneath the text: what is noted of it, and its marks."""
        return (*(self.note.split("\n") if self.note else ()), *self.marks)
