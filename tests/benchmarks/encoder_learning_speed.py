"""How much sooner our encoder's training reaches what a plain transformers Trainer reaches.

    python -m tests.benchmarks.encoder_learning_speed --data FOLDER --base FOLDER [--songs 2000]
        [--epochs 3] [--state FILE] [--quick] [--minutes N]

FOLDER of --data holds lyrics_moods.jsonl.gz and label_spaces.json, that of --base a BERT encoder as
a hub keeps it. Every excerpt of the songs carries its song's Last.fm moods (27). The Trainer learns
in fp32, all weights, padded to 128 tokens, 16 excerpts a step; ours as the recipe "classifier".
Both try the same three learning rates, in turn, and give up one that lies far behind another at a
quarter or half of the way; judging takes no part in the time, fitting our head first does. Told is
the time to the Trainer's best validation loss at its best rate, beside the time after which ours is
as low, in wall time and in processor time (the one to trust on a machine that others use too). What
is done is kept in the state file.
"""
# transformers is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import Cancelled
from engine.events import Event, Metric
from engine.export.encoder_from_graph import read_encoder
from engine.inference.tokenizer import Tokenizer
from engine.training.classifier_options import ClassifierOptions, Unit
from engine.training.dataset import read_rows
from engine.training.examples.labelled_text import LabelledTextMaker
from engine.training.labelled_set import LabelledSet, Labels, labelled_set
from engine.training.recipe import LoopOptions
from engine.training.rows.row import RowPlace, TextRow
from tests.benchmarks.learning_curves import OURS, PLAIN, Clock, Curve, Curves, told

RATES = (3e-5, 1e-4, 3e-4)
WINDOW, BATCH, JUDGED_AN_EPOCH = 128, 16, 8
LEAST = 3.0
SET = "lastfm27"


def main() -> int:
    """Runs what is missing and prints the table; 0 where ours is at least three times as fast."""
    options = _options()
    material = _material(options)
    curves = Curves(options.state)
    ends = time.monotonic() + 60 * options.minutes
    for rate in RATES:
        for side in (PLAIN, OURS):
            name = f"{side} {rate:g}"
            if name not in curves.runs and time.monotonic() < ends:
                run = _plain if side == PLAIN else _ours
                print(f"{name} ...", flush=True)
                curves.keep(name, run(material, options, rate, curves))
    return told(curves.runs, LEAST)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--songs", type=int, default=2000)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--state", type=Path, default=Path("encoder_learning_speed.json"))
    parser.add_argument("--minutes", type=float, default=1e6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="400 songs, two epochs")
    options = parser.parse_args()
    if options.quick:
        options.songs, options.epochs = 400, 2
    return options


class _Material:
    """Excerpts with the moods of their songs."""

    def __init__(self, learning: LabelledSet, judging: LabelledSet, labels: Labels) -> None:
        self.learning, self.judging, self.labels = learning, judging, labels


def _material(options: argparse.Namespace) -> _Material:
    spaces = json.loads((options.data / "label_spaces.json").read_text("utf-8"))
    labels = Labels(tuple(spaces[SET]["tags"]))
    maker = LabelledTextMaker(Tokenizer.open(options.base / "tokenizer.json"), WINDOW)
    rows = [row for row in read_rows(options.data / "lyrics_moods.jsonl.gz")
            if row.get("lyrics") and SET in row["labels"]]
    random.Random(7).shuffle(rows)
    learning = [_row(row) for row in rows if row["split"] == "train"][: options.songs]
    judging = [_row(row) for row in rows if row["split"] == "valid"]
    if options.quick:
        judging = judging[:80]
    sets = [labelled_set(part, labels, maker).by_parts() for part in (learning, judging)]
    print(f"{len(learning)} songs in {len(sets[0])} excerpts, {len(sets[1])} judge", flush=True)
    return _Material(sets[0], sets[1], labels)


def _row(row: Mapping[str, Any]) -> TextRow:
    return TextRow(row["lyrics"], tuple(row["labels"][SET]), RowPlace("songs"), None, row["id"],
                   row.get("artist", ""), row.get("title", ""))


def _plain(material: _Material, options: argparse.Namespace, rate: float,
           curves: Curves) -> Curve:
    """A Trainer as its documentation shows it."""
    import torch
    import transformers

    torch.set_num_threads(options.threads)
    torch.manual_seed(7)
    transformers.logging.set_verbosity_error()
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        options.base, num_labels=len(material.labels.names), local_files_only=True,
        problem_type="multi_label_classification")
    curve: Curve = []
    clock = Clock()

    class Watching(transformers.TrainerCallback):
        """Judges so many times an epoch, off the clock."""

        def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            every = max(1, int(state.max_steps / options.epochs / JUDGED_AN_EPOCH))
            if state.global_step % every == 0 or state.global_step == state.max_steps:
                curve.append(clock.judged(lambda: _plain_loss(model, material)))
                control.should_training_stop |= curves.given_up(PLAIN, curve)

    steps = int(options.epochs * len(material.learning) / BATCH)
    with tempfile.TemporaryDirectory() as place:
        arguments = transformers.TrainingArguments(
            output_dir=place, max_steps=steps, per_device_train_batch_size=BATCH,
            learning_rate=rate, save_strategy="no", report_to=[], disable_tqdm=True,
            logging_strategy="no", use_cpu=True, seed=7, dataloader_pin_memory=False)
        trainer = transformers.Trainer(model, arguments, train_dataset=_Padded(material.learning),
                                       callbacks=[Watching()])
        trainer.train()
    return curve


class _Padded:
    """Examples as a Trainer takes them, all of the same length."""

    def __init__(self, of: LabelledSet) -> None:
        self._of = of

    def __len__(self) -> int:
        return len(self._of)

    def __getitem__(self, at: int) -> dict[str, Any]:
        import torch

        (ids,) = self._of.texts[at].parts
        whole = np.zeros(WINDOW, np.int64)
        whole[: len(ids)] = ids
        return {"input_ids": torch.from_numpy(whole),
                "attention_mask": torch.from_numpy((np.arange(WINDOW) < len(ids)).astype(np.int64)),
                "labels": torch.from_numpy(self._of.present[at])}


def _plain_loss(model: Any, material: _Material) -> float:
    import torch

    data, total = _Padded(material.judging), 0.0
    model.eval()
    with torch.no_grad():
        for first in range(0, len(data), BATCH):
            rows = [data[at] for at in range(first, min(first + BATCH, len(data)))]
            batch = {name: torch.stack([row[name] for row in rows]) for name in rows[0]}
            total += float(model(**batch).loss) * len(rows)
    model.train()
    return total / len(data)


def _ours(material: _Material, options: argparse.Namespace, rate: float,
          curves: Curves) -> Curve:
    """The classifier's learner in the loop, its head fitted first."""
    import torch

    from engine.training.loop.step_loop import StepLoop
    from engine.training.tasks.encoder.bert import Bert, BertShape
    from engine.training.tasks.encoder.classifier_learner import ClassifierLearner, ClassifierTask
    from engine.training.tasks.encoder.classifier_model import ClassifierModel
    from engine.training.tasks.encoder.head_fit import HeadPenalties, fit_label_heads
    from engine.training.tasks.encoder.still import still_vectors

    torch.set_num_threads(options.threads)
    read = read_encoder(options.base)
    clock = Clock()
    own = ClassifierOptions(unit=Unit.EXCERPT)
    torch.manual_seed(7)
    model = ClassifierModel(Bert(read.weights, BertShape(read.heads, read.norm_epsilon)),
                            len(material.labels.names), 384, False)
    vectors = still_vectors(model, material.learning.texts, None, _silent)
    heads = fit_label_heads(vectors, material.learning,
                            HeadPenalties(own.head_decay, own.reach))
    with torch.no_grad():
        model.labels.weight.copy_(torch.from_numpy(heads.weight))
        model.labels.bias.copy_(torch.from_numpy(heads.bias))
    every = len(material.learning) * 100 // 2048 // JUDGED_AN_EPOCH
    loop = LoopOptions(epochs=options.epochs, rate=rate, head_rate=rate, batch_tokens=2048,
                       warmup=0.1, validate_every=max(1, every), patience=0)
    learner = ClassifierLearner(model, ClassifierTask(
        material.labels, material.learning, material.judging, own, loop))
    curve: Curve = []
    judged = learner.judge

    def watched() -> Mapping[str, float]:
        found: dict[str, float] = {}
        curve.append(clock.judged(lambda: found.update(judged()) or found["loss"]))
        if curves.given_up(OURS, curve):
            raise Cancelled
        return found

    learner.judge = watched  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as place, suppress(Cancelled):
        StepLoop(learner, loop, Path(place), _silent).run()
    return curve


def _silent(event: Event) -> None:
    assert not isinstance(event, Metric) or event.name


if __name__ == "__main__":
    sys.exit(main())
