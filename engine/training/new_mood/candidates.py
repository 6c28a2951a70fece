"""Which songs to show of a mood that is not kept yet: those it would be given to, and those on
the border, about which a yes or a no teaches most."""

from dataclasses import dataclass

import numpy as np

from engine.training.new_mood.fitting import Learned, Marks

MOST_SURE, MOST_UNSURE = 30, 20


@dataclass(frozen=True, slots=True)
class Preview:
    """Rows of songs the person has said nothing of: `sure` from the highest score down, `unsure`
    from the threshold outwards. `called` of all songs would carry the mood."""

    sure: tuple[int, ...]
    unsure: tuple[int, ...]
    called: int


def preview(learned: Learned, marks: Marks, most_sure: int = MOST_SURE,
            most_unsure: int = MOST_UNSURE) -> Preview:
    """What keeping this mood would show."""
    scores = learned.scores
    said = np.zeros(len(scores), bool)
    said[marks.yes] = said[marks.no] = True
    free = np.flatnonzero(~said)
    called = free[scores[free] >= learned.threshold]
    sure = called[np.argsort(-scores[called], kind="stable")][:most_sure]
    rest = np.setdiff1d(free, sure)
    unsure = rest[np.argsort(np.abs(scores[rest] - learned.threshold), kind="stable")][:most_unsure]
    every = int(((scores >= learned.threshold) & ~said).sum()) + len(marks.yes)
    return Preview(tuple(sure.tolist()), tuple(unsure.tolist()), every)
