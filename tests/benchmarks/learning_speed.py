"""How much sooner our decoder's training reaches what a plain transformers Trainer reaches.

    python -m tests.benchmarks.learning_speed --data FOLDER --base FOLDER [--songs 2000]
        [--epochs 2] [--state FILE] [--tuning full] [--batch-tokens N] [--quick] [--minutes N]
        [--steps]

FOLDER of --data holds lyrics_moods.jsonl.gz and label_spaces.json, that of --base an installed
decoder of ours (SmolLM2). Both sides begin with its very weights and learn the same questions and
answers, the loss on the answers among all words. The Trainer learns in fp32, all weights, padded to
128 tokens, 16 excerpts a step; ours as the recipe "generative_tagger". Both try the same three
learning rates, in turn, and give a rate up that lies far behind another at a quarter or half of the
way; judging takes no part in the time. Told is the time to the Trainer's best
validation loss at its best rate, beside the time after which ours is as low at its best, in wall
time and in processor time (the one to trust on a machine that others use too). What is done is
kept in the state file. --steps only compares steps of both on the same excerpts, in turn.
"""
# transformers is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import numpy as np

from engine.errors import Cancelled
from engine.export.decoder_weights import DecoderWeights
from engine.export.learned_decoder import trainable
from engine.export.weights_from_graph import read_installed
from engine.paths import find_paths
from engine.training.examples.example import Example
from engine.training.examples.question_answer import open_maker
from engine.training.recipe import Recipe, Tuning, read_learning_recipe
from engine.training.rows.reading import read_rows
from engine.training.rows.row import TextRow
from engine.training.rows.sources import FileSource
from tests.benchmarks.learning_curves import OURS, PLAIN, Clock, Curve, Curves, told

RATES = (1e-4, 3e-4, 1e-3)
WINDOW, BATCH, JUDGED_AN_EPOCH = 128, 16, 8
LEAST = 4.0
_TIMED = 5


def main() -> int:
    """Runs what is missing and prints the table; 0 where ours is at least four times as fast."""
    options = _options()
    recipe = _recipe(options)
    learning, judging = _examples(options, recipe)
    weights = read_installed(options.base)
    curves = Curves(options.state)
    sides = {PLAIN: _Plain(weights, learning, judging, options, curves),
             OURS: _Ours(weights, learning, judging, options, recipe, curves)}
    if options.steps:
        return _compare_steps(sides)
    ends = time.monotonic() + 60 * options.minutes
    for rate in RATES:
        for side in (OURS, PLAIN):
            name = f"{side} {rate:g}"
            if name not in curves.runs and time.monotonic() < ends:
                print(f"{name} ...", flush=True)
                curves.keep(name, sides[side].learn(rate))
    return told(curves.runs, LEAST)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--songs", type=int, default=2000)
    parser.add_argument("--judges", type=int, default=160)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--state", type=Path, default=Path("learning_speed.json"))
    parser.add_argument("--minutes", type=float, default=1e6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tuning", type=Tuning, default=None)
    parser.add_argument("--batch-tokens", type=int, default=0, help="ours; 0 for the recipe's")
    parser.add_argument("--quick", action="store_true", help="200 songs, one epoch")
    parser.add_argument("--steps", action="store_true", help="only compare single steps")
    options = parser.parse_args()
    if options.quick:
        options.songs, options.judges, options.epochs = 200, 60, 1
    return options


def _recipe(options: argparse.Namespace) -> Recipe:
    """The shipped recipe, its loss among all words, so that both sides mean the same by it."""
    file = find_paths().resources / "recipes" / "generative_tagger.toml"
    recipe = read_learning_recipe(file)
    loop = msgspec.structs.replace(
        recipe.loop, batch_tokens=options.batch_tokens or recipe.loop.batch_tokens)
    return msgspec.structs.replace(
        recipe, tuning=options.tuning or recipe.tuning, loop=loop,
        options={**recipe.options, "constrained": False, "excerpts": 1})


def _examples(options: argparse.Namespace, recipe: Recipe
              ) -> tuple[list[Example], list[Example]]:
    maker = open_maker(recipe, options.base)
    file = FileSource(options.data / "lyrics_moods.jsonl.gz")
    rows = [row for row in read_rows(file, find_paths()) if isinstance(row, TextRow)]
    random.Random(7).shuffle(rows)
    parts = []
    for split, most in (("train", options.songs), ("valid", options.judges)):
        made = (each for row in rows if row.split == split for each in maker.examples(row))
        parts.append([each for each in made if isinstance(each, Example)][:most])
    print(f"{len(parts[0])} excerpts of as many songs, {len(parts[1])} judge", flush=True)
    return parts[0], parts[1]


class _Plain:
    """A Trainer as its documentation shows it."""

    def __init__(self, weights: DecoderWeights, learning: Sequence[Example],
                 judging: Sequence[Example], options: argparse.Namespace,
                 curves: Curves) -> None:
        self._weights, self._options, self._curves = weights, options, curves
        self._learning, self._judging = _Padded(learning), _Padded(judging)

    def learn(self, rate: float) -> Curve:
        """Trains from the beginning."""
        import transformers

        model = self._model()
        curve: Curve = []
        clock = Clock()
        options, owner = self._options, self

        class Watching(transformers.TrainerCallback):
            """Judges so many times an epoch, off the clock."""

            def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
                every = max(1, int(state.max_steps / options.epochs / JUDGED_AN_EPOCH))
                if state.global_step % every == 0 or state.global_step == state.max_steps:
                    curve.append(clock.judged(lambda: owner._loss(model)))
                    control.should_training_stop |= owner._curves.given_up(PLAIN, curve)

        with tempfile.TemporaryDirectory() as place:
            arguments = transformers.TrainingArguments(
                output_dir=place, max_steps=int(options.epochs * len(self._learning) / BATCH),
                per_device_train_batch_size=BATCH, learning_rate=rate, save_strategy="no",
                report_to=[], disable_tqdm=True, logging_strategy="no", use_cpu=True, seed=7,
                dataloader_pin_memory=False)
            transformers.Trainer(model, arguments, train_dataset=self._learning,
                                 callbacks=[Watching()]).train()
        return curve

    def stepper(self) -> Callable[[], None]:
        """One step on the first excerpts, as the Trainer makes it."""
        import torch

        model = self._model()
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
        batch = self._learning.batch(range(BATCH))

        def step() -> None:
            optimizer.zero_grad()
            model(**batch).loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

        return step

    def _model(self) -> Any:
        import torch
        import transformers

        torch.set_num_threads(self._options.threads)
        torch.manual_seed(7)
        transformers.logging.set_verbosity_error()
        return plain_model(self._weights)

    def _loss(self, model: Any) -> float:
        import torch

        total = count = 0.0
        model.eval()
        with torch.no_grad():
            for first in range(0, len(self._judging), BATCH):
                batch = self._judging.batch(range(first, min(first + BATCH, len(self._judging))))
                learned = float((batch["labels"] >= 0).sum())
                total += float(model(**batch).loss) * learned
                count += learned
        model.train()
        return total / count


def plain_model(weights: DecoderWeights) -> Any:
    """The same decoder as transformers has it, in fp32."""
    import torch
    import transformers

    config = weights.config
    theta = float(config.frequencies[1] ** (-config.head_size / 2))
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(
        vocab_size=config.vocabulary, hidden_size=config.hidden, intermediate_size=config.ffn,
        num_hidden_layers=config.layers, num_attention_heads=config.heads,
        num_key_value_heads=config.kv_heads, head_dim=config.head_size,
        rms_norm_eps=config.norm_epsilon, rope_theta=theta, tie_word_embeddings=config.tied,
        max_position_embeddings=config.window))
    names = {"attention_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
             "query": "self_attn.q_proj", "key": "self_attn.k_proj", "value": "self_attn.v_proj",
             "output": "self_attn.o_proj", "gate": "mlp.gate_proj", "up": "mlp.up_proj",
             "down": "mlp.down_proj"}
    read = trainable(weights).need
    held = {"model.embed_tokens.weight": read("embedding"), "model.norm.weight":
            read("final_norm")}
    for number in range(config.layers):
        held |= {f"model.layers.{number}.{theirs}.weight": read(f"layers.{number}.{ours}")
                 for ours, theirs in names.items()}
    model.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in
                           held.items()}, strict=False)
    model.tie_weights()
    return model.train()


class _Padded:
    """Examples as a Trainer takes them, all of the same length."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = examples

    def __len__(self) -> int:
        return len(self._examples)

    def __getitem__(self, at: int) -> dict[str, Any]:
        import torch

        example = self._examples[at]
        ids, labels = np.zeros(WINDOW, np.int64), np.full(WINDOW, -100, np.int64)
        ids[: example.length] = example.ids
        labels[: example.length] = np.where(example.learned, example.ids, -100)
        seen = (np.arange(WINDOW) < example.length).astype(np.int64)
        return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(seen),
                "labels": torch.from_numpy(labels)}

    def batch(self, numbers: Sequence[int]) -> dict[str, Any]:
        """Several side by side."""
        import torch

        rows = [self[number] for number in numbers]
        return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


class _Ours:
    """The decoder's learner in the loop, as the recipe has it."""

    def __init__(self, weights: DecoderWeights, learning: Sequence[Example],
                 judging: Sequence[Example], options: argparse.Namespace, recipe: Recipe,
                 curves: Curves) -> None:
        self._weights, self._options, self._recipe = weights, options, recipe
        self._learning, self._judging, self._curves = learning, judging, curves

    def learn(self, rate: float) -> Curve:
        """Trains from the beginning."""
        from engine.training.loop.step_loop import StepLoop

        learner = self._learner(rate)
        steps = len(learner.plan(0))
        loop = msgspec.structs.replace(learner.recipe.loop,
                                       validate_every=max(1, steps // JUDGED_AN_EPOCH))
        curve: Curve = []
        judged, clock = learner.judge, Clock()

        def watched() -> Mapping[str, float]:
            found: dict[str, float] = {}
            curve.append(clock.judged(lambda: found.update(judged()) or found["loss"]))
            if self._curves.given_up(OURS, curve):
                raise Cancelled
            return found

        learner.judge = watched  # type: ignore[method-assign]
        with tempfile.TemporaryDirectory() as place, suppress(Cancelled):
            StepLoop(learner, loop, Path(place), lambda event: None).run()
        return curve

    def stepper(self) -> Callable[[], None]:
        """One step on the first excerpts, as the loop makes it."""
        import torch

        learner = self._learner(1e-5)
        parameters = [p for p in learner.model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(parameters, lr=1e-5, fused=True)

        def step() -> None:
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16):
                loss = learner.loss(range(BATCH)).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()

        return step

    def _learner(self, rate: float) -> Any:
        import torch

        from engine.training.tasks.causal.learner import CausalLearner

        torch.set_num_threads(self._options.threads)
        loop = msgspec.structs.replace(self._recipe.loop, rate=rate, patience=0,
                                       epochs=self._options.epochs)
        recipe = msgspec.structs.replace(self._recipe, loop=loop)
        return CausalLearner(trainable(self._weights), recipe, self._learning, self._judging)


def _compare_steps(sides: Mapping[str, Any]) -> int:
    """Prints seconds of the processor for one step of each side, in turn; the first is not
    counted."""
    steps = {name: side.stepper() for name, side in sides.items()}
    spent: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(_TIMED + 1):
        for name, step in steps.items():
            began = time.process_time()
            step()
            if turn:
                spent[name].append(time.process_time() - began)
    middle = {name: median(times) for name, times in spent.items()}
    for name, seconds in middle.items():
        print(f"{name:8s} {seconds:6.2f} s of processor time for {BATCH} excerpts")
    share = middle[PLAIN] / middle[OURS]
    print(f"1 : {share:.1f}")
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
