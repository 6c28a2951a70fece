"""What a model may ask of a tool, and what the tool answers: frozen values, each to be shown.

`outcome` is all that the model that chooses may see of an answer; `told` is for who replies.
"""

from dataclasses import dataclass

from engine.interplay.song_finding import FoundSong

ANSWER = "answer"
"""The step that ends the work: the model wants to reply."""


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """What the person allows: names of tools, none by default, and how many steps at most."""

    allowed: frozenset[str] = frozenset()
    most_steps: int = 4


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A step the model has chosen: a tool with what it shall work on, or ANSWER with nothing.
    `thought` is why, in its own words."""

    tool: str
    argument: str = ""
    thought: str = ""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a call.

    `outcome` is made of our own words and numbers only: no text of a song, a card or a fact.
    `told` are sentences that hold such texts. `songs` can be named in later calls; `looked_at` is
    the one that was looked at, for the person to see.
    """

    call: ToolCall
    outcome: str
    told: tuple[str, ...] = ()
    songs: tuple[FoundSong, ...] = ()
    looked_at: FoundSong | None = None


@dataclass(frozen=True, slots=True)
class ToolsDone:
    """The work has ended: `why` in a sentence, and all results in their order."""

    results: tuple[ToolResult, ...]
    why: str


ToolEvent = ToolCall | ToolResult | ToolsDone
