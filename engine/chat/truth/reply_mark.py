"""What in a reply does not agree with what its speaker knows. Values only."""

import enum
from dataclasses import dataclass


class MarkKind(enum.StrEnum):
    """What is wrong with a span."""

    CONTRADICTION = "contradiction"  # a fact says otherwise
    INVENTION = "invention"  # nothing that is known says so


@dataclass(frozen=True, slots=True)
class ReplyMark:
    """A span of a reply, from `start` up to `end` in its letters, that reads `text`.

    `fact_id` is the stored fact it goes against, None where it goes against none, or one that is
    not stored. `sentence` tells the person.
    """

    kind: MarkKind
    start: int
    end: int
    text: str
    sentence: str
    fact_id: int | None = None
