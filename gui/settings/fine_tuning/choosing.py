"""What the person has chosen to train: a goal, data, a way. Keeps it over restarts.

Asks the tools on a queue of its own and holds what they answer. Knows no widgets; starts nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QSettings, Signal

from engine.errors import EngineError
from engine.models.catalogue import MINILM, SMOLLM2
from engine.training.learning_job import KIND, Manners
from engine.training.planning.estimate import Estimate, estimate
from engine.training.planning.goal import NEEDS, Base, Goal, Needs, method_of
from engine.training.planning.plan import (
    Plan,
    fitted,
    learning_job,
    plan_for,
    renamed,
    with_exact,
    with_personas,
    with_recipe,
    with_sources,
)
from engine.training.recipe import Recipe
from engine.training.rows.sources import (
    FileSource,
    FolderSource,
    GrownRows,
    OwnChoices,
    OwnMoods,
    OwnTalks,
    Source,
)
from gui.background import WorkQueue
from gui.settings.fine_tuning.brought import Brought, BroughtFiles
from gui.settings.fine_tuning.data_check import DataCheck
from gui.settings.fine_tuning.pace_memory import PaceMemory
from gui.settings.fine_tuning.tools import (
    BaseModel,
    LearningTools,
    Shelf,
    base_for,
    tokens_of,
)

if TYPE_CHECKING:
    from engine.jobs.spec import JobSpec
    from gui.settings.fine_tuning.growing import Growing

_REMEMBERED = "fine_tuning/plan"
_CATALOGUE: Mapping[Base, str] = {Base.ENCODER: MINILM.id, Base.DECODER: SMOLLM2.id}


class Choosing(QObject):
    """`changed`: anything is another. Without a goal there is no plan."""

    changed = Signal()
    problem_raised = Signal(object)

    def __init__(self, tools: LearningTools, queue: WorkQueue, memory: QSettings,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tools, self._queue, self._memory = tools, queue, memory
        self._recipes = tools.recipes
        self._template: Recipe | None = None
        self._asked: object = None
        self.shelf: Shelf | None = None
        self.plan: Plan | None = None
        self.files = BroughtFiles(tools, queue, self)
        self.files.looked.connect(self.changed)
        self.files.problem_raised.connect(self.problem_raised)
        self.paces = PaceMemory(memory, self)
        self.check = DataCheck(tools, queue, self)
        self.check.changed.connect(self.changed)
        self.check.found.connect(self._take_found)
        self.check.problem_raised.connect(self.problem_raised)
        self._recall()

    @property
    def brought(self) -> tuple[Brought, ...]:
        """The files and folders the person brought."""
        return self.files.all

    @property
    def goal(self) -> Goal | None:
        return self.plan.goal if self.plan else None

    @property
    def base(self) -> BaseModel | None:
        """The installed model learning would begin with."""
        if self.plan is None or self.shelf is None:
            return None
        return base_for(self.plan.goal, self.shelf.bases, self.plan.base or self.plan.recipe.base)

    @property
    def bases(self) -> tuple[BaseModel, ...]:
        """All installed models the goal could begin with."""
        if self.plan is None or self.shelf is None:
            return ()
        kind = NEEDS[self.plan.goal].base
        return tuple(base for base in self.shelf.bases if base.base is kind)

    @property
    def needs(self) -> Needs | None:
        """What the goal needs."""
        return NEEDS[self.plan.goal] if self.plan else None

    @property
    def ways(self) -> tuple[Recipe, ...]:
        """All recipes that serve the goal, the sensible one first."""
        if self.plan is None:
            return ()
        return self._recipes.ways(self.plan.goal, self.plan.recipe.method)

    @property
    def way(self) -> str:
        """The name of the recipe that was chosen, whatever the result is called."""
        return self._template.name if self._template else ""

    @property
    def catalogue(self) -> tuple[str, ...]:
        """The models that can be got."""
        return tuple(_CATALOGUE.values())

    @property
    def default_base(self) -> str:
        """The model of the catalogue that serves the goal."""
        needs = self.needs
        return _CATALOGUE[needs.base] if needs else ""

    @property
    def cost(self) -> Estimate | None:
        """What the plan would take; None before its data were looked over."""
        found = self.check.result
        if self.plan is None or self.shelf is None or found is None or self.base is None:
            return None
        machine = self.paces.known(self.shelf.machine, self.plan.recipe)
        return estimate(self.plan.recipe, self.base.size, tokens_of(found.report), machine,
                        self.plan.manners.threads)

    def load(self) -> None:
        """Looks anew at what is there to begin with."""
        def work() -> Iterator[object]:
            yield self._tools.shelf()

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(self._take_shelf)
        task.failed.connect(self.problem_raised)

    def choose(self, goal: Goal) -> None:
        """Another goal, with the data that suggest themselves."""
        if goal is self.goal:
            return
        manners = self.plan.manners if self.plan else Manners()
        self.files.keep(NEEDS[goal].takes)
        self._begin(plan_for(goal, self._recipes, manners=manners))

    def leave_goal(self) -> None:
        """Nothing is chosen any more."""
        self.plan, self._asked = None, None
        self.files.take(())
        self.check.stop()
        self._remember()
        self.changed.emit()

    def set_own(self, source: Source, wanted: bool) -> None:
        """Takes the person's own data of a kind, or leaves them. Kept replies beside rejected ones
        are learned on their own."""
        if self.plan is None:
            return
        kept = [each for each in self._sources() if type(each) is not type(source)]
        if wanted:
            alone = isinstance(source, OwnChoices)
            kept = [each for each in kept if isinstance(each, OwnChoices) is alone]
            if alone:
                self.files.take(())
            kept = [source] if alone else [source, *kept]
        self._use_sources(kept)

    def set_grown(self, growth_id: str, wanted: bool) -> None:
        """Takes the approved rows of a grown set, or leaves them."""
        if self.plan is None:
            return
        source = GrownRows(growth_id)
        kept = [each for each in self._sources()
                if each != source and not isinstance(each, OwnChoices)]
        self._use_sources([*kept, source] if wanted else kept)

    def growing(self) -> "Growing":
        """A set of rows to look at, or to let grow."""
        from gui.settings.fine_tuning.growing import Growing

        return Growing(self._tools.paths, self._queue, self)

    def set_persona(self, persona: int) -> None:
        """Whose talks are learned; -1 everybody's."""
        if self.plan is None:
            return
        whose = None if persona < 0 else (persona,)
        self._use_sources([with_personas(each, whose) for each in self._sources()])
        talkers = self.shelf.counts.talks.personas if self.shelf else ()
        names = [each.name for each in talkers if each.persona_id == persona]
        if names and self.plan.goal is Goal.CHARACTER:
            self.set_name(renamed(self.plan.recipe, names[0]))

    def set_exact(self, source: Source, exact: bool) -> None:
        """Whether a source is learned last, after all others: a small set that counts most."""
        if self.plan is None:
            return
        others = tuple(each for each in self.plan.exact if each != source)
        chosen = (*others, source) if exact else others
        self._use(with_exact(self.plan, chosen))

    def bring(self, paths: Sequence[Path]) -> None:
        """Takes files and folders; each is looked into at once."""
        if self.plan is None:
            return
        self.files.add(paths, NEEDS[self.plan.goal].takes)
        self._use_files()

    def drop(self, path: Path) -> None:
        """Leaves a file or a folder out again."""
        self.files.drop(path)
        self._use_files()

    def map_columns(self, path: Path, columns: dict[str, str] | None) -> None:
        """Which column of a file serves as what; None: as it is guessed."""
        self.files.map(path, columns)
        self._use_files()

    def set_recipe(self, recipe: Recipe) -> None:
        """What the person changed about the way."""
        if self.plan is not None:
            self._use(with_recipe(self.plan, recipe))

    def set_way(self, name: str) -> None:
        """Another recipe, as it stands in its file."""
        chosen = next((recipe for recipe in self.ways if recipe.name == name), None)
        if self.plan is not None and chosen is not None:
            self._template = chosen
            self._use(self._fitted(msgspec.structs.replace(
                self.plan, recipe=chosen, base="", untouched=True)))

    def sensible(self) -> None:
        """Back to the choice that was made for the person."""
        if self.plan is not None and self._template is not None:
            named = msgspec.structs.replace(self._template, name=self.plan.recipe.name,
                                            model_id=self.plan.recipe.model_id)
            self._use(self._fitted(msgspec.structs.replace(
                self.plan, recipe=named, untouched=True)))

    def set_name(self, recipe: Recipe) -> None:
        """Another name of the result changes nothing of the way."""
        if self.plan is not None:
            self._use(with_recipe(self.plan, recipe, touched=False))

    def set_manners(self, manners: Manners) -> None:
        if self.plan is not None:
            self._use(msgspec.structs.replace(self.plan, manners=manners))

    def set_base(self, model_id: str) -> None:
        if self.plan is not None:
            self._use(msgspec.structs.replace(self.plan, base=model_id))

    def take_plan(self, plan: Plan) -> None:
        """Begins again with all that was chosen another time."""
        self.files.take([source for stage in plan.stages for source in stage])
        self._template = self._recipes.for_goal(plan.goal, plan.recipe.method)
        self._use(plan)

    def rows_of(self, source: Source) -> int:
        """How much of the person's own there is of a kind; 0 for what is no one's own."""
        if self.shelf is None:
            return 0
        moods, talks = self.shelf.counts.moods, self.shelf.counts.talks
        if isinstance(source, OwnMoods):
            return moods.songs
        if not isinstance(source, OwnTalks | OwnChoices):
            return 0
        parts = [talks] if source.personas is None else [
            each for each in talks.personas if each.persona_id in source.personas]
        if isinstance(source, OwnChoices):
            return sum(each.choices for each in parts)
        return sum(each.replies for each in parts)

    def spec(self, title: str) -> "JobSpec":
        """The job of the plan as it stands; there must be one."""
        from engine.jobs.spec import JobSpec

        assert self.plan is not None
        base = self.base
        job = learning_job(self.plan, self._tools.paths, base.folder if base else None)
        if base is not None:
            recipe = msgspec.structs.replace(job.recipe, base=base.id)
            job = msgspec.structs.replace(job, recipe=recipe)
            found = self.check.result
            self.paces.begin(title, recipe, base.size, tokens_of(found.report) if found else 0)
        return JobSpec.ask(KIND, job.as_arguments(), title)

    def close(self) -> None:
        """Ends what goes on. Final."""
        self.check.stop()

    def _sources(self) -> tuple[Source, ...]:
        return tuple(source for stage in self.plan.stages for source in stage) \
            if self.plan else ()

    def _begin(self, plan: Plan) -> None:
        """With the data that suggest themselves."""
        self._template, self._asked = plan.recipe, None
        self.plan = plan
        own = (source for source in NEEDS[plan.goal].own
               if self.rows_of(source) and not isinstance(source, OwnChoices))
        self._use_sources([*own, *self.files.sources])

    def _use_files(self) -> None:
        own = [each for each in self._sources()
               if not isinstance(each, FileSource | FolderSource)]
        files = self.files.sources
        if files:
            own = [each for each in own if not isinstance(each, OwnChoices)]
        self._use_sources([*own, *files])

    def _use_sources(self, sources: Sequence[Source]) -> None:
        assert self.plan is not None
        method = method_of(self.plan.goal, tuple(sources))
        if method is not self.plan.recipe.method:
            self._template = self._recipes.for_goal(self.plan.goal, method)
        self._use(with_sources(self.plan, sources, self._recipes))

    def _use(self, plan: Plan) -> None:
        self.plan = plan
        self._remember()
        key = self._check_key()
        if key != self._asked:
            self._asked = key
            self.check.stop()
            if plan.stages and self.shelf is not None:
                self.check.start(plan, self.base)
        self.changed.emit()

    def _check_key(self) -> object:
        """All that decides what a check finds."""
        assert self.plan is not None
        recipe, base = self.plan.recipe, self.base
        return (self.plan.stages, recipe.method, recipe.tuning, recipe.data,
                repr(recipe.options),
                base.id if base else "", self.shelf.counts if self.shelf else None)

    def _take_found(self, _: object) -> None:
        if self.plan is not None:
            self.plan = self._fitted(self.plan)
        self.changed.emit()

    def _fitted(self, plan: Plan) -> Plan:
        found = self.check.result
        if found is None or self._template is None or not plan.untouched:
            return plan
        fresh = msgspec.structs.replace(self._template, name=plan.recipe.name,
                                        model_id=plan.recipe.model_id)
        return fitted(msgspec.structs.replace(plan, recipe=fresh), found.report.rows,
                      tokens_of(found.report))

    def _take_shelf(self, shelf: object) -> None:
        if not isinstance(shelf, Shelf):
            return
        if self.shelf is None:
            self._asked = None  # nothing could be looked over before
        self.shelf = shelf
        if shelf.problem is not None:
            self.problem_raised.emit(shelf.problem)
        if self.plan is None:
            self.changed.emit()
        elif self.plan.stages or not self.plan.untouched:
            self._use(self.plan)
        else:  # it was chosen before anybody knew what there is
            self._begin(self.plan)

    def _remember(self) -> None:
        told = msgspec.json.encode(self.plan, enc_hook=str).decode() if self.plan else ""
        self._memory.setValue(_REMEMBERED, told)

    def _recall(self) -> None:
        told = self._memory.value(_REMEMBERED)
        if not isinstance(told, str) or not told:
            return
        try:
            plan = msgspec.json.decode(told, type=Plan, dec_hook=lambda kind, text: kind(text))
        except (msgspec.DecodeError, EngineError):
            return  # of another version of the program
        self.take_plan(plan)

