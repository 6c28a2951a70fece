"""What heads upon a still encoder are worth, by the base, by their thresholds and by their reach.

    python -m tests.benchmarks.encoder_heads --data FOLDER --base FOLDER [--base FOLDER]
        [--songs 400]

FOLDER of --data holds lyrics_moods.jsonl.gz and label_spaces.json; each --base an encoder, a hub's
in fp32 or an installed one. Three tables: new heads for the Last.fm moods on each base, judged on
songs of other artists; macro-F1 by how thresholds are set; and for moods that both Last.fm and
the annotators of GEMS know, heads of the one that learn on from 10 to 300 songs of the other, by
their reach, beside new heads.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.evaluation.block_figures import ManyTags
from engine.evaluation.metrics import roc_auc
from engine.events import Event
from engine.export.encoder_from_graph import read_encoder
from engine.export.learning.thresholds import expected_f1_thresholds
from engine.inference.tokenizer import Tokenizer
from engine.training.dataset import Floats, read_rows
from engine.training.examples.labelled_text import LabelledTextMaker
from engine.training.labelled_set import LabelledSet, Labels, labelled_set
from engine.training.rows.row import RowPlace, TextRow

LASTFM, GEMS = "lastfm27", "gems9"
DECAY, REACHES, COUNTS, DRAWS = 1.0, (0.3, 1.0, 3.0), (10, 30, 100, 300), 5


def main() -> int:
    """Prints the tables."""
    options = _options()
    spaces = json.loads((options.data / "label_spaces.json").read_text("utf-8"))
    seen = {base: _Seen(options.data, base, spaces) for base in options.base}
    for base, each in seen.items():
        _bases(base.name, each, options.songs)
    _reaches(seen[options.base[-1]], options.songs)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, action="append", required=True)
    parser.add_argument("--songs", type=int, default=400)
    return parser.parse_args()


class _Seen:
    """What one base sees of the songs of a label set."""

    def __init__(self, data: Path, base: Path, spaces: Mapping[str, Any]) -> None:
        self._data, self._base = data, base
        self.tags = {name: tuple(spaces[name]["tags"]) for name in (LASTFM, GEMS)}
        self.of = cache(self._of)

    def _of(self, name: str, split: str, most: int) -> tuple[Floats, LabelledSet]:
        """(S, W) and what is said of S songs."""
        from engine.training.tasks.encoder.bert import Bert, BertShape
        from engine.training.tasks.encoder.classifier_model import ClassifierModel
        from engine.training.tasks.encoder.still import still_vectors

        read = read_encoder(self._base)
        rows = [row for row in read_rows(self._data / "lyrics_moods.jsonl.gz")
                if row.get("lyrics") and name in row["labels"] and row["split"] == split]
        random.Random(7).shuffle(rows)
        texts = [TextRow(row["lyrics"], tuple(row["labels"][name]), RowPlace("songs"))
                 for row in rows[:most]]
        maker = LabelledTextMaker(Tokenizer.open(read.tokenizer), 128)
        found = labelled_set(texts, Labels(self.tags[name]), maker)
        bert = Bert(read.weights, BertShape(read.heads, read.norm_epsilon))
        model = ClassifierModel(bert, 1, bert.width, moods=False)
        return still_vectors(model, found.texts, None, _silent), found


def _bases(name: str, seen: _Seen, songs: int) -> None:
    from engine.training.tasks.encoder.head_fit import HeadPenalties, fit_label_heads

    (learned, of), (asked, truth) = seen.of(LASTFM, "train", songs), seen.of(LASTFM, "valid", 500)
    scores = _scores(fit_label_heads(learned, of, HeadPenalties(DECAY, 1)).say(asked))
    rates = of.present.mean(0)
    bars: Mapping[str, Callable[[], Sequence[float]]] = {
        "expected F1": lambda: expected_f1_thresholds(scores, rates),
        "as often as given": lambda: [
            float(np.quantile(scores[:, at], 1 - max(rate, 1 / len(scores))))
            for at, rate in enumerate(rates.tolist())],
        "half": lambda: [0.5] * len(rates)}
    for title, made in bars.items():
        chosen = scores >= np.array(made())
        told, _ = ManyTags(scores, chosen, truth.present > 0, truth.asked > 0).told(
            np.ones((1, len(scores))))
        print(f"{name}: macro AUC {told['macro_auc'][0]:.3f}, mAP "
              f"{told['mean_average_precision'][0]:.3f}, macro-F1 {told['macro_f1'][0]:.3f} "
              f"({title})")


def _reaches(seen: _Seen, songs: int) -> None:
    from engine.training.tasks.encoder.head_fit import (
        HeadPenalties,
        fit_label_heads,
        move_label_heads,
    )

    shared = [mood for mood in seen.tags[GEMS] if mood in seen.tags[LASTFM]]
    at = {name: [seen.tags[name].index(mood) for mood in shared] for name in (LASTFM, GEMS)}
    learned, of = seen.of(LASTFM, "train", songs)
    start = fit_label_heads(learned, of.over(at[LASTFM]), HeadPenalties(DECAY, 1))
    (vectors, own), (asked, truth) = seen.of(GEMS, "train", 300), seen.of(GEMS, "valid", 500)
    own, truth = own.over(at[GEMS]), truth.over(at[GEMS])
    print(f"to begin with: mean AUC {_auc(start.say(asked), truth):.3f}")
    for count in COUNTS:
        draws = [np.random.default_rng(draw).permutation(len(vectors))[:count].tolist()
                 for draw in range(DRAWS)]
        ways = {f"reach {reach:g}": [move_label_heads(
            vectors[rows], own.picked(rows), start, HeadPenalties(DECAY, reach))
            for rows in draws] for reach in REACHES}
        ways["new heads"] = [fit_label_heads(vectors[rows], own.picked(rows),
                                             HeadPenalties(DECAY, 1)) for rows in draws]
        told = ", ".join(
            f"{way} {np.mean([_auc(heads.say(asked), truth) for heads in found]):.3f}"
            for way, found in ways.items())
        print(f"{count} songs: {told}")


def _scores(logits: Floats) -> Floats:
    return 1 / (1 + np.exp(-logits))


def _auc(logits: Floats, truth: LabelledSet) -> float:
    return float(np.mean([roc_auc(logits[:, at], truth.present[:, at] > 0)
                          for at in range(logits.shape[1])]))


def _silent(event: Event) -> None:
    assert event


if __name__ == "__main__":
    sys.exit(main())
