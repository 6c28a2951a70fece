"""Where in the prompt an entry of a lorebook is told. Values only."""

import enum
from dataclasses import dataclass

from engine.chat.conversation import Role


class LoreSpot(enum.StrEnum):
    """By which part of the prompt."""

    BEFORE_CHAR = "before_char"  # before the description of who speaks
    AFTER_CHAR = "after_char"
    PERSONALITY = "personality"
    SCENARIO = "scenario"
    DEPTH = "depth"  # between the messages


@dataclass(frozen=True, slots=True)
class LorePlace:
    """`depth`, where the spot is DEPTH: how many messages follow it; 0 is after the last.
    `role`: who tells it, where the prompt has roles."""

    spot: LoreSpot = LoreSpot.BEFORE_CHAR
    depth: int = 0
    role: Role = Role.SYSTEM
