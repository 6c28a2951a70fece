"""Counts the work of a chat template while it runs, and ends it where it is too much.

A template comes from strangers: it may loop for ever or double a text forty times. Knows values
and numbers, nothing of Jinja.
"""

import time
from collections.abc import Callable, ItemsView, KeysView, ValuesView
from dataclasses import dataclass
from typing import Any, cast

from engine.errors import EngineError

OPERATION = 32
ELEMENT = 16
MOST_BITS = 4096
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class TemplateLimits:
    """`work` counts letters made, with ELEMENT for each value of a list and OPERATION for each
    step; `letters` is the longest text, `seconds` the longest time on the clock."""

    work: int = 64_000_000
    letters: int = 8_000_000
    seconds: float = 2.0


class TemplateTooBusy(EngineError):  # noqa: N818 - an EngineError like any other
    """The template wants more work than any conversation needs."""

    def __init__(self) -> None:
        super().__init__("The chat template of this model does not come to an end.",
                         "Add the model again from a source you trust.")


class Meter:
    """The work of one run. Raises TemplateTooBusy where a limit is passed."""

    def __init__(self, limits: TemplateLimits,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._left = limits.work
        self._until = clock() + limits.seconds

    def charge(self, work: int) -> None:
        """Counts `work` and looks at the clock."""
        self._left -= work
        if self._left < 0 or self._clock() > self._until:
            raise TemplateTooBusy

    def weigh(self, value: Any) -> Any:
        """Counts a value that was just made, and gives it back."""
        self.charge(OPERATION + self.size(value))
        return value

    def foresee(self, letters: int) -> None:
        """Refuses to make a text of so many letters, before it is made."""
        if letters > self._limits.letters:
            raise TemplateTooBusy

    def size(self, value: Any) -> int:
        """Letters of all texts within a value, ELEMENT for each of its parts.

        What two lists share counts twice, so that no walk over the value takes longer than this.
        """
        if isinstance(value, str):
            self.foresee(len(value))
            return len(value)
        return self._deep_size(value)

    def _deep_size(self, value: Any) -> int:
        total = 0
        waiting = [(value, 0)]
        while waiting:
            current, depth = waiting.pop()
            if depth > DEEPEST or (isinstance(current, int) and current.bit_length() > MOST_BITS):
                raise TemplateTooBusy
            total += len(current) if isinstance(current, str) else ELEMENT
            self.foresee(total)
            waiting += [(part, depth + 1) for part in _parts(current)]
        return total


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        known = cast("dict[Any, Any]", value)
        return [*known, *known.values()]
    if isinstance(value, list | tuple | KeysView | ValuesView | ItemsView):
        return list(cast("list[Any]", value))
    return []
