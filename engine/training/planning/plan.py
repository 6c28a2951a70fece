"""A training before it starts: goal, recipe, sources, manners; and what its job is asked.

Pure: a plan is a value that can be changed, looked at and kept. Reads no data and starts nothing.
"""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import msgspec

from engine.paths import AppPaths
from engine.training.learning_job import LearningJob, Manners
from engine.training.planning.goal import Goal, method_of
from engine.training.planning.recipes import RecipeShelf
from engine.training.recipe import LoopOptions, Recipe
from engine.training.rows.sources import OwnChoices, OwnTalks, Source

FEW_ROWS, MOST_EPOCHS = 200, 8.0
LEAST_STEPS, LEAST_STEP = 16, 256
"""An epoch of little data has about so many steps, of no fewer tokens than that."""
_UNFIT = re.compile(r"[^a-z0-9]+")


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`sources` are all learned from; those of `exact` in a second stage after the others, small
    and dear. `base` is the id of the model that learning begins with, "" the recipe's.
    `untouched`: the person has changed nothing of the recipe, so that it may follow the data.
    """

    goal: Goal
    recipe: Recipe
    sources: tuple[Source, ...] = ()
    exact: tuple[Source, ...] = ()
    manners: Manners = Manners()
    base: str = ""
    untouched: bool = True

    @property
    def stages(self) -> tuple[tuple[Source, ...], ...]:
        """What is learned after what; no stage is empty."""
        return tuple(stage for stage in (self.sources, self.exact) if stage)


def plan_for(goal: Goal, shelf: RecipeShelf, sources: Sequence[Source] = (),
             manners: Manners = Manners()) -> Plan:  # noqa: B008 - a frozen value
    """The sensible plan for a goal and these sources."""
    sources = tuple(sources)
    recipe = shelf.for_goal(goal, method_of(goal, sources))
    return Plan(goal=goal, recipe=recipe, sources=sources, manners=manners)


def with_sources(plan: Plan, sources: Sequence[Source], shelf: RecipeShelf) -> Plan:
    """The plan on other data. Another method brings its own recipe; else all that was chosen
    stays."""
    sources = tuple(sources)
    if method_of(plan.goal, sources) is not plan.recipe.method:
        fresh = plan_for(plan.goal, shelf, sources, plan.manners)
        return msgspec.structs.replace(fresh, base=plan.base)
    exact = tuple(source for source in plan.exact if source in sources)
    rest = tuple(source for source in sources if source not in exact)
    return msgspec.structs.replace(plan, sources=rest, exact=exact)


def with_exact(plan: Plan, exact: Sequence[Source]) -> Plan:
    """The plan in which these sources are learned last; where nothing comes before them, they are
    learned at once."""
    whole = (*plan.sources, *plan.exact)
    rest = tuple(source for source in whole if source not in exact)
    if not rest:
        return msgspec.structs.replace(plan, sources=whole, exact=())
    return msgspec.structs.replace(plan, sources=rest, exact=tuple(exact))


def with_personas(source: Source, personas: tuple[int, ...] | None) -> Source:
    """The source of only these personas' talks; others stay as they are."""
    if isinstance(source, OwnTalks | OwnChoices):
        return msgspec.structs.replace(source, personas=personas)
    return source


def fitted(plan: Plan, rows: int, tokens: int = 0) -> Plan:
    """The plan with a loop that fits so many rows of so many tokens: few are gone through more
    often and in smaller steps, early stopping watches. What the person changed stays."""
    if not plan.untouched or rows <= 0:
        return plan
    loop, recipe = plan.recipe.loop, plan.recipe
    epochs, step = loop.epochs, loop.batch_tokens
    if rows < FEW_ROWS:
        epochs = max(epochs, min(MOST_EPOCHS, epochs * (FEW_ROWS / rows) ** 0.5))
    if tokens:
        learned = tokens * (1 - recipe.data.held_out)
        step = min(step, max(LEAST_STEP, round(learned / LEAST_STEPS / 64) * 64))
    return with_loop(plan, msgspec.structs.replace(
        loop, epochs=round(epochs, 1), batch_tokens=step), touched=False)


def with_loop(plan: Plan, loop: LoopOptions, touched: bool = True) -> Plan:
    """The plan with another loop."""
    return with_recipe(plan, msgspec.structs.replace(plan.recipe, loop=loop), touched)


def with_recipe(plan: Plan, recipe: Recipe, touched: bool = True) -> Plan:
    """The plan with another recipe."""
    return msgspec.structs.replace(plan, recipe=recipe, untouched=plan.untouched and not touched)


def renamed(recipe: Recipe, name: str) -> Recipe:
    """The recipe whose result carries another name, and an id made of it."""
    name = " ".join(name.split())
    return msgspec.structs.replace(recipe, name=name or recipe.name,
                                   model_id=model_id_of(name) or recipe.model_id)


def model_id_of(name: str) -> str:
    """An id for a model of that name; "" where nothing of it can stand in one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _UNFIT.sub("-", plain.lower()).strip("-")[:60].strip("-")


def learning_job(plan: Plan, paths: AppPaths, base_folder: Path | None = None) -> LearningJob:
    """The job of a plan; its paths are absolute."""
    recipe = plan.recipe
    if plan.base:
        recipe = msgspec.structs.replace(recipe, base=plan.base)
    return LearningJob(recipe=recipe, stages=plan.stages, home=paths.home.absolute(),
                       models=paths.models.absolute(), manners=plan.manners,
                       base_folder=base_folder)


def further(job: LearningJob, folder: Path, epochs: float) -> LearningJob:
    """The same training taken further by so many epochs: `folder` is the earlier run's."""
    loop = msgspec.structs.replace(job.recipe.loop, epochs=epochs, warmup=0.0)
    recipe = msgspec.structs.replace(job.recipe, loop=loop)
    return msgspec.structs.replace(job, recipe=recipe, goes_on=folder.absolute())
