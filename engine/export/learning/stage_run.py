"""Learns one stage of a job: by the loop or in one go, once, resumed where it was cut off.

Knows folders and what marks them as done; what is learned is its kit's business.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.errors import EngineError
from engine.events import Note
from engine.export.learning.given import Given
from engine.export.learning.kit import Kit, StepKit, StepLess
from engine.training.loop.outcome import Outcome

if TYPE_CHECKING:
    from engine.training.loop.learner import Learner
    from engine.training.loop.outcome import Courtesy

OUTCOME_FILE = "outcome.json"
_WEIGHTS = ("checkpoint.safetensors", "best.safetensors")  # as the loop calls them
_LARGE = 1_000_000


def stage_folder(output: Path, stage: int) -> Path:
    """Where a stage of a job works."""
    return output / f"stage-{stage + 1}"


def tidy_stage(folder: Path) -> None:
    """Deletes what a stage kept for a resume and is large; its weights stay, to go on with."""
    for file in folder.rglob("*"):
        if (file.is_file() and file.name not in _WEIGHTS
                and file.stat().st_size > _LARGE):
            file.unlink(missing_ok=True)


def kept_outcome(folder: Path) -> Outcome | None:
    """How a stage ended; None where it has not."""
    try:
        return msgspec.json.decode((folder / OUTCOME_FILE).read_bytes(), type=Outcome)
    except (OSError, msgspec.DecodeError):
        return None


def learn_stage(kit: Kit, given: Given, courtesy: "Courtesy | None",
                goes_on: Path | None, resume: bool) -> "tuple[Outcome, Learner | None]":
    """Learns it, and leaves its outcome in its folder; the learner holds the best weights then.

    One that was learned before is only told of, without its learner. `goes_on` is the folder of
    an earlier loop that is taken further.
    """
    kept = kept_outcome(given.output)
    if kept is not None:
        return kept, None
    given.output.mkdir(parents=True, exist_ok=True)
    learner: Learner | None = None
    if isinstance(kit, StepKit):
        outcome, learner = _by_steps(kit, given, courtesy, goes_on, resume)
    elif isinstance(kit, StepLess):
        outcome = _at_once(kit, given)
    else:
        raise TypeError(f"{type(kit).__name__} neither learns by steps nor at once.")
    fresh = given.output / f"{OUTCOME_FILE}.new"
    fresh.write_bytes(msgspec.json.encode(outcome))
    fresh.replace(given.output / OUTCOME_FILE)
    return outcome, learner


def learned_again(kit: Kit, given: Given) -> "Learner | None":
    """The learner of a stage that has ended, with its best weights; None of one without steps."""
    if not isinstance(kit, StepKit):
        return None
    from engine.export.learning.weights import load_weights
    from engine.training.loop.step_loop import BEST

    learner = kit.learner(given)
    load_weights(learner.model, given.output / BEST)
    learner.model.eval()
    return learner


def follow_stage(kit: Kit, given: Given) -> None:
    """Takes part in a stage that another process of the crew leads."""
    from engine.training.loop.crew import open_crew
    from engine.training.loop.follower import follow
    from engine.training.loop.precision import use_threads

    if not isinstance(kit, StepKit):
        return
    given.output.mkdir(parents=True, exist_ok=True)
    use_threads(given.job.manners.threads)
    follow(kit.learner(given), given.recipe.loop, open_crew())


def _by_steps(kit: StepKit, given: Given, courtesy: "Courtesy | None", goes_on: Path | None,
              resume: bool) -> "tuple[Outcome, Learner]":
    given.report(Note(message="Preparing what is learned"))
    from engine.export.learning.weights import load_weights
    from engine.training.loop.crew import open_crew
    from engine.training.loop.precision import use_threads
    from engine.training.loop.step_loop import StepLoop

    use_threads(given.job.manners.threads)
    learner = kit.learner(given)
    if given.start is not None:
        load_weights(learner.model, given.start)
    loop = StepLoop(learner, given.recipe.loop, given.output, given.report, courtesy, goes_on,
                    crew=open_crew())
    outcome = loop.run(resume)
    if outcome.sentence:
        given.report(Note(message=outcome.sentence))
    return outcome, learner


def _at_once(kit: StepLess, given: Given) -> Outcome:
    if given.job.goes_on is not None:
        raise EngineError("This way of training has no steps to add to.", "Start it anew.")
    began = time.monotonic()
    kit.learn(given)
    return Outcome(steps=0, best_step=0, seconds=time.monotonic() - began)
