"""A model really learns to prefer what was kept, and its resumed run is the unbroken one."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import Cancelled, EngineError
from engine.events import Event, Metric
from engine.export.learned_decoder import trainable
from engine.training.examples.choice import Pair
from engine.training.examples.example import Example
from engine.training.loop.step_loop import StepLoop
from engine.training.recipe import LoopOptions, LoraOptions, Method, Recipe, Tuning
from engine.training.rows.row import RowPlace
from engine.training.tasks.preference import (
    REFERENCE,
    PreferenceLearner,
    preference_options,
)
from tests.tiny_forms import weights_of
from tests.tiny_hub import TinyShape

PLACE = RowPlace("own")
KEPT, REJECTED = 7, 8  # tokens: which reply is kept can be learned


def some_pairs(count: int, seed: int) -> list[Pair]:
    chance = np.random.default_rng(seed)
    made: list[Pair] = []
    for _ in range(count):
        prompt = chance.integers(10, 60, int(chance.integers(3, 7)))
        made.append(Pair(*(_example(prompt, reply) for reply in (KEPT, REJECTED))))
    return made


def _example(prompt: np.ndarray, reply: int) -> Example:
    ids = np.concatenate([prompt, [reply, 2]])
    learned = np.arange(len(ids)) >= len(prompt)
    return Example(ids, learned, PLACE)


def recipe(**options: float) -> Recipe:
    return Recipe(
        name="R", model_id="r", method=Method.PREFERENCE, tuning=Tuning.LORA,
        lora=LoraOptions(rank=4), options={"preference": options},
        loop=LoopOptions(epochs=3, rate=2e-2, batch_tokens=120, validate_every=4, patience=0,
                         precision="fp32"))


def learner(folder: Path, output: Path, wishes: Recipe) -> PreferenceLearner:
    weights = trainable(weights_of(folder, TinyShape()))
    return PreferenceLearner(weights, wishes, some_pairs(24, 1), some_pairs(8, 2), output)


def test_it_begins_where_it_is_and_comes_to_prefer_what_was_kept(tmp_path: Path) -> None:
    heard: list[Event] = []
    wishes = recipe()
    one = learner(tmp_path / "w", tmp_path / "o", wishes)
    outcome = StepLoop(one, wishes.loop, tmp_path / "o", heard.append).run()
    # THEN before the first step neither reply had gained
    assert outcome.first["loss"] == pytest.approx(np.log(2), abs=1e-4)
    assert outcome.first["kept reply preferred"] == pytest.approx(0.5)
    # AND after it the kept one has, on pairs nobody learned from
    assert outcome.best["kept reply preferred"] == 1.0
    assert outcome.best["loss"] < 0.5
    assert any(isinstance(e, Metric) and e.name == "margin" for e in heard)


def test_a_broken_run_goes_on_as_if_unbroken(tmp_path: Path) -> None:
    wishes = recipe()
    whole: list[float] = []
    broken: list[float] = []

    def hears(into: list[float], stop_after: int = 0) -> "object":
        def report(event: Event) -> None:
            if isinstance(event, Metric) and (event.name, event.split) == ("loss", "train"):
                into.append(event.value)
                if len(into) == stop_after:
                    raise Cancelled
        return report

    one = learner(tmp_path / "w", tmp_path / "whole", wishes)
    StepLoop(one, wishes.loop, tmp_path / "whole", hears(whole)).run()  # type: ignore[arg-type]
    two = learner(tmp_path / "w", tmp_path / "broken", wishes)
    with pytest.raises(Cancelled):
        StepLoop(two, wishes.loop, tmp_path / "broken", hears(broken, 3)).run()  # type: ignore[arg-type]
    # WHEN it goes on in a new process, with what it held before it learned kept beside
    three = learner(tmp_path / "w", tmp_path / "broken", wishes)
    StepLoop(three, wishes.loop, tmp_path / "broken", hears(broken)).run(resume=True)  # type: ignore[arg-type]
    assert broken[-1] == pytest.approx(whole[-1], abs=1e-4)


def test_what_it_held_before_is_computed_once_for_the_same_pairs(tmp_path: Path) -> None:
    one = learner(tmp_path / "w", tmp_path / "o", recipe())
    known = one.reference()
    assert (tmp_path / "o" / REFERENCE).is_file()
    # WHEN another learner of the same pairs has moved already
    two = learner(tmp_path / "w", tmp_path / "o", recipe())
    with torch.no_grad():
        for part in two.model.parameters():
            part.add_(0.1)
    # THEN it reads what was kept
    np.testing.assert_array_equal(two.reference()[0], known[0])
    # AND one of other pairs computes its own
    weights = trainable(weights_of(tmp_path / "w", TinyShape()))
    other = PreferenceLearner(weights, recipe(), some_pairs(24, 3), (), tmp_path / "o")
    assert not np.array_equal(other.reference()[0], known[0])


def test_plain_learning_can_be_added(tmp_path: Path) -> None:
    plain = learner(tmp_path / "w", tmp_path / "a", recipe())
    added = learner(tmp_path / "w", tmp_path / "b", recipe(sft=0.5))
    step = plain.plan(0)[0]
    assert added.loss(step).loss.item() > plain.loss(step).loss.item()


@pytest.mark.parametrize("options", [{"beta": 0.0}, {"sft": -1.0}, {"bets": 1.0}])
def test_wrong_options_are_refused_in_words(options: dict[str, float]) -> None:
    with pytest.raises(EngineError, match="preference"):
        preference_options(recipe(**options))
