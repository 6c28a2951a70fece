"""Where a run stands, apart from its weights: its step, its judgements, how patient it still is.

Stored in a checkpoint as plain numbers. Knows no torch.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

LOSS = "loss"
MOST_UNSOUND = 3  # steps in a row whose gradients are no numbers
_GROWN, _GROWN_BY = 2.0, 1.0  # a loss beyond this multiple of the first, plus this, has diverged

Figures = Mapping[str, float]


@dataclass(slots=True)
class Standing:
    """`step` steps were taken. A run that goes on from an earlier one began at `began_epoch` and
    `began_step`; a later one begins at `next_epoch`. `first`, `best` and `last` are judgements;
    `waited` counts those since the best; `unsound` steps in a row could not be taken."""

    step: int = 0
    began_epoch: int = 0
    next_epoch: int = 0
    began_step: int = 0
    judged_at: int = -1
    best_step: int = 0
    waited: int = 0
    unsound: int = 0
    diverged: bool = False
    examples: int = 0
    seconds: float = 0.0
    core_seconds: float = 0.0
    joules: float = 0.0
    first: Figures = field(default_factory=dict[str, float])
    best: Figures = field(default_factory=dict[str, float])
    last: Figures = field(default_factory=dict[str, float])

    def judge(self, figures: Figures, newest: bool = False) -> bool:
        """Takes a judgement of this step in; True where it is the best so far, or the `newest` is
        wanted and it is one."""
        self.judged_at = self.step
        self.last = dict(figures)
        if not self.first:
            self.first = self.last
        loss = figures.get(LOSS)
        if loss is None:  # nothing is held out: the newest is the best there is
            self.best_step = self.step
            return True
        start = self.first[LOSS]
        self.diverged |= not math.isfinite(loss) or loss > _GROWN * start + _GROWN_BY
        better = math.isfinite(loss) and (newest or not self.best or loss < self.best[LOSS])
        if better:
            self.best, self.best_step, self.waited = self.last, self.step, 0
        else:
            self.waited += 1
        return better

    def stepped(self, sound: bool) -> None:
        """Counts a step; `sound` where the weights could be moved."""
        self.step += 1
        self.unsound = 0 if sound else self.unsound + 1
        self.diverged |= self.unsound >= MOST_UNSOUND

    def numbers(self) -> dict[str, float]:
        """For a checkpoint."""
        told = {name: float(getattr(self, name)) for name in _COUNTS}
        for name in _JUDGEMENTS:
            figures: Figures = getattr(self, name)
            told |= {f"{name}.{key}": value for key, value in figures.items()}
        return told


_COUNTS = ("step", "began_epoch", "next_epoch", "began_step", "judged_at", "best_step", "waited",
           "unsound", "diverged", "examples", "seconds", "core_seconds", "joules")
_REAL = ("seconds", "core_seconds", "joules")
_JUDGEMENTS = ("first", "best", "last")


def standing_of(numbers: Mapping[str, float]) -> Standing:
    """What `numbers` told."""
    stands = Standing(step=int(numbers["step"]))
    for name in _COUNTS:
        value = numbers.get(name, 0.0)
        setattr(stands, name, value if name in _REAL
                else bool(value) if name == "diverged" else int(value))
    for name in _JUDGEMENTS:
        start = f"{name}."
        setattr(stands, name, {key[len(start):]: value for key, value in numbers.items()
                               if key.startswith(start)})
    return stands
