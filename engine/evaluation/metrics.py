"""How well scores agree with what people said. numpy only; knows no model and no file."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
BINS = 15
_TINY = 1e-12


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


def average_precision(scores: Floats, present: Bools) -> float:
    """Precision at each hit of (n,) scores from the highest down, averaged over all that are there
    (Salton and McGill 1983); equal scores are called together. nan where none is present.
    """
    if not present.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    hits = np.cumsum(present[order])[ends]
    gained = np.diff(hits, prepend=0)
    return float((gained * hits / (ends + 1)).sum() / hits[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """Chosen tags against given ones. Arrays are (M,), one figure a tag; `support` songs have it.

    Where nothing was chosen precision is 0, where nothing was given recall is 0, as is F1 where
    both are (van Rijsbergen 1979; zeros as scikit-learn sets them). `macro` is the mean over tags,
    `micro` that of all decisions pooled: precision, recall, F1.
    """

    precision: Floats
    recall: Floats
    f1: Floats
    support: Ints
    chosen: Ints
    macro: tuple[float, float, float]
    micro: tuple[float, float, float]


def precision_recall_f1(chosen: Bools, present: Bools, asked: Bools | None = None) -> Agreement:
    """Agreement of `chosen` (n, M) with `present` (n, M); only where `asked` (n, M), if given."""
    counts = np.ones_like(present) if asked is None else asked
    hits = (chosen & present & counts).sum(0)
    called, support = (chosen & counts).sum(0), (present & counts).sum(0)
    each = ratios(hits, called, support)
    pooled = ratios(hits.sum(), called.sum(), support.sum())
    macro = [float(np.mean(part)) if len(part) else 0.0 for part in each]
    micro = [float(part) for part in pooled]
    return Agreement(*each, support, called, (macro[0], macro[1], macro[2]),
                     (micro[0], micro[1], micro[2]))


def ratios(
    hits: npt.ArrayLike, called: npt.ArrayLike, support: npt.ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Precision, recall and F1 of counts of any one shape; 0 where they would divide by 0."""
    hits, called, support = (np.asarray(each, np.float64) for each in (hits, called, support))
    return (hits / np.maximum(called, _TINY), hits / np.maximum(support, _TINY),
            2 * hits / np.maximum(called + support, _TINY))


def exact_match(chosen: Bools, present: Bools, asked: Bools | None = None) -> float:
    """The share of songs whose (n, M) chosen tags are just those given, where `asked`."""
    wrong = (chosen != present) if asked is None else (chosen != present) & asked
    return float((~wrong.any(1)).mean()) if len(wrong) else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Scores in equal-width bins: `count`, sum of scores and number present, (bins,) each."""

    count: Ints
    scores: Floats
    present: Floats

    @property
    def error(self) -> float:
        """How far scores lie from the shares they promise, on average over scores."""
        total = self.count.sum()
        return float(np.abs(self.scores - self.present).sum() / total) if total else float("nan")


def reliability(scores: Floats, present: Bools, bins: int = BINS) -> Reliability:
    """Scores 0..1 of any shape beside what is present, as a reliability diagram shows them
    (DeGroot and Fienberg 1983)."""
    where = bin_of(scores.ravel(), bins)
    return Reliability(np.bincount(where, minlength=bins), _summed(where, scores, bins),
                       _summed(where, present, bins))


def _summed(where: Ints, values: Floats | Bools, bins: int) -> Floats:
    """(bins,) sums; bincount alone would give whole numbers where there is nothing to sum."""
    return np.bincount(where, values.ravel().astype(np.float64), bins).astype(np.float64)


def bin_of(scores: Floats, bins: int = BINS) -> Ints:
    """The bin, 0 to bins - 1, of each score; a score of 1 belongs to the last."""
    return np.clip((scores * bins).astype(np.int64), 0, bins - 1)


def expected_calibration_error(scores: Floats, present: Bools, bins: int = BINS) -> float:
    """Mean distance of scores from the share of songs that have the tag, in equal-width bins
    (Naeini, Cooper and Hauskrecht 2015); scores of any shape are pooled."""
    return reliability(scores, present, bins).error


def top_k_accuracy(scores: Floats, label: Ints, k: int = 1) -> float:
    """The share of n songs whose label (n,) is among the k highest of scores (n, K).

    Of equal scores the earlier column stands higher, as argmax has it.
    """
    if not len(label):
        return float("nan")
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float((best == label[:, None]).any(1).mean())


def confusion_matrix(chosen: Ints, label: Ints, kinds: int) -> Ints:
    """(K, K) songs by label (row) and by what was chosen (column), both (n,) from 0."""
    return np.bincount(label * kinds + chosen, minlength=kinds * kinds).reshape(kinds, kinds)
