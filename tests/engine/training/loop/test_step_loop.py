"""The loop learns, judges, ends when it should, and goes on after any break as if unbroken."""

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from engine.errors import Cancelled, EngineError
from engine.events import Continued, Event, Metric, Paused, Progress, Pulse, Sample, Started
from engine.training.checkpoint import read_checkpoint
from engine.training.recipe import LoopOptions

if TYPE_CHECKING:
    from engine.training.loop.outcome import Outcome

Run = Callable[..., "tuple[Outcome | None, list[Event]]"]


@pytest.fixture
def learn(tmp_path: Path) -> Run:
    """Runs a loop in a folder; `stop_at` losses it is cancelled, as by a person."""
    import torch

    from engine.training.loop.step_loop import StepLoop
    from tests.engine.training.loop.small_learner import OPTIONS, SmallLearner

    torch.set_num_threads(1)

    def run(name: str = "run", resume: bool = False, stop_at: int = 0, learner: Any = None,
            goes_on: str = "", courtesy: Any = None, clock: Any = time.monotonic,
            stop_at_pulse: int = 0,
            **changed: Any) -> "tuple[Outcome | None, list[Event]]":
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        told: list[Event] = []

        def report(event: Event) -> None:
            told.append(event)
            if stop_at and len(losses(told)) == stop_at:
                raise Cancelled
            if stop_at_pulse and sum(isinstance(e, Pulse) for e in told) == stop_at_pulse:
                raise Cancelled

        options: LoopOptions = msgspec.structs.replace(OPTIONS, **changed)
        loop = StepLoop(learner or SmallLearner(), options, folder, report, courtesy,
                        tmp_path / goes_on if goes_on else None, clock)
        try:
            return loop.run(resume), told
        except Cancelled:
            assert stop_at or stop_at_pulse
            return None, told
    return run


def losses(told: list[Event], split: str = "train", name: str = "loss") -> dict[int, float]:
    return {e.step: float("nan") if e.value is None else e.value for e in told
            if isinstance(e, Metric) and e.name == name and e.split == split}


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_it_learns_and_tells_how(learn: Run, tmp_path: Path) -> None:
    # WHEN a net learns for six epochs
    outcome, told = learn(epochs=6)
    # THEN the loss falls, on what it learns from and on what is held out
    train, valid = losses(told), losses(told, "valid")
    assert sorted(train) == list(range(1, 61))
    assert sorted(valid) == list(range(0, 61, 5))
    assert np.mean(list(train.values())[-8:]) < 0.5 * np.mean(list(train.values())[:8])
    assert sorted(losses(told, "valid", "far off")) == sorted(valid)
    # AND the outcome names the best step, and what was true before the first
    assert outcome is not None and not outcome.stopped_early
    assert outcome.steps == 60 and outcome.examples == 480
    assert outcome.first["loss"] == valid[0]
    assert outcome.best["loss"] == min(valid.values()) == valid[outcome.best_step]
    assert "watt-hours" in outcome.energy
    # AND progress, samples and costs were told
    assert told[0] == Started(total=60, unit="steps", at=told[0].at)
    assert [e.done for e in told if isinstance(e, Progress)] == list(range(1, 61))
    assert [e for e in told if isinstance(e, Progress)][-1].seconds_left == 0
    assert len([e for e in told if isinstance(e, Sample)]) == len(valid)
    assert losses(told, "run", "examples per second")
    assert files(tmp_path / "run") == {"best.safetensors", "checkpoint.safetensors"}


def test_the_best_weights_lie_in_the_model_afterwards(learn: Run, tmp_path: Path) -> None:
    from tests.engine.training.loop.small_learner import SmallLearner

    # GIVEN a rate so high that the end is not the best
    learner = SmallLearner()
    outcome, _ = learn(learner=learner, rate=0.5, epochs=4, schedule="constant")
    assert outcome is not None and outcome.best_step < outcome.steps
    # THEN the model is judged as the best was
    assert not learner.model.training
    assert learner.judge()["loss"] == pytest.approx(outcome.best["loss"], abs=1e-6)
    kept, _ = read_checkpoint(tmp_path / "run" / "best.safetensors")
    assert kept.keys() == learner.model.state_dict().keys()


@pytest.mark.parametrize("averaging", [0.0, 0.9])
@pytest.mark.parametrize("stop_at", [1, 5, 7, 12, 20])
def test_stopped_and_resumed_it_follows_the_unbroken_curve(
        learn: Run, tmp_path: Path, stop_at: int, averaging: float) -> None:
    # GIVEN an unbroken run, and one that is stopped
    whole, unbroken = learn("whole", averaging=averaging)
    _, first = learn("broken", stop_at=stop_at, averaging=averaging)
    # WHEN it is resumed
    again, second = learn("broken", resume=True, averaging=averaging)
    # THEN it goes on with the very next step, and both curves together are the unbroken one
    assert min(losses(second), default=21) == stop_at + 1
    for split in ("train", "valid"):
        both = losses(first, split) | losses(second, split)
        assert both == pytest.approx(losses(unbroken, split), abs=1e-6)
    said = [e.text for e in (*first, *second) if isinstance(e, Sample)]
    assert said == [e.text for e in unbroken if isinstance(e, Sample)]
    # AND it ends the same
    assert again is not None and whole is not None
    assert (again.best_step, again.examples) == (whole.best_step, whole.examples)
    assert_same_weights(tmp_path / "whole", tmp_path / "broken")


@pytest.mark.parametrize("averaging", [0.0, 0.9])
@pytest.mark.parametrize("pulse", [2, 9, 40, 41, 42, 43, 44, 45])
def test_stopped_within_a_step_it_follows_the_unbroken_curve(
        learn: Run, tmp_path: Path, pulse: int, averaging: float) -> None:
    # GIVEN a run whose every breath counts, stopped at one of them: forwards, backwards, judging
    ticks = itertools.count()
    _, unbroken = learn("whole", averaging=averaging)
    _, first = learn("broken", stop_at_pulse=pulse, clock=lambda: next(ticks) * 0.02,
                     averaging=averaging)
    assert len(losses(first)) < 20
    # WHEN it is resumed THEN what was begun is done again, and both curves are the unbroken one
    _, second = learn("broken", resume=True, averaging=averaging)
    for split in ("train", "valid"):
        both = losses(first, split) | losses(second, split)
        assert both == pytest.approx(losses(unbroken, split), abs=1e-6)
    assert_same_weights(tmp_path / "whole", tmp_path / "broken")


def assert_same_weights(one: Path, other: Path) -> None:
    for name in ("best.safetensors", "checkpoint.safetensors"):
        left, right = (read_checkpoint(run / name)[0] for run in (one, other))
        assert left.keys() == right.keys()
        for key, value in left.items():
            assert np.allclose(value, right[key], atol=1e-6), key


def test_steps_in_parts_learn_the_same(learn: Run) -> None:
    import torch

    from tests.engine.training.loop.small_learner import DividedLearner, SmallLearner

    # GIVEN no dropout, so that parts see what the whole sees
    one, other = SmallLearner(), DividedLearner()
    for learner in (one, other):
        learner.dropout.p = 0.0
    # THEN parts of unequal size give the whole's gradients
    whole, parted = learn("one", learner=one)[1], learn("other", learner=other)[1]
    assert losses(parted) == pytest.approx(losses(whole), abs=1e-5)
    left, right = one.model.state_dict(), other.model.state_dict()
    assert all(torch.allclose(left[name], right[name], atol=1e-5) for name in left)


def test_half_precision_weights_have_masters(learn: Run, tmp_path: Path) -> None:
    import torch

    from tests.engine.training.loop.small_learner import SmallLearner

    learner = SmallLearner(dtype=torch.bfloat16)
    # WHEN bf16 weights learn so slowly that rounding would swallow each move
    learn(learner=learner, rate=1e-5, epochs=1)
    # THEN the masters have moved
    kept, _ = read_checkpoint(tmp_path / "run" / "checkpoint.safetensors")
    fresh = SmallLearner(dtype=torch.bfloat16).model.state_dict()["0.weight"].float().numpy()
    moved = np.abs(kept["weights.0.weight"] - fresh)
    assert moved.max() > 5e-5 and kept["weights.0.weight"].dtype == np.float32
    assert learner.model[0].weight.dtype == torch.bfloat16


def test_half_precision_resumes_as_well(learn: Run) -> None:
    import torch

    from tests.engine.training.loop.small_learner import SmallLearner

    def half() -> SmallLearner:
        return SmallLearner(dtype=torch.bfloat16)

    unbroken = losses(learn("whole", learner=half())[1])
    first = losses(learn("broken", learner=half(), stop_at=8)[1])
    second = losses(learn("broken", learner=half(), resume=True)[1])
    assert first | second == pytest.approx(unbroken, abs=1e-6)


def test_it_ends_when_it_grows_no_better(learn: Run) -> None:
    outcome, told = learn(rate=0.5, epochs=30, patience=3)
    assert outcome is not None and outcome.stopped_early
    assert outcome.why == "patience"
    valid = losses(told, "valid")
    assert len([step for step in valid if step > outcome.best_step]) == 3
    assert f"after step {outcome.best_step}," in outcome.sentence
    # AND resumed it does not start again
    again, more = learn(rate=0.5, epochs=30, patience=3, resume=True)
    assert losses(more) == {}
    assert again is not None and again.best == outcome.best


def test_a_loss_that_is_no_number_ends_it_with_the_best_kept(learn: Run) -> None:
    from tests.engine.training.loop.small_learner import BrokenLearner

    learner = BrokenLearner(from_step=10)
    outcome, told = learn(learner=learner)
    assert outcome is not None and outcome.why == "diverged"
    assert outcome.steps == 13 and outcome.best_step in (5, 10)
    assert np.isnan(losses(told)[12])
    assert "lower learning rate" in outcome.sentence
    assert learner.judge()["loss"] == pytest.approx(outcome.best["loss"], abs=1e-6)


def test_the_last_weights_are_kept_where_they_are_wanted(learn: Run, tmp_path: Path) -> None:
    # GIVEN a rate at which it grows worse
    wild: dict[str, Any] = {"rate": 3.0, "schedule": "linear", "last_share": 1.0}
    best, _ = learn("best", **wild)
    last, told = learn("last", keeps="last", **wild)
    assert best is not None and last is not None and best.best_step < best.steps
    assert last.best_step == last.steps == max(losses(told))
    assert last.best == last.last != best.best
    kept, whole = (read_checkpoint(tmp_path / "last" / name)[0]
                   for name in ("best.safetensors", "checkpoint.safetensors"))
    for name, value in kept.items():
        assert np.array_equal(value, whole[f"weights.{name}"])


def test_with_nothing_held_out_the_last_weights_are_kept(learn: Run) -> None:
    from tests.engine.training.loop.small_learner import SmallLearner

    outcome, told = learn(learner=SmallLearner(judges=False))
    assert outcome is not None and outcome.best == {} and outcome.best_step == 20
    assert losses(told, "valid") == {}


def test_more_epochs_are_added_to_a_run_that_ended(learn: Run) -> None:
    from tests.engine.training.loop.small_learner import SmallLearner

    first, _ = learn("first")
    learner = SmallLearner(seed=3)
    outcome, told = learn("more", learner=learner, goes_on="first", epochs=1.5)
    # THEN steps are counted on, through epochs of their own, from the last weights
    assert sorted(losses(told)) == list(range(21, 36))
    assert outcome is not None and first is not None
    assert losses(told, "valid")[20] == pytest.approx(first.last["loss"])
    # AND what is kept is never worse than what was kept before
    assert outcome.best["loss"] <= first.best["loss"]
    # AND it is resumed as any other
    _, broken = learn("again", goes_on="first", epochs=1.5, stop_at=4)
    _, rest = learn("again", goes_on="first", epochs=1.5, resume=True)
    assert losses(broken) | losses(rest) == pytest.approx(losses(told), abs=1e-6)


def test_parts_of_an_epoch_and_no_epoch_at_all(learn: Run) -> None:
    assert sorted(losses(learn("part", epochs=0.35)[1])) == [1, 2, 3, 4]
    outcome, told = learn("none", epochs=0.0)
    assert losses(told) == {} and sorted(losses(told, "valid")) == [0]
    assert outcome is not None and outcome.steps == 0


def test_the_checkpoint_of_another_training_is_refused(learn: Run, tmp_path: Path) -> None:
    import torch

    from tests.engine.training.loop.small_learner import SmallLearner

    learn(stop_at=3)
    other = SmallLearner()
    other.model[0] = torch.nn.Linear(2, 16, bias=False)
    with pytest.raises(EngineError, match="another training"):
        learn(resume=True, learner=other)


def test_it_waits_while_the_machine_is_needed(learn: Run, tmp_path: Path) -> None:
    class Busy:
        def __init__(self) -> None:
            self.asked = self.waits = 0

        def wants_pause(self) -> str:
            self.asked += 1
            return "You are chatting." if 5 <= self.asked < 9 else ""

        def breathe(self, worked: float) -> float:
            return 0.0

        def wait(self) -> None:
            self.waits += 1
            # What was learned before is on the disk while it waits.
            assert (tmp_path / "run" / "checkpoint.safetensors").exists()

    busy, ticks = Busy(), itertools.count()
    _, told = learn(courtesy=busy, clock=lambda: next(ticks) * 0.02)
    turns = [e for e in told if isinstance(e, Paused | Continued)]
    assert [type(e) for e in turns] == [Paused, Continued]
    assert turns[0].sentence() == "You are chatting."
    assert busy.waits == 3
    assert losses(told) == pytest.approx(losses(learn("other")[1]), abs=1e-6)


def test_who_asks_for_what_there_is_waits_for_nobody(learn: Run, tmp_path: Path) -> None:
    class Waiting:
        """Somebody needs the machine for good; after some waiting the person has had enough."""

        waits = 0

        def wants_pause(self) -> str:
            return "Waits for mains power." if ticked > 200 else ""

        def breathe(self, worked: float) -> float:
            return 0.0

        def wait(self) -> None:
            self.waits += 1
            if self.waits == 3:
                (tmp_path / "enough").touch()

    ticked = 0

    def clock() -> float:
        nonlocal ticked
        ticked += 1
        return ticked * 0.02

    waiting = Waiting()
    outcome, told = learn(courtesy=waiting, clock=clock)
    assert waiting.waits == 3
    # THEN the step at work is the last, and the best weights are kept
    assert outcome is not None and outcome.why == "enough"
    assert 0 < outcome.steps < 20 and outcome.steps == max(losses(told))
    assert "You ended it" in outcome.sentence


def test_what_was_learned_until_the_person_had_enough_is_judged(
        learn: Run, tmp_path: Path) -> None:
    # GIVEN a run that judges seldom, and a person who ends it before it has judged again
    class Ending:
        def wants_pause(self) -> str:
            if ticked > 200:
                (tmp_path / "enough").touch()
            return ""

        def breathe(self, worked: float) -> float:
            return 0.0

        def wait(self) -> None:
            return

    ticked = 0

    def clock() -> float:
        nonlocal ticked
        ticked += 1
        return ticked * 0.02

    outcome, told = learn(validate_every=1000, courtesy=Ending(), clock=clock)
    # THEN the step it came to is judged, and kept where it is better than the beginning
    assert outcome is not None and outcome.why == "enough" and 0 < outcome.steps < 20
    assert sorted(losses(told, "valid")) == [0, outcome.steps]
    assert outcome.last["loss"] < outcome.first["loss"]
    assert outcome.best_step == outcome.steps
