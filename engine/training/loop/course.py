"""The course of a run: which examples every step learns from, and at what share of the rate.

All of it follows from the plan of the learner and the options, so that a resumed run finds its
place by the number of its step alone. Knows no weights.
"""

import math
from collections.abc import Callable, Sequence

from engine.training.recipe import LoopOptions

Plan = Callable[[int], Sequence[Sequence[int]]]

_TENTHS = 10  # so many judgements an epoch where nobody says otherwise


class Course:
    """`epochs` more, from the whole epoch `first_epoch` and the step `first_step` on. Steps are
    counted from 0 and go on over all that was learned before."""

    def __init__(self, plan: Plan, options: LoopOptions, first_epoch: int = 0,
                 first_step: int = 0) -> None:
        self._plan = plan
        self._options = options
        self._known: tuple[int, Sequence[Sequence[int]]] = (-1, ())
        self._starts = [first_step]  # of each epoch; the last entry is the end
        self.first_epoch = first_epoch
        self.first_step = first_step
        whole, part = divmod(options.epochs, 1)
        for epoch in range(first_epoch, first_epoch + int(whole) + (part > 1e-9)):
            count = len(self._epoch(epoch))
            if epoch - first_epoch >= int(whole):
                count = min(count, max(1, math.ceil(count * part - 1e-9)))
            self._starts.append(self._starts[-1] + count)

    @property
    def end(self) -> int:
        """How many steps there are in all, those before `first_step` among them."""
        return self._starts[-1]

    @property
    def next_epoch(self) -> int:
        """The epoch a later course begins with."""
        return self.first_epoch + len(self._starts) - 1

    @property
    def judge_every(self) -> int:
        """Steps from one judgement to the next."""
        if self._options.validate_every:
            return self._options.validate_every
        first = self._starts[1] - self._starts[0] if len(self._starts) > 1 else 1
        return max(1, round(first / min(1.0, self._options.epochs or 1.0) / _TENTHS))

    def judges_after(self, step: int) -> bool:
        """Whether a judgement follows step number `step`."""
        taken = step + 1 - self.first_step
        return taken % self.judge_every == 0 or step + 1 == self.end

    def judgements(self, step: int) -> int:
        """How many are still to come once `step` steps were taken."""
        every = self.judge_every
        return math.ceil((self.end - self.first_step) / every) - (step - self.first_step) // every

    def examples(self, step: int) -> Sequence[int]:
        """The numbers of the examples of a step."""
        at = next(at for at, start in enumerate(self._starts[1:]) if step < start)
        return self._epoch(self.first_epoch + at)[step - self._starts[at]]

    def share(self, step: int) -> float:
        """The share of the peak rate: a linear warm-up, then the schedule down to its last
        share."""
        options = self._options
        done = (step + 1 - self.first_step) / (self.end - self.first_step)
        if done < options.warmup:
            return done / options.warmup
        gone = (done - options.warmup) / (1 - options.warmup)
        # The last step shall still move something.
        gone = max(0.0, gone - 1 / (self.end - self.first_step))
        fall = {"linear": gone, "cosine": (1 - math.cos(math.pi * gone)) / 2}
        return 1 - (1 - options.last_share) * fall.get(options.schedule, 0.0)

    def _epoch(self, epoch: int) -> Sequence[Sequence[int]]:
        if self._known[0] != epoch:
            self._known = (epoch, self._plan(epoch))
        return self._known[1]
