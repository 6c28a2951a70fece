"""How quickly a run goes, what is left of it, and how long it worked.

Medians, so that one slow step, a pause or a laptop that slept in the middle of one spoil nothing.
"""

import statistics
from collections import deque

_WATCHED = 100  # steps the median is taken of
_ENOUGH = 3  # steps before anything is said of the time left
_ASLEEP = 20.0  # a step this many times the median was no work: the machine slept
_ASLEEP_SECONDS = 30.0


class Pace:
    """Told of every step and judgement; `worked` may begin with what earlier processes did."""

    def __init__(self, worked: float = 0.0, examples: int = 0) -> None:
        self.worked = worked
        self.examples = examples
        self._steps: deque[float] = deque(maxlen=_WATCHED)
        self._counts: deque[int] = deque(maxlen=_WATCHED)
        self._judgements: deque[float] = deque(maxlen=_WATCHED)

    def stepped(self, seconds: float, examples: int) -> None:
        """A step took this long and learned from so many examples."""
        self._steps.append(self._credible(seconds, self._steps))
        self._counts.append(examples)
        self.worked += self._steps[-1]
        self.examples += examples

    def judged(self, seconds: float) -> None:
        """A judgement, its samples within, took this long."""
        self._judgements.append(self._credible(seconds, self._judgements))
        self.worked += self._judgements[-1]

    @property
    def examples_per_second(self) -> float:
        """Of the newest steps, judgements left out; 0 before the first."""
        seconds = sum(self._steps)
        return sum(self._counts) / seconds if seconds else 0.0

    def seconds_left(self, steps: int, judgements: int) -> float | None:
        """For so many more; None while too little was seen to be honest."""
        if len(self._steps) < _ENOUGH:
            return None
        judging = statistics.median(self._judgements) if self._judgements else 0.0
        # The first step also sets up memory and threads.
        return steps * statistics.median(list(self._steps)[1:]) + judgements * judging

    @staticmethod
    def _credible(seconds: float, seen: deque[float]) -> float:
        if len(seen) < _ENOUGH:
            return seconds
        usual = statistics.median(seen)
        asleep = seconds > max(_ASLEEP * usual, _ASLEEP_SECONDS)
        return usual if asleep else seconds
