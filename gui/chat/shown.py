"""What the transcript shows, as plain values: no widget, no store, no model."""

import enum
from dataclasses import dataclass


class Act(enum.StrEnum):
    """What can be done with a message."""

    COPY = "copy"
    EDIT = "edit"
    REGENERATE = "regenerate"
    CONTINUE = "continue"
    BRANCH = "branch"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message. It is alternative `number` of `of` at its place, both counted from 1.

    `mine` is the person's own; `note` is a short sentence beneath (stopped, reading, cut);
    `acts` are those that make sense now. `colour` is a persona's, "" of nobody in the cast.
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
