"""How well a new mood is told apart, measured on its examples as if each were a new song.

Each yes is scored by a head that knew neither it nor its artist's other songs, and held against
the noes, or against all songs nobody said anything of: some of those carry the mood too, so the
figure is rather too low than too high.
"""

from dataclasses import dataclass

import numpy as np

from engine.evaluation.metrics import roc_auc
from engine.training.new_mood.fitting import Learned, Marks

_ROUNDS = 1000
_MOST_OTHERS = 1000
_ENOUGH_NOES = 5
_CHANCE = 0.5


@dataclass(frozen=True, slots=True)
class Quality:
    """`auc` of yes against the rest with its 95 % interval; `against_noes` whether the rest are
    songs the person refused. `proven`: the interval leaves out chance. `found` of `yes` examples
    lie above the threshold, which was set by these scores and so flatters the figure."""

    auc: float
    low: float
    high: float
    yes: int
    no: int
    found: int
    against_noes: bool

    @property
    def proven(self) -> bool:
        return self.low > _CHANCE


def judge(learned: Learned, marks: Marks, seed: int = 7) -> Quality:
    """The quality of a mood just learned; the interval by resampling both sides (bootstrap)."""
    scores = learned.honest
    against_noes = len(marks.no) >= _ENOUGH_NOES
    rest = marks.no if against_noes else np.setdiff1d(np.arange(len(scores)), marks.yes)
    yes, others = scores[marks.yes], scores[rest]
    found = int((yes >= learned.threshold).sum())
    if not len(others):
        return Quality(_CHANCE, 0.0, 1.0, len(yes), len(marks.no), found, against_noes)
    value = _auc(yes, others)
    chance = np.random.default_rng(seed)
    if len(others) > _MOST_OTHERS:  # the few examples decide how wide it is, not the many others
        others = chance.permutation(others)[:_MOST_OTHERS]
    # How far each yes stands above the rest, and the other way round, tells every resampling.
    above = (yes[:, None] > others).astype(np.float32) + 0.5 * (yes[:, None] == others)
    worlds = np.empty(_ROUNDS)
    for at in range(_ROUNDS):
        left = chance.multinomial(len(yes), np.full(len(yes), 1 / len(yes)))
        right = chance.multinomial(len(others), np.full(len(others), 1 / len(others)))
        worlds[at] = left @ above @ right / (len(yes) * len(others))
    low, high = np.percentile(worlds, [2.5, 97.5]).tolist()
    return Quality(value, low, high, len(yes), len(marks.no), found, against_noes)


def _auc(yes: np.ndarray, others: np.ndarray) -> float:
    present = np.concatenate([np.ones(len(yes)), np.zeros(len(others))]) > 0
    return roc_auc(np.concatenate([yes, others]), present)
