"""From scores to tags for judging: by a tagger's own thresholds, or by ones set on other folds.

A threshold that was set on the songs it is judged by flatters itself; here it never sees them.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Folds = npt.NDArray[np.int8]


def by_thresholds(scores: Floats, thresholds: Sequence[float]) -> Bools:
    """(S, M) whether each score reaches its tag's threshold; an infinite one is never reached."""
    return scores >= np.array(thresholds, np.float64)


def across_folds(scores: Floats, present: Bools, asked: Bools, fold: Folds) -> Bools:
    """(S, M) tags chosen as often as people gave them, fold by fold.

    A fold's threshold lets as large a share of the other folds' scores through as have the tag
    there; it needs no search, so it cannot overfit. A tag nobody gave there is never chosen.
    """
    chosen = np.zeros_like(present)
    for held_out in np.unique(fold).tolist():
        here, there = fold == held_out, fold != held_out
        for column in range(scores.shape[1]):
            known = there & asked[:, column]
            bar = base_rate_threshold(scores[known, column], present[known, column])
            chosen[here, column] = scores[here, column] >= bar
    return chosen


def base_rate_threshold(scores: Floats, present: Bools) -> float:
    """The score from which as many of (n,) scores count as are present; inf where none is.

    Halfway to the next lower score, so that a hair's breadth decides nothing.
    """
    wanted = int(present.sum())
    if not wanted:
        return float("inf")
    ranked = np.sort(scores.astype(np.float64))[::-1]
    below = ranked[wanted] if wanted < len(ranked) else ranked[-1]
    return float((ranked[wanted - 1] + below) / 2)
