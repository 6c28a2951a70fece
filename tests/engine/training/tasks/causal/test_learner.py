"""A learner of examples: batches, losses, choices, judgements; and it really learns."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.export.learned_decoder import trainable
from engine.training.examples.example import Example
from engine.training.loop.step_loop import StepLoop
from engine.training.recipe import LoopOptions, LoraOptions, Method, Recipe, Tuning
from engine.training.tasks.causal import learner as learners
from engine.training.tasks.causal.batch import grouped, plan_epoch
from engine.training.tasks.causal.learner import CausalLearner
from tests.tiny_forms import weights_of
from tests.tiny_hub import TinyShape
from tests.tiny_learning import some_examples

LOOP = LoopOptions(epochs=6, rate=1e-2, batch_tokens=64, precision="fp32", patience=0)


def recipe(tuning: Tuning = Tuning.FULL, **options: object) -> Recipe:
    return Recipe(name="Tiny", model_id="tiny", method=Method.DIALOGUE, tuning=tuning, loop=LOOP,
                  lora=LoraOptions(rank=4, alpha=16.0, on=("query", "value", "down")),
                  options=options)


def learner(folder: Path, learning: list[Example], judging: list[Example] | None = None,
            asked: Recipe | None = None) -> CausalLearner:
    return CausalLearner(trainable(weights_of(folder, TinyShape())), asked or recipe(), learning,
                         learning if judging is None else judging)


@pytest.mark.parametrize("tuning", list(Tuning))
def test_every_tuning_learns(tmp_path: Path, tuning: Tuning) -> None:
    taught = learner(tmp_path / "w", some_examples(8), asked=recipe(tuning, words_learn=True))
    taught.model.eval()
    before = taught.judge()["loss"]
    StepLoop(taught, LOOP, tmp_path, lambda event: None).run()
    assert taught.judge()["loss"] < before - 0.3


def test_the_table_of_words_stands_still_unless_asked(tmp_path: Path) -> None:
    still = learner(tmp_path, some_examples(2))
    names = {name for name, _ in still.model.named_parameters()}
    assert "embedding" not in names and not still.model.changed("embedding")
    moving = learner(tmp_path, some_examples(2), asked=recipe(words_learn=True))
    assert "embedding" in dict(moving.model.named_parameters())


def test_sequence_logprobs_are_sums_of_their_tokens(tmp_path: Path) -> None:
    examples = some_examples(5, seed=2)
    taught = learner(tmp_path, examples)
    together = taught.sequence_logprobs(examples)
    alone = torch.cat([taught.sequence_logprobs([example]) for example in examples])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-4)
    together.sum().backward()
    assert taught.model.layers[0].down.weight.grad is not None


def test_choices_share_all_probability(tmp_path: Path) -> None:
    """GIVEN a token chosen among three THEN the three probabilities sum to one."""
    one = some_examples(1, seed=5)[0]
    place = int(np.flatnonzero(one.learned)[0])
    learned = np.zeros(one.length, bool)
    learned[place] = True
    among = np.unique(np.array([5, 9, int(one.ids[place])]))
    made = []
    for token in among:
        ids = one.ids.copy()
        ids[place] = token
        made.append(replace(one, ids=ids, learned=learned, choices=(among,)))
    taught = learner(tmp_path, made)
    total = taught.sequence_logprobs(made).detach().exp().sum()
    assert float(total) == pytest.approx(1.0, abs=1e-5)


def test_shares_weigh_tokens(tmp_path: Path) -> None:
    one, other = some_examples(2, seed=4)
    weighed = [replace(one, shares=np.full(one.length, 2, np.float32)),
               replace(other, shares=np.zeros(other.length, np.float32))]
    taught = learner(tmp_path, [*weighed, one])
    assert float(taught.loss([0, 1]).loss.detach()) == pytest.approx(
        float(taught.loss([2]).loss.detach()), rel=1e-4)
    assert taught.loss([0]).weight == 2 * taught.loss([2]).weight


def test_plans_come_from_the_seed_and_hold_every_example_once() -> None:
    lengths = [int(n) for n in np.random.default_rng(0).integers(5, 60, 300)]
    plan = plan_epoch(lengths, 256, seed=7, epoch=1)
    assert sorted(number for step in plan for number in step) == list(range(300))
    assert plan == plan_epoch(lengths, 256, seed=7, epoch=1) != plan_epoch(lengths, 256, 7, 2)
    padded = sum(max(lengths[n] for n in step) * len(step) for step in plan)
    assert padded < 1.1 * sum(lengths)
    assert all(max(lengths[n] for n in step) * len(step) <= 256 for step in plan)


def test_an_example_longer_than_a_step_is_a_step_of_its_own() -> None:
    assert grouped([0, 1, 2], [10, 500, 10], 64) == [[0], [1], [2]]


def test_parts_of_a_step_are_the_step(tmp_path: Path) -> None:
    """GIVEN a step too large for once THEN its parts weigh and add up to the same."""
    examples = some_examples(12, seed=8)
    taught = learner(tmp_path, examples)
    taught._at_once = 30
    parts = taught.parts(range(12))
    assert len(parts) > 2 and sorted(n for part in parts for n in part) == list(range(12))
    whole = taught.loss(range(12))
    losses = [taught.loss(part) for part in parts]
    mean = sum(float(each.loss.detach()) * each.weight for each in losses) / whole.weight
    assert mean == pytest.approx(float(whole.loss.detach()), rel=1e-4)


def test_memory_is_saved_where_it_is_short(tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learners, "free_memory", lambda: 1000)
    assert learner(tmp_path, some_examples(2)).model.checkpointing
    monkeypatch.setattr(learners, "free_memory", lambda: 1 << 40)
    assert not learner(tmp_path, some_examples(2)).model.checkpointing
