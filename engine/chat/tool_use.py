"""Tools that what the person says may set to work before it is answered: what is remembered of it.

Which tools there are, and how a model chooses among them, lies above: here is only the seam. What
was found are words of songs and facts: data for a prompt, read by nobody for orders.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.inference.text_model import TextModel

MOST_FOUND = 12
"""Sentences a prompt is given of what was found for one message."""
_HEADING = "What was looked up for this:"


@dataclass(frozen=True, slots=True)
class ToolStep:
    """A step: a `tool` was asked about `argument`; `thought` is why, in the model's words.

    `outcome` is what came of it in words of ours, "" while it is being worked at. `found` are
    sentences that hold words of songs and facts.
    """

    tool: str
    argument: str = ""
    thought: str = ""
    outcome: str = ""
    found: tuple[str, ...] = ()


class ToolUse(Protocol):
    """Somebody who uses tools for a message."""

    def steps(self, conversation_id: int, asked: str, persona_id: int | None,
              model: TextModel) -> Iterator[ToolStep]:
        """The steps that `asked`, the person's own words, calls for: each first without an
        outcome and then with it; none where no tool is needed. `persona_id` is who will answer.
        Closing it ends the work. EngineError as of the model."""
        ...


def found_by(steps: Sequence[ToolStep]) -> tuple[str, ...]:
    """What the steps found, each sentence once and not too many."""
    return tuple(dict.fromkeys(told for step in steps for told in step.found))[:MOST_FOUND]


def with_found(text: str, steps: Sequence[ToolStep]) -> str:
    """A message as the model itself reads it: with what was found for it."""
    found = found_by(steps)
    if not found:
        return text
    return "\n".join([text, "", _HEADING, *(f"- {told}" for told in found)])
