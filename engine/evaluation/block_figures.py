"""The figures of one label set in any number of worlds: one value or one a tag for each.

Everything but the two rankings is a sum over songs, so a thousand resamplings are one product of
matrices. Knows no report and no thresholds, only what was chosen.
"""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.evaluation.metrics import (
    BINS,
    Reliability,
    bin_of,
    confusion_matrix,
    ratios,
    reliability,
)
from engine.evaluation.weighted import mean_known, ranked, rankings, share

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Values = Mapping[str, Floats]
"""Figure by name: (R,) for the whole set, (R, M) for its tags; nan where it cannot be told."""

FEWEST = 5  # songs with a tag, and without it, below which no interval of it can be believed
_CERTAIN = 1e-6
_DECIDED = ("precision", "recall", "f1")


def enough(present: Bools, asked: Bools) -> Bools:
    """(M,) whether FEWEST songs asked about a tag have it, and as many do not; (S, M) each."""
    there, gone = (present & asked).sum(0), (~present & asked).sum(0)
    return np.minimum(there, gone) >= FEWEST


def averaged(present: Bools, asked: Bools) -> Bools:
    """(M,) the tags that means over tags are taken of, in every world alike.

    Were the rarest among them, whether one of their few songs was drawn would move the mean more
    than how well any tag is told. Where all are that rare, all count.
    """
    found = enough(present, asked)
    return found if found.any() else np.ones_like(found)


class BlockFigures(Protocol):
    """What is said of S songs and M tags, beside what people said."""

    @property
    def main(self) -> str:
        """The name of the figure that counts first."""
        ...

    @property
    def chosen(self) -> Bools:
        """(S, M) the tags that were chosen."""
        ...

    def told(self, weights: Floats) -> tuple[Values, Values]:
        """Figures of the whole set, and of each tag, in R worlds of weights (R, S)."""
        ...

    def noise(self, weights: Floats) -> tuple[Values, Values]:
        """Of the calibration errors, (R, 2) and (R, M, 2): what they are in R worlds by chance
        alone, and freed of the noise of the songs as they are."""
        ...

    @property
    def rare(self) -> int:
        """How many tags that songs do have are too rare to be in means over tags."""
        ...

    def reliability(self) -> Reliability:
        """The scores in bins beside what people said."""
        ...


class ManyTags:
    """Any number of tags a song: every tag is told on its own.

    `verdicts` are a person's word on single tags: too few of one tag to rank songs by it, so the
    share of them that is met counts first.
    """

    def __init__(self, scores: Floats, chosen: Bools, present: Bools, asked: Bools,
                 verdicts: bool = False) -> None:
        self.main = "agreement" if verdicts else "macro_auc"
        self.chosen = chosen & asked
        self._verdicts = verdicts
        self._present = present & asked
        self._asked = asked
        self._scores = scores
        self._rankings = rankings(scores, present, asked)
        self._means = averaged(present, asked)
        self.rare = _rare(self._means, self._present)
        self._decisions = _Decisions(self.chosen, self._present, self._means)
        self._wrong = ((chosen != present) & asked).sum(1).astype(np.float64)
        self._cells = asked.sum(1).astype(np.float64)
        self._calibration = _Calibration(scores, present, asked)

    def told(self, weights: Floats) -> tuple[Values, Values]:
        auc, precision = ranked(self._rankings, weights)
        songs = np.maximum(weights.sum(1), 1)
        pooled_error, error = self._calibration.told(weights)
        pooled, means, decided = self._decisions.told(weights)
        rest = {"macro_auc_all": mean_known(auc),
                "mean_average_precision_all": mean_known(precision),
                "macro_f1_all": means.pop("macro_f1_all")}
        first = {"agreement": 1 - share(weights @ self._wrong, weights @ self._cells)}
        whole = {
            **(first if self._verdicts else {}),
            "macro_auc": mean_known(auc[:, self._means]),
            "mean_average_precision": mean_known(precision[:, self._means]),
            **pooled, **means, **(rest if self.rare else {}),
            "exact_match": weights @ (self._wrong == 0).astype(np.float64) / songs,
            "ece": pooled_error,
            "tags_per_song": weights @ self.chosen.sum(1).astype(np.float64) / songs,
            "untagged": weights @ (~self.chosen.any(1)).astype(np.float64) / songs,
        }
        return whole, {"auc": auc, "ap": precision, **decided, "ece": error}

    def noise(self, weights: Floats) -> tuple[Values, Values]:
        pooled, each = self._calibration.noise(weights)
        return {"ece": pooled}, {"ece": each}

    def reliability(self) -> Reliability:
        return reliability(self._scores[self._asked], self._present[self._asked])


class OneTag:
    """One tag a song: the highest score is chosen, and scores are shared out over the tags.

    `shares` (S, M) are the odds of the scores, made to add up to 1, so that they can be right.
    """

    main = "accuracy"

    def __init__(self, scores: Floats, present: Bools) -> None:
        songs, self._tags = present.shape
        self._label, self._pick = present.argmax(1), scores.argmax(1)
        self.chosen = np.zeros_like(present)
        self.chosen[np.arange(songs), self._pick] = True
        self._right = (self._label == self._pick).astype(np.float64)
        self.shares = _shared_out(scores)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :3]
        self._near = (best == self._label[:, None]).any(1).astype(np.float64)
        asked = np.ones_like(present)
        self._rankings = rankings(scores, present, asked)
        self._means = averaged(present, asked)
        self.rare = _rare(self._means, present)
        self._decisions = _Decisions(self.chosen, present, self._means)
        self._sure = self.shares[np.arange(songs), self._pick]
        self._of_pick = _Calibration(self._sure[:, None], self._right[:, None] > 0, asked[:, :1])
        self._of_tags = _Calibration(self.shares, present, asked)

    def told(self, weights: Floats) -> tuple[Values, Values]:
        auc, precision = ranked(self._rankings, weights)
        songs = np.maximum(weights.sum(1), 1)
        _, means, decided = self._decisions.told(weights)
        whole = {"accuracy": weights @ self._right / songs,
                 "balanced_accuracy": means["macro_recall"], "macro_f1": means["macro_f1"],
                 "macro_auc": mean_known(auc[:, self._means]),
                 "ece": self._of_pick.told(weights)[0]}
        if self._tags > 3:
            whole["top_3"] = weights @ self._near / songs
        error = self._of_tags.told(weights)[1]
        return whole, {"auc": auc, "ap": precision, **decided, "ece": error}

    def noise(self, weights: Floats) -> tuple[Values, Values]:
        return {"ece": self._of_pick.noise(weights)[0]}, {"ece": self._of_tags.noise(weights)[1]}

    def reliability(self) -> Reliability:
        return reliability(self._sure, self._right > 0)

    def confusion(self) -> Ints:
        """(M, M) songs by their tag (row) and the tag chosen (column)."""
        return confusion_matrix(self._pick, self._label, self._tags)


class _Decisions:
    """Chosen against given tags, (S, M) each, as sums over songs; `means` (M,) are averaged."""

    def __init__(self, chosen: Bools, present: Bools, means: Bools) -> None:
        self._means = means
        self._hits = (chosen & present).astype(np.float64)
        self._called = chosen.astype(np.float64)
        self._given = present.astype(np.float64)

    def told(self, weights: Floats) -> tuple[Values, dict[str, Floats], Values]:
        """Micro figures (R,), macro figures (R,), and those of each tag (R, M).

        Macro is the mean over the tags any song of a world has, of those that are averaged. A tag
        that was never chosen has no precision of its own; in the mean it counts as 0, as it does
        for scikit-learn.
        """
        sums = [weights @ part for part in (self._hits, self._called, self._given)]
        pooled = dict(zip([f"micro_{name}" for name in _DECIDED],
                          ratios(*(part.sum(1) for part in sums)), strict=True))
        each = dict(zip(_DECIDED, ratios(*sums), strict=True))
        _, called, given = sums
        there = {name: np.where(given > 0, values, np.nan) for name, values in each.items()}
        means = {f"macro_{name}": mean_known(values[:, self._means])
                 for name, values in there.items()}
        means["macro_f1_all"] = mean_known(there["f1"])
        bases = {"precision": called, "recall": given, "f1": called + given}
        return pooled, means, {name: np.where(bases[name] > 0, values, np.nan)
                               for name, values in each.items()}


class _Calibration:
    """Scores less what is present, summed by song, tag and bin of the score."""

    def __init__(self, scores: Floats, present: Bools, asked: Bools) -> None:
        songs, self._tags = scores.shape
        gaps = np.zeros((songs, self._tags, BINS))
        rows, columns = np.nonzero(asked)
        gaps[rows, columns, bin_of(scores[rows, columns])] = (
            scores[rows, columns] - present[rows, columns])
        self._gaps = gaps.reshape(songs, self._tags * BINS)
        self._asked = asked.astype(np.float64)
        self._of_all = _Noise(gaps.sum(1))
        self._of_each = _Noise(self._gaps)

    def told(self, weights: Floats) -> tuple[Floats, Floats]:
        """Expected calibration error (R,) of all scores in one pot, and (R, M) of each tag."""
        return self._errors(weights, *self._sums(weights))

    def noise(self, weights: Floats) -> tuple[Floats, Floats]:
        """The same errors (R, 2) and (R, M, 2) by chance alone, and freed of noise."""
        pooled, each = self._sums(weights)
        parts = [self._errors(weights, *both) for both in zip(
            self._of_all.taken_from(pooled), self._of_each.taken_from(each), strict=True)]
        return np.stack([of_all for of_all, _ in parts], -1), np.stack(
            [of_each for _, of_each in parts], -1)

    def _sums(self, weights: Floats) -> tuple[Floats, Floats]:
        """Gaps (R, BINS) of all tags in one pot, and (R, M * BINS)."""
        each = weights @ self._gaps
        return each.reshape(len(weights), self._tags, BINS).sum(1), each

    def _errors(self, weights: Floats, pooled: Floats, each: Floats) -> tuple[Floats, Floats]:
        asked = weights @ self._asked
        gaps = each.reshape(len(weights), self._tags, BINS)
        return share(np.abs(pooled).sum(1), asked.sum(1)), share(np.abs(gaps).sum(2), asked)


class _Noise:
    """Gaps (S, C) of C cells, and how far they would lie from 0 were there nothing to find."""

    def __init__(self, gaps: Floats) -> None:
        songs = len(gaps)
        self._found = gaps.sum(0)
        scatter = (gaps**2).sum(0) - self._found**2 / max(songs, 1)
        variance = scatter * songs / max(songs - 1, 1)
        # What is left of a square when the noise that is in it on average is taken out.
        self._freed = np.sign(self._found) * np.sqrt(np.maximum(self._found**2 - variance, 0))

    def taken_from(self, sums: Floats) -> tuple[Floats, Floats]:
        """Sums (R, C) with what was found taken out, and with only the noise taken out."""
        left = sums - self._found
        return left, left + self._freed


def _rare(means: Bools, present: Bools) -> int:
    return int((present.any(0) & ~means).sum())


def _shared_out(scores: Floats) -> Floats:
    """(S, M) scores 0..1 as shares of 1, by their odds: what a softmax of the logits gives."""
    clear = np.clip(scores.astype(np.float64), _CERTAIN, 1 - _CERTAIN)
    odds = clear / (1 - clear)
    return odds / odds.sum(1, keepdims=True)
