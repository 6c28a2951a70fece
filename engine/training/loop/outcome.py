"""What came of a stretch of learning, and who is asked between its steps whether it may go on.

Values and a seam only. Knows no torch.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

ENOUGH_FILE = "enough"
"""A file of this name beside the folders of a job's stages: the person wants what there is now."""


class Why(enum.StrEnum):
    """Why the loop ended."""

    DONE = "done"  # every step was taken
    PATIENCE = "patience"  # no better judgement for long enough
    ENOUGH = "enough"  # the person asked for what there is
    DIVERGED = "diverged"  # the loss stopped being a number, or grew far beyond its start


@dataclass(frozen=True, slots=True)
class Outcome:
    """`steps` were taken in all, `best_step` is the one whose weights are kept and lie in the
    model now; `first` and `best` are the judgements before the first step and at the best one
    (empty where nothing is held out), `last` the newest. `seconds` of work, pauses left out.
    `sentence` says why it ended before its time, else ""; `energy` is one line for the report."""

    steps: int
    best_step: int
    first: Mapping[str, float] = field(default_factory=dict[str, float])
    best: Mapping[str, float] = field(default_factory=dict[str, float])
    last: Mapping[str, float] = field(default_factory=dict[str, float])
    why: Why = Why.DONE
    sentence: str = ""
    seconds: float = 0.0
    examples: int = 0
    energy: str = ""

    @property
    def stopped_early(self) -> bool:
        return self.why is not Why.DONE


class Courtesy(Protocol):
    """Asked between the parts of a step; keeps a training from being in the way."""

    def wants_pause(self) -> str:
        """Why the training should wait now, in words for the person; "" where it need not."""
        ...

    def breathe(self, worked: float) -> float:
        """Called after `worked` seconds of computing: waits a little where somebody else needs the
        machine. The seconds waited."""
        ...

    def wait(self) -> None:
        """Waits a moment, until asking `wants_pause` again is worth it."""
        ...


class NoCourtesy:
    """Goes on whatever happens: for tests and benchmarks."""

    def wants_pause(self) -> str:
        return ""

    def breathe(self, worked: float) -> float:
        return 0.0

    def wait(self) -> None:
        return
