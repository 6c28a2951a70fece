"""What a job of the kind "learn" is asked: a recipe, where its rows come from, how it behaves.

Read from a job's arguments and checked before anything heavy is loaded.
"""

import enum
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.evaluation.job import absolute_path
from engine.paths import AppPaths, program_resources
from engine.training.recipe import Recipe
from engine.training.rows.sources import Source

KIND = "learn"


class WhileUsed(enum.StrEnum):
    """What a training does while the person talks or tags."""

    GO_ON = "go-on"
    SLOW_DOWN = "slow-down"
    PAUSE = "pause"


class Manners(msgspec.Struct, frozen=True, kw_only=True):
    """How a training behaves on a laptop. `threads` 0: all but none; `on_battery` whether it goes
    on without mains power."""

    threads: int = 0
    while_used: WhileUsed = WhileUsed.SLOW_DOWN
    on_battery: bool = False


class LearningJob(msgspec.Struct, frozen=True, kw_only=True):
    """`stages` are learned one after another, each with its own sources (a broad set, then a
    small exact one); most jobs have one. `goes_on` names an earlier run's job folder whose last
    weights are taken further (more epochs). Paths are absolute."""

    recipe: Recipe
    stages: tuple[tuple[Source, ...], ...]
    home: Path
    models: Path
    manners: Manners = Manners()
    base_folder: Path | None = None
    goes_on: Path | None = None

    @property
    def paths(self) -> AppPaths:
        return AppPaths(self.home, program_resources())

    def as_arguments(self) -> dict[str, object]:
        """The JSON object a job carries."""
        told: dict[str, object] = msgspec.to_builtins(self, enc_hook=str)
        return told


def read_learning(arguments: Mapping[str, object]) -> LearningJob:
    """The job of a spec's arguments. EngineError where one is missing or wrong."""
    try:
        read = partial(absolute_path, what="file")
        return msgspec.convert(arguments, LearningJob, dec_hook=read)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"The training job cannot be read: {wrong}.",
                          "Start it again from Settings, or from its recipe.") from wrong
