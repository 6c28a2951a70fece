"""The figures of engine.evaluation.metrics with songs that count more than once, or not at all.

Every function takes weights (R, S), R worlds over S songs, and gives a value for each world:
a resampling is weights 0, 1, 2..., a fold weights 0 and 1. Exact: the same as repeating the songs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
_LEAST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """One tag's scores, sorted once: ROC AUC and average precision in any number of worlds.

    `there` (P,) and `gone` (N,) are the songs with and without the tag, lowest score first. Of
    each song there, `below` and `up_to` count the songs gone that score less, and no more;
    `weaker` counts the songs there that score less. Songs not asked about the tag are neither.
    """

    there: Places
    gone: Places
    below: Places
    up_to: Places
    weaker: Places

    @classmethod
    def of(cls, scores: Floats, present: Bools, asked: Bools) -> "Ranking":
        """Sorts scores (S,) beside present (S,) and asked (S,)."""
        there, gone = (rows[np.argsort(scores[rows], kind="stable")]
                       for rows in (np.flatnonzero(present & asked),
                                    np.flatnonzero(~present & asked)))
        ours, theirs = scores[there], scores[gone]
        return cls(there, gone, np.searchsorted(theirs, ours, "left"),
                   np.searchsorted(theirs, ours, "right"), np.searchsorted(ours, ours, "left"))

    def auc(self, weights: Floats) -> Floats:
        """(R,) area under the ROC curve, ties half; nan without both kinds of song."""
        return self._auc(weights.take(self.there, 1), _summed(weights.take(self.gone, 1)))

    def figures(self, weights: Floats) -> tuple[Floats, Floats]:
        """(R,) ROC AUC and (R,) average precision, nan where no song has the tag."""
        there, gone = weights.take(self.there, 1), _summed(weights.take(self.gone, 1))
        ours = _summed(there)
        # Songs that score as much or more are called; equal scores are called together.
        hits = ours[:, -1:] - ours.take(self.weaker, 1)
        called = hits + gone[:, -1:] - gone.take(self.below, 1)
        gained = (there * hits / np.maximum(called, _LEAST)).sum(1)
        return self._auc(there, gone), share(gained, ours[:, -1])

    def _auc(self, there: Floats, gone: Floats) -> Floats:
        """From weights (R, P) and sums of weights (R, N + 1)."""
        beaten = gone.take(self.below, 1)
        if not np.array_equal(self.below, self.up_to):
            beaten = (beaten + gone.take(self.up_to, 1)) / 2
        return share((there * beaten).sum(1), there.sum(1) * gone[:, -1])


def _summed(weights: Floats) -> Floats:
    """(R, n + 1) the sums of the first 0, 1, ... n weights of (R, n)."""
    sums = np.zeros((len(weights), weights.shape[1] + 1))
    np.cumsum(weights, 1, out=sums[:, 1:])
    return sums


def share(part: Floats, whole: Floats) -> Floats:
    """Part by whole, of any one shape; nan where the whole is 0."""
    return np.where(whole > 0, part / np.maximum(whole, _LEAST), np.nan)


def rankings(scores: Floats, present: Bools, asked: Bools) -> tuple[Ranking, ...]:
    """One for each of the M columns of (S, M) arrays."""
    return tuple(Ranking.of(scores[:, m], present[:, m], asked[:, m])
                 for m in range(scores.shape[1]))


def ranked(tags: tuple[Ranking, ...], weights: Floats) -> tuple[Floats, Floats]:
    """(R, M) ROC AUC and (R, M) average precision of M tags."""
    figures = [tag.figures(weights) for tag in tags]
    return np.stack([auc for auc, _ in figures], 1), np.stack([ap for _, ap in figures], 1)


def aucs(tags: tuple[Ranking, ...], weights: Floats) -> Floats:
    """(R, M) ROC AUC of M tags."""
    return np.stack([tag.auc(weights) for tag in tags], 1)


def mean_known(values: Floats) -> Floats:
    """(R,) means over the columns of (R, M) that are known; nan where none is."""
    known = np.isfinite(values)
    count = known.sum(1)
    summed = np.where(known, values, 0.0).sum(1)
    return np.where(count > 0, summed / np.maximum(count, 1), np.nan)


def spearman(left: Floats, right: Floats, weights: Floats) -> Floats:
    """(R,) Spearman's rank correlation of two (S,) arrays; nan where one never changes."""
    one, other = _midranks(left, weights), _midranks(right, weights)
    total = np.maximum(weights.sum(1, keepdims=True), 1)
    one -= (one * weights).sum(1, keepdims=True) / total
    other -= (other * weights).sum(1, keepdims=True) / total
    together = (weights * one * other).sum(1)
    spread = (weights * one**2).sum(1) * (weights * other**2).sum(1)
    return np.where(spread > 1e-9, together / np.sqrt(np.maximum(spread, 1e-9)), np.nan)


def _midranks(values: Floats, weights: Floats) -> Floats:
    """(R, S) the rank of each song among all, equal values sharing the mean of theirs."""
    _, places = np.unique(values, return_inverse=True)
    order = np.argsort(places, kind="stable")
    starts = np.flatnonzero(np.diff(places[order], prepend=-1))
    tied = np.add.reduceat(weights[:, order], starts, axis=1)
    return (np.cumsum(tied, 1) - tied / 2 + 0.5)[:, places]
