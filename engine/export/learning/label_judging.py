"""Labels told before and after a training, beside what people said: figures with intervals.

Both are measured in the same resamplings of the same texts, so that what makes a text hard for both
cancels out (paired bootstrap, Efron and Tibshirani 1993). Runs no model.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from engine.evaluation.block_figures import BlockFigures, ManyTags, OneTag
from engine.evaluation.intervals import interval
from engine.evaluation.report import Interval
from engine.evaluation.statistics import ROUNDS, SEED, resamplings
from engine.training.rows.row import TextRow
from engine.training.runs.report import Measured

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
_MANY = {"macro_f1": "macro-F1", "micro_f1": "micro-F1",
         "mean_average_precision": "mean average precision", "macro_auc": "macro AUC",
         "untagged": "share of texts without a label"}
_ONE = {"accuracy": "accuracy", "macro_f1": "macro-F1", "macro_auc": "macro AUC"}
_FEWEST_TEXTS = 2


@dataclass(frozen=True, slots=True, eq=False)
class LabelTruth:
    """What people said of S texts: `present` and `asked` (S, M) for M `labels`."""

    labels: tuple[str, ...]
    present: Bools
    asked: Bools

    def over(self, labels: Sequence[str]) -> "LabelTruth":
        """The same texts with these of the labels alone, in this order."""
        columns = [self.labels.index(label) for label in labels]
        return LabelTruth(tuple(labels), self.present[:, columns], self.asked[:, columns])

    def most_frequent(self, most: int) -> tuple[str, ...]:
        """The labels that most texts have, most frequent first; those no text has are left out."""
        times = (self.present & self.asked).sum(0)
        order: list[int] = np.argsort(-times, kind="stable")[:most].tolist()
        return tuple(self.labels[at] for at in order if times[at])


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What a model said of S texts: `scores` (S, M) 0..1 and the labels it `chose` (S, M)."""

    scores: Floats
    chose: Bools


def truth_of(rows: Sequence[TextRow], labels: Sequence[str]) -> LabelTruth:
    """The truth of rows as far as it concerns these labels."""
    column = {label: at for at, label in enumerate(labels)}
    present = np.zeros((len(rows), len(labels)), np.bool_)
    asked = np.zeros_like(present)
    for at, row in enumerate(rows):
        known = labels if row.asked is None else (*row.asked, *row.labels)
        asked[at, [column[label] for label in known if label in column]] = True
        present[at, [column[label] for label in row.labels if label in column]] = True
    return LabelTruth(tuple(labels), present, asked)


def figures_of(truth: LabelTruth, told: Told, exclusive: bool) -> BlockFigures:
    """What these texts say of a model, in any number of worlds."""
    if exclusive:
        return OneTag(told.scores, truth.present)
    return ManyTags(told.scores, told.chose, truth.present, truth.asked)


def compared(truth: LabelTruth, before: Told | None, after: Told, exclusive: bool = False,
             of: str = "", rounds: int = ROUNDS) -> tuple[Measured, ...]:
    """Before and after with intervals, and the interval of the difference. Nothing where there
    are too few texts to tell anything. `before` None: there was no model to compare with."""
    songs = len(truth.present)
    if songs < _FEWEST_TEXTS or not (truth.present & truth.asked).any():
        return ()
    own = figures_of(truth, after, exclusive)
    theirs = None if before is None else figures_of(truth, before, exclusive)
    worlds = list(chain([np.ones((1, songs))], resamplings(songs, rounds, SEED)))
    ours = _in_worlds(own, worlds)
    others = None if theirs is None else _in_worlds(theirs, worlds)
    names = _ONE if exclusive else _MANY
    found = (_measured(name, title, ours, others, of) for name, title in names.items())
    return tuple(figure for figure in found if figure is not None)


def verdict_of(figures: Iterable[Measured], main: str, name: str) -> tuple[bool | None, str]:
    """Whether it became better by this figure, and the sentence that says so."""
    found = next((figure for figure in figures if figure.name == main), None)
    if found is None:
        return None, f"{name} has learned; there was too little to judge it by."
    told = f"{found.name} {found.after:.2f}"
    if found.before is None or found.difference is None:
        return None, f"{name} has learned: {told} on texts it had not seen."
    told = f"{found.name} went from {found.before:.2f} to {found.after:.2f}"
    if not found.sure:
        return None, (f"{name} may be as good as before: {told}, but so few texts cannot tell such "
                      "a difference from chance.")
    better = found.difference > 0
    return better, f"{name} is {'better' if better else 'worse'} than before: {told}."


def _in_worlds(figures: BlockFigures, worlds: Sequence[Floats]) -> Mapping[str, Floats]:
    parts = [figures.told(weights)[0] for weights in worlds]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _measured(name: str, title: str, ours: Mapping[str, Floats],
              others: Mapping[str, Floats] | None, of: str) -> Measured | None:
    after = interval(ours[name], name)
    if after is None:
        return None
    before = None if others is None else interval(others[name], name)
    apart = None if others is None else interval(ours[name] - others[name])
    return Measured(
        name=title, before=before.value if before else None, after=after.value,
        before_interval=_ends(before), after_interval=_ends(after),
        difference=apart.value if apart else None, difference_interval=_ends(apart),
        sure=apart is not None and (apart.low > 0 or apart.high < 0),
        better_high=name != "untagged", of=of)


def _ends(found: Interval | None) -> tuple[float, float] | None:
    return None if found is None else (found.low, found.high)
