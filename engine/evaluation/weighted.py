"""The figures of engine.evaluation.metrics with songs that count more than once, or not at all.

Every function takes weights (R, S), R worlds over S songs, and gives a value for each world:
a resampling is weights 0, 1, 2..., a fold weights 0 and 1. Exact: the same as repeating the songs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """One tag's scores, sorted once: ROC AUC and average precision in any number of worlds.

    Songs where the tag was not `asked` for do not count.
    """

    order: npt.NDArray[np.int64]
    present: Bools
    starts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, scores: Floats, present: Bools, asked: Bools) -> "Ranking":
        """Sorts scores (S,) beside present (S,) and asked (S,)."""
        rows = np.flatnonzero(asked)
        order = rows[np.argsort(scores[rows], kind="stable")]
        ranked = scores[order]
        starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1])) if len(rows) else rows
        return cls(order, present[order], starts)

    def auc(self, weights: Floats) -> Floats:
        """(R,) area under the ROC curve, ties half; nan without both kinds of song."""
        there, gone = self._kinds(weights)
        pairs = there.sum(1) * gone.sum(1)
        below = np.cumsum(gone, 1) - gone / 2
        return np.where(pairs > 0, (there * below).sum(1) / np.maximum(pairs, 1), np.nan)

    def average_precision(self, weights: Floats) -> Floats:
        """(R,) average precision, ties called together; nan where no song has the tag."""
        there, gone = self._kinds(weights)
        positives = there.sum(1)
        hits = np.cumsum(there[:, ::-1], 1)
        called = np.cumsum((there + gone)[:, ::-1], 1)
        gained = (there[:, ::-1] * hits / np.maximum(called, 1)).sum(1)
        return np.where(positives > 0, gained / np.maximum(positives, 1), np.nan)

    def _kinds(self, weights: Floats) -> tuple[Floats, Floats]:
        """(R, G) how many songs with and without the tag stand at each score, lowest first."""
        drawn = weights[:, self.order]
        return self._tied(drawn * self.present), self._tied(drawn * ~self.present)

    def _tied(self, values: Floats) -> Floats:
        """(R, n) summed over equal scores."""
        if len(self.starts) == values.shape[1]:  # no two are equal, or there are none
            return values
        return np.add.reduceat(values, self.starts, axis=1)


def rankings(scores: Floats, present: Bools, asked: Bools) -> tuple[Ranking, ...]:
    """One for each of the M columns of (S, M) arrays."""
    return tuple(Ranking.of(scores[:, m], present[:, m], asked[:, m])
                 for m in range(scores.shape[1]))


def ranked(tags: tuple[Ranking, ...], weights: Floats) -> tuple[Floats, Floats]:
    """(R, M) ROC AUC and (R, M) average precision of M tags."""
    precisions = [tag.average_precision(weights) for tag in tags]
    return aucs(tags, weights), np.stack(precisions, 1)


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
