"""What one stage of a training is given: its recipe, its rows, where it begins, where it works.

Read by the kits of all methods. Holds values and finds folders; knows no torch and no graph.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from engine.errors import EngineError
from engine.events import Report
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths
from engine.training.learning_job import LearningJob
from engine.training.recipe import Recipe
from engine.training.rows.row import Row

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """One stage of a job.

    `recipe` is that of this stage (see recipe_stages). No group of `judging` is in `learning`;
    `judging` may be empty. `base` is the folder of the model that learning begins with, None where
    the recipe names none. `start` are weights by state_dict name that stand in the learner before
    its first step: those of the stage before, or of the run that is gone on with. The job loads
    them itself after `Kit.learner`; a kit looks at them only where it must know them earlier.
    `output` is the stage's own folder, kept over a resume: what took long may be kept there.
    `replaces` is the folder of the installed model that the result would stand for, which `judge`
    measures as "before"; None where there is none.
    """

    job: LearningJob
    recipe: Recipe
    learning: tuple[Row, ...]
    judging: tuple[Row, ...]
    output: Path
    report: Report
    base: Path | None = None
    start: Path | None = None
    replaces: Path | None = None
    stage: int = 0

    @property
    def paths(self) -> AppPaths:
        return self.job.paths

    @property
    def registry(self) -> ModelRegistry:
        """The installed models: those of the job, and the shipped ones."""
        return ModelRegistry(self.job.paths.shipped_models, self.job.models)

    def require_base(self) -> Path:
        """`base`. EngineError where there is none, or where it was removed meanwhile."""
        if self.base is None:
            raise EngineError(f"{self.recipe.name} does not say with which model it begins.",
                              "Name one as base in the recipe.")
        if not self.base.is_dir():
            raise EngineError(f"{self.base.name}, with which {self.recipe.name} begins, is no "
                              "longer there.", "Add it again under Models, then resume this.")
        return self.base


def only(kind: type[_Kind], rows: Sequence[Row]) -> tuple[_Kind, ...]:
    """The rows of one kind. EngineError where there are rows, but none of that kind."""
    found = tuple(row for row in rows if isinstance(row, kind))
    if rows and not found:
        raise EngineError("Nothing in this data can be learned by this way of training.",
                          "Choose other data, or another thing to make better.")
    return found
