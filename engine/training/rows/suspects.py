"""Labels that are probably wrong, by confident learning: what a light model that never saw a row
thinks of its labels, against how sure it is of rows that have them.

Northcutt, Jiang and Chuang (2021), Confident Learning: Estimating Uncertainty in Dataset Labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.evaluation.metrics import roc_auc
from engine.training.rows.data_report import Suspect
from engine.training.rows.light_model import out_of_sample
from engine.training.rows.row import TextRow
from engine.training.rows.word_hashes import Hashes, hashed_words

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
FEWEST_ROWS = 60
FEWEST_OF_A_KIND = 10
LEAST_SKILL = 0.6
"""The area under the ROC curve, on rows it never saw, from which on the light model is heard."""
CLEARLY = 0.5
"""So much surer of another answer than of the one given the model may be below what is usual."""
_SHOWN = 120


@dataclass(frozen=True, slots=True, eq=False)
class Labelling:
    """(N, M) which of M labels N rows have, and which they were asked for. `exclusive`: every row
    has exactly one."""

    labels: tuple[str, ...]
    given: Flags
    asked: Flags
    exclusive: bool


def find_suspects(rows: Sequence[TextRow], seed: int = 7, most: int = 200,
                  words: Sequence[Hashes] | None = None,
                  groups: Sequence[int] | None = None) -> tuple[Suspect, ...]:
    """The `most` most doubtful labels, the most doubtful first; () where too few rows are there.

    `words` are those of the rows where they are hashed already, `groups` what must not be divided
    between the parts of the light model.
    """
    if len(rows) < FEWEST_ROWS:
        return ()
    labelling = labelling_of(rows)
    if not labelling.labels:
        return ()
    known = words if words is not None else hashed_words(row.text for row in rows)
    apart = np.array(groups if groups is not None else range(len(rows)))
    sure = out_of_sample(known, labelling.given, labelling.asked, apart, seed)
    doubts = (_exclusive_doubts if labelling.exclusive else _doubts)(sure, labelling)
    doubts = doubts * _can_tell(sure, labelling)
    order = np.argsort(-doubts, axis=None, kind="stable")[:most]
    places = [divmod(int(at), doubts.shape[1]) for at in order if doubts.flat[at] > 0]
    return tuple(_suspect(rows[row], row, column, sure, doubts, labelling)
                 for row, column in places)


def labelling_of(rows: Sequence[TextRow]) -> Labelling:
    """The labels that enough rows have and enough do not."""
    order = {label: at for at, label in enumerate(sorted({
        label for row in rows for label in (*row.labels, *(row.asked or ()))}))}
    given = np.zeros((len(rows), len(order)), bool)
    asked = np.zeros((len(rows), len(order)), bool)
    for at, row in enumerate(rows):
        given[at, [order[label] for label in row.labels]] = True
        told = slice(None) if row.asked is None else [order[label] for label in row.asked]
        asked[at, told] = True
    given &= asked
    present = given.sum(0)
    enough = (present >= FEWEST_OF_A_KIND) & (asked.sum(0) - present >= FEWEST_OF_A_KIND)
    exclusive = bool((given.sum(1) == 1).all() and asked.all())
    labels = tuple(label for label, at in order.items() if enough[at])
    return Labelling(labels, given[:, enough], asked[:, enough], exclusive)


def _doubts(sure: Floats, labelling: Labelling) -> Floats:
    """(N, M) by how much each label goes against what the model is sure of, 0 where it does not.

    A label is in doubt where the other answer is as sure as it is on average of rows that have
    that answer: each label's own threshold keeps rare ones comparable.
    """
    given, asked = labelling.given, labelling.asked
    yes, no = asked & given, asked & ~given
    usual_yes = _mean(sure, yes)
    usual_no = _mean(1 - sure, no)
    against = np.where(given, 1 - sure, sure)
    usual = np.where(given, usual_no, usual_yes)
    margin = against - (1 - against)
    doubtful = asked & ((against >= usual) | (margin >= CLEARLY)) & (margin > 0)
    return np.where(doubtful, margin, 0).astype(np.float32)


def _exclusive_doubts(sure: Floats, labelling: Labelling) -> Floats:
    """The same where one label excludes the others: some other label is as sure as usual, and
    surer than the one given."""
    shares = sure / np.maximum(sure.sum(1, keepdims=True), 1e-6)
    usual = _mean(shares, labelling.given)
    own = np.where(labelling.given, shares, 0).sum(1, keepdims=True)
    sure_enough = (shares >= usual) | (shares - own >= CLEARLY)
    best = np.where(labelling.given | ~sure_enough, -1.0, shares).max(1)
    doubt = np.where(labelling.given.any(1), np.maximum(best - own[:, 0], 0), 0)
    return (labelling.given * doubt[:, None]).astype(np.float32)


def _can_tell(sure: Floats, labelling: Labelling) -> Flags:
    """(M,) of which labels the light model knows anything: where it does not, it doubts what is
    rare, and nothing else."""
    columns = range(len(labelling.labels))
    return np.array([roc_auc(sure[told, at], labelling.given[told, at]) >= LEAST_SKILL
                     for at in columns for told in (labelling.asked[:, at],)])


def _mean(values: Floats, where: Flags) -> Floats:
    """(M,) the mean of each column over some of its rows."""
    return (values * where).sum(0) / np.maximum(where.sum(0), 1)


def _suspect(row: TextRow, at: int, column: int, sure: Floats, doubts: Floats,
             labelling: Labelling) -> Suspect:
    given = bool(labelling.given[at, column])
    seems = ""
    if given:
        others = np.where(labelling.given[at] | ~labelling.asked[at], -1.0, sure[at])
        best = int(others.argmax())
        seems = labelling.labels[best] if others[best] > max(sure[at, column], 0.2) else ""
    return Suspect(place=row.place, label=labelling.labels[column], given=given,
                   probability=round(float(sure[at, column]), 3),
                   doubt=round(float(doubts[at, column]), 3), seems=seems,
                   text=" ".join(row.text[:2 * _SHOWN].split())[:_SHOWN])
