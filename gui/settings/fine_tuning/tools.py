"""What the page of trainings asks of the disk and the library: all of it on a queue's thread.

Counts what is the person's own, looks into files, checks rows, says what a training would cost.
Holds nothing; knows no widgets.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Cancelled, EngineError
from engine.models.manifest import ModelManifest
from engine.models.registry import ModelRegistry, RegistryEntry
from engine.paths import AppPaths
from engine.training.parts import TrainingParts, look_for_parts
from engine.training.planning.estimate import Machine, Size
from engine.training.planning.goal import BASE_TASKS, NEEDS, Base, Goal
from engine.training.planning.plan import Plan
from engine.training.planning.recipes import RecipeShelf
from engine.training.planning.this_machine import this_machine
from engine.training.rows.row import BadRow, Row

if TYPE_CHECKING:
    from engine.training.examples.preview import Preview
    from engine.training.growth.grown import Growth
    from engine.training.rows.data_report import DataReport
    from engine.training.rows.glance import FileGlance
    from engine.training.rows.own_counts import OwnCounts

TOKENS_A_WORD = 1.4
FIRST_ROWS = 400
"""So many rows are looked at for the first examples."""
_EVERY = 200


@dataclass(frozen=True, slots=True)
class BaseModel:
    """An installed model that learning can begin with."""

    id: str
    name: str
    folder: Path
    base: Base
    size: Size


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is there to begin with: the person's own, the models, the parts for training."""

    counts: "OwnCounts"
    bases: tuple[BaseModel, ...]
    machine: Machine
    parts: TrainingParts = TrainingParts(())  # noqa: RUF009 - frozen
    problem: EngineError | None = None
    growths: "tuple[Growth, ...]" = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the data found. `previews` are the first examples as the model sees them,
    `no_preview` why there are none."""

    report: "DataReport"
    previews: "tuple[Preview | BadRow, ...]" = ()
    no_preview: EngineError | None = None


class LearningTools:
    """`library` is not opened before there is one; nothing here writes."""

    def __init__(self, paths: AppPaths) -> None:
        self.paths = paths
        self.recipes = RecipeShelf(paths)
        self._registry = ModelRegistry(paths.shipped_models, paths.models)

    def shelf(self) -> Shelf:
        """All there is to begin with; a library that cannot be read hides nothing else."""
        from engine.training.rows.own_counts import OwnCounts

        self.recipes.read()
        counts, problem = OwnCounts(), None
        growths: tuple[Growth, ...] = ()
        try:
            counts, growths = self._count() or (counts, growths)
        except EngineError as told:
            problem = told
        return Shelf(counts, tuple(self.bases()), self.machine(), look_for_parts(), problem,
                     growths)

    def bases(self) -> Iterator[BaseModel]:
        """Every installed model that can be taught."""
        for entry in self._registry.entries():
            found = _base(entry)
            if found is not None:
                yield found

    def machine(self) -> Machine:
        return this_machine(self.paths.home)

    def glance(self, file: Path) -> "FileGlance":
        """A first look at a file. EngineError where it cannot be read."""
        from engine.training.rows.glance import glance

        return glance(file)

    def check(self, plan: Plan, base: BaseModel | None, stop: Callable[[], bool],
              told: Callable[[int], object]) -> Checked:
        """Reads all rows of a plan. `told` hears how many were read; Cancelled where `stop`."""
        from engine.training.planning.known_labels import known_labels
        from engine.training.rows.checking import check_rows

        rows = list(self._rows(plan, stop, told))
        known = known_labels(plan.recipe, base.folder if base else None)
        report = check_rows(rows, plan.recipe.data, seed=plan.recipe.loop.seed, known=known)
        previews, problem = _previews(plan, rows, base)
        return Checked(report, previews, problem)

    def _rows(self, plan: Plan, stop: Callable[[], bool],
              told: Callable[[int], object]) -> Iterator[Row | BadRow]:
        from engine.training.rows.reading import read_rows

        read = 0
        for source in (source for stage in plan.stages for source in stage):
            for row in read_rows(source, self.paths, plan.recipe.loop.seed):
                read += 1
                if read % _EVERY == 0:
                    if stop():
                        raise Cancelled
                    told(read)
                yield row
        told(read)

    def _count(self) -> "tuple[OwnCounts, tuple[Growth, ...]] | None":
        from engine.library.database import Database
        from engine.training.growth.growth_store import GrowthStore
        from engine.training.rows.own_counts import count_own

        if not self.paths.library_file.is_file():
            return None
        with closing(Database.open(self.paths.library_file, self.paths.backups)) as database:
            return count_own(database), GrowthStore(database).growths()


def tokens_of(report: "DataReport") -> int:
    """About how many tokens the rows come to."""
    return round(report.words * TOKENS_A_WORD)


def base_for(goal: Goal, bases: tuple[BaseModel, ...], wanted: str) -> BaseModel | None:
    """The model of that id, else the first that serves the goal; None where there is none."""
    kind = NEEDS[goal].base
    fitting = [base for base in bases if base.base is kind]
    chosen = [base for base in fitting if base.id == wanted]
    return next(iter([*chosen, *fitting]), None)


def _previews(plan: Plan, rows: list[Row | BadRow], base: BaseModel | None
              ) -> "tuple[tuple[Preview | BadRow, ...], EngineError | None]":
    from engine.training.examples.preview import preview

    if base is None or not rows:
        return (), None
    try:
        return preview(plan.recipe, rows[:FIRST_ROWS], base.folder), None
    except EngineError as problem:
        return (), problem


def _base(entry: RegistryEntry) -> BaseModel | None:
    manifest = entry.manifest
    if manifest is None:
        return None
    for base, tasks in BASE_TASKS.items():
        if manifest.task in tasks and _can_be_taught(manifest):
            return BaseModel(entry.id, manifest.name, entry.folder, base, _size(manifest))
    return None


def _can_be_taught(manifest: ModelManifest) -> bool:
    """Of models that write only those of our own graph: their weights can be read back."""
    if manifest.kind == "decoder":
        return manifest.decoder is not None and manifest.decoder.layout == "shared-cache"
    return manifest.kind == "encoder"


def _size(manifest: ModelManifest) -> Size:
    """Where the manifest is silent, as its file is large; a block of width w has 12 w² weights."""
    parameters = manifest.parameters or round(manifest.bytes / 1.1)
    layers = manifest.decoder.layers if manifest.decoder else 12
    return Size(parameters, layers, max(64, round((parameters / (12 * layers)) ** 0.5)))
