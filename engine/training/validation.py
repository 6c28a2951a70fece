"""How good song scores are, label set by label set. numpy only.

Multi-label sets are judged by macro AUC; sets that give one label by the accuracy of the argmax
over the labels they know.
"""

from collections.abc import Sequence

import numpy as np

from engine.evaluation.label_sets import MULTI_LABEL, SINGLE_LABEL, LabelSpace
from engine.evaluation.metrics import macro_auc, roc_auc, spearman
from engine.training.dataset import Floats, LabelledSong


def validate(
    songs: Sequence[LabelledSong], logits: Floats, affect: Floats, space: LabelSpace
) -> dict[str, float]:
    """Metrics by name for S songs: `logits` (S, M), `affect` (S, 2).

    What these songs cannot tell (no song with, or none without a mood) is left out, never nan.
    """
    found: dict[str, float] = {}
    for at, name in enumerate(space.set_names):
        columns = [space.moods.index(tag) for tag in space.sets[name]]
        rows = [
            (row, judgement.present)
            for row, song in enumerate(songs)
            for judgement in song.judgements
            if judgement.label_set == at
        ]
        if len(rows) < 2 or not columns:
            continue
        scores = logits[[row for row, _ in rows]][:, columns]
        present = np.array([said for _, said in rows])[:, columns] > 0.5
        if name in MULTI_LABEL:
            found[f"{name} macro AUC"] = macro_auc(scores, present)
        elif name in SINGLE_LABEL:
            right = present[np.arange(len(rows)), scores.argmax(1)]
            found[f"{name} accuracy"] = float(right.mean())
    found |= _affect_metrics(songs, affect)
    return {name: value for name, value in found.items() if not np.isnan(value)}


def _affect_metrics(songs: Sequence[LabelledSong], affect: Floats) -> dict[str, float]:
    known = [(row, song.affect) for row, song in enumerate(songs) if song.affect]
    if len(known) < 3:
        return {}
    rows = [row for row, _ in known]
    truth = np.array([said for _, said in known])
    return {
        "valence Spearman": spearman(affect[rows, 0], truth[:, 0]),
        "arousal Spearman": spearman(affect[rows, 1], truth[:, 1]),
    }


def auc_intervals(
    songs: Sequence[LabelledSong], scores: Floats, space: LabelSpace
) -> dict[str, tuple[float, float, float]]:
    """ROC AUC of each mood with its 95 % interval, over songs of the multi-label sets.

    The interval is that of Hanley and McNeil 1982. Moods without both kinds of song are left out.
    """
    found: dict[str, tuple[float, float, float]] = {}
    for column, mood in enumerate(space.moods):
        said: dict[int, bool] = {}
        for row, song in enumerate(songs):
            for judgement in song.judgements:
                if space.set_names[judgement.label_set] in MULTI_LABEL and judgement.asked[column]:
                    said[row] = said.get(row, False) or bool(judgement.present[column])
        present = np.array(list(said.values()), bool)
        if present.any() and not present.all():
            auc = roc_auc(scores[list(said), column], present)
            spread = 1.96 * _auc_error(auc, int(present.sum()), int((~present).sum()))
            low, high = max(0.0, auc - spread), min(1.0, auc + spread)
            found[mood] = (round(auc, 3), round(low, 3), round(high, 3))
    return found


def _auc_error(auc: float, positives: int, negatives: int) -> float:
    # A perfect order of few songs is no certainty: half a pair is taken to stand wrong.
    half_a_pair = 0.5 / positives / negatives
    auc = min(max(auc, half_a_pair), 1 - half_a_pair)
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    return float(np.sqrt(variance / positives / negatives))
