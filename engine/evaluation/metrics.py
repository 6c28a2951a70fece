"""How well scores agree with what people said. numpy only; knows no model and no file."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]


def roc_auc(scores: Floats, present: Bools) -> float:
    """Area under the ROC curve of (n,) scores; ties count half (Mann and Whitney 1947).

    nan where all or none are present.
    """
    positives = int(present.sum())
    negatives = len(present) - positives
    if not positives or not negatives:
        return float("nan")
    ranks = midranks(scores)
    return float((ranks[present].sum() - positives * (positives + 1) / 2) / positives / negatives)


def midranks(values: Floats) -> npt.NDArray[np.float64]:
    """(n,) ranks from 1; equal values share the mean of their ranks."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return ((last - counts + 1 + last) / 2)[places]


def macro_auc(scores: Floats, present: Bools) -> float:
    """Mean ROC AUC over the columns of (n, M) that have both kinds of song."""
    return mean_known(roc_auc(scores[:, m], present[:, m]) for m in range(scores.shape[1]))


def mean_known(values: Iterable[float]) -> float:
    """The mean of all values that are not nan; nan where there is none."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def spearman(left: Floats, right: Floats) -> float:
    """Rank correlation of two (n,) arrays; nan where one of them never changes."""
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return float("nan")
    return float(np.corrcoef(midranks(left), midranks(right))[0, 1])


def best_f1_threshold(scores: Floats, present: Bools) -> tuple[float, float]:
    """The score from which F1 is highest, halfway to the next lower score, and that F1."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(present[order])
    called = np.arange(1, len(scores) + 1)
    f1 = 2 * hits / (called + present.sum())
    last_of_ties = np.append(scores[order][1:] < scores[order][:-1], True)
    best = int(np.argmax(np.where(last_of_ties, f1, -1.0)))
    ranked = scores[order]
    below = ranked[best + 1] if best + 1 < len(ranked) else ranked[best] * 0.5
    return float((ranked[best] + below) / 2), float(f1[best])
