"""How good song scores are, label set by label set. numpy only.

Multi-label sets are judged by macro AUC; sets that give one label by the accuracy of the argmax
over the labels they know.
"""

from collections.abc import Sequence

import numpy as np

from engine.evaluation.metrics import macro_auc, spearman
from engine.training.dataset import Floats, LabelledSong, LabelSpace

SINGLE_LABEL = frozenset(
    {"quadrant_lastfm", "quadrant_allmusic", "quadrant_mer180", "nju4", "rasbt_binary"}
)
MULTI_LABEL = frozenset({"gems9", "lastfm27"})


def validate(
    songs: Sequence[LabelledSong], logits: Floats, affect: Floats, space: LabelSpace
) -> dict[str, float]:
    """Metrics by name for S songs: `logits` (S, M), `affect` (S, 2)."""
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
    return found | _affect_metrics(songs, affect)


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
