"""The command `train`: starts a training by a recipe as a job and follows it.

Both kinds of recipe: the mood taggers' ways, and those with a method. `train check` only looks at
the data.
"""

import argparse
import os
import tomllib
from pathlib import Path

import msgspec

from engine.cli.command import Commands, Context
from engine.cli.jobs import find_job, start_job
from engine.cli.train_sources import SOURCES_HELP, columns_of, source_of
from engine.errors import EngineError
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.training.learning_job import KIND, LearningJob, Manners, WhileUsed, read_learning
from engine.training.planning.plan import further, renamed
from engine.training.planning.recipes import RecipeShelf
from engine.training.recipe import Keep, Recipe, Tuning, read_learning_recipe
from engine.training.rows.sources import Source

CHECK = "check"


def register(commands: Commands) -> None:
    """Adds `train RECIPE --data SOURCE`, and `train check SOURCE`."""
    train = commands.add_parser("train", help="fine-tune a model by a recipe")
    train.add_argument("recipe", nargs="?", default="", metavar="RECIPE",
                       help="a .toml file, or the name of one in resources/recipes; "
                       f"“{CHECK}” only looks at the data")
    train.add_argument("sources", nargs="*", metavar="SOURCE", help=SOURCES_HELP)
    train.add_argument("--data", action="append", default=[], metavar="SOURCE",
                       help="data to learn from, like SOURCE; may be given several times")
    train.add_argument("--stage", action="append", nargs="+", default=[], metavar="SOURCE",
                       help="data of a further stage, learned after all before")
    train.add_argument("--columns", type=columns_of, help="which column serves as what: "
                       "text=lyrics,labels=tags")
    train.add_argument("--recipe", dest="by", default="", metavar="RECIPE",
                       help="for “check”: the recipe the data are looked at for")
    _add_changes(train)
    _add_manners(train)
    train.add_argument("--json", action="store_true", help="one JSON object a line")
    train.set_defaults(run=run)


def _add_changes(train: argparse.ArgumentParser) -> None:
    train.add_argument("--name", default="", help="what the result is called; its id is made of it")
    train.add_argument("--base", default="", help="the id or folder of the model to begin with")
    train.add_argument("--models", type=Path, help="where the result is installed")
    train.add_argument("--epochs", type=float)
    train.add_argument("--rate", type=float, help="the peak learning rate")
    train.add_argument("--seed", type=int)
    train.add_argument("--tuning", choices=[tuning.value for tuning in Tuning])
    train.add_argument("--keep", choices=[keep.value for keep in Keep])
    train.add_argument("--goes-on", default="", metavar="JOB",
                       help="take an earlier training further, by --epochs")
    train.add_argument("--check", action="store_true",
                       help="look at the data and the first examples, learn nothing")


def _add_manners(train: argparse.ArgumentParser) -> None:
    train.add_argument("--eager", action="store_true", help="do not let other programs go first")
    train.add_argument("--threads", type=int, default=0, help="0: all there are")
    train.add_argument("--while-used", choices=[each.value for each in WhileUsed],
                       default=WhileUsed.SLOW_DOWN.value,
                       help="what to do while you chat or tag")
    train.add_argument("--on-battery", action="store_true", help="go on without mains power")


def run(options: argparse.Namespace, context: Context) -> int:
    """Starts the job and stays with it until it ends. Ctrl+C leaves it running."""
    if options.recipe == CHECK or options.check:
        from engine.cli.train_check import run_check

        return run_check(options, context)
    if options.goes_on:
        job = further_job(options, context)
    else:
        found = find_recipe(options.recipe, context)
        if isinstance(found, Path):
            from engine.cli.train_ways import run_way

            return run_way(found, options, context)
        job = learning_job(found, options, context)
    if "WORLD_SIZE" in os.environ:
        from engine.cli.train_together import run_together

        return run_together(job, context)
    spec = JobSpec.ask(KIND, job.as_arguments(), job.recipe.name, polite=not options.eager)
    folder = JobFolder.create(context.paths.jobs, spec)
    return start_job(folder, stay=True, as_json=options.json)


def find_recipe(named: str, context: Context) -> Recipe | Path:
    """The recipe of that file or name; for one of the mood taggers' ways its file. EngineError
    where there is none."""
    file = Path(named)
    if not file.is_file():
        shipped = context.paths.resources / "recipes" / f"{named}.toml"
        file = shipped if shipped.is_file() else file
    if file.is_file():
        return read_learning_recipe(file) if _has_method(file) else file
    recipe = RecipeShelf(context.paths).named(named)
    if recipe is None:
        raise EngineError(f"There is no recipe {named}.", "Name a .toml file; those that came "
                          "with the program lie in resources/recipes.")
    return recipe


def learning_job(recipe: Recipe, options: argparse.Namespace, context: Context) -> LearningJob:
    """The job of a recipe with what the command line changes of it."""
    paths, stages = context.paths, stages_of(options)
    if not stages:
        raise EngineError("There is nothing to learn from.", f"Name data: {SOURCES_HELP}.")
    folder = Path(options.base) if options.base and Path(options.base).is_dir() else None
    return LearningJob(
        recipe=changed(recipe, options), stages=stages, home=paths.home.resolve(),
        models=(options.models or paths.models).resolve(),
        manners=_manners(options), base_folder=folder.resolve() if folder else None)


def further_job(options: argparse.Namespace, context: Context) -> LearningJob:
    """An earlier training taken further: its recipe and rows, by so many epochs. EngineError where
    the job is no such training."""
    earlier = find_job(context.paths.jobs, options.goes_on)
    spec = earlier.spec()
    if spec.kind != KIND:
        raise EngineError(f"{earlier.id} is no training that can be gone on with.",
                          "Name one that was started by a recipe with a method.")
    if not options.epochs:
        raise EngineError("How far the training shall go on is not said.", "Name it: --epochs 1")
    job = msgspec.structs.replace(read_learning(spec.argument_values()),
                                  manners=_manners(options))
    return further(job, earlier.path.resolve(), options.epochs)


def _manners(options: argparse.Namespace) -> Manners:
    return Manners(threads=options.threads, while_used=WhileUsed(options.while_used),
                   on_battery=options.on_battery)


def changed(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """The recipe as the options of the command line have it."""
    loop = {name: value for name in ("epochs", "rate", "seed")
            if (value := getattr(options, name)) is not None}
    whole: dict[str, object] = {"loop": msgspec.structs.replace(recipe.loop, **loop)}
    if options.tuning:
        whole["tuning"] = Tuning(options.tuning)
    if options.keep:
        whole["keep"] = Keep(options.keep)
    if options.base and not Path(options.base).is_dir():
        whole["base"] = options.base
    recipe = msgspec.structs.replace(recipe, **whole)
    return renamed(recipe, options.name) if options.name else recipe


def stages_of(options: argparse.Namespace) -> tuple[tuple[Source, ...], ...]:
    """The sources of every stage, in the order they are learned."""
    named: list[list[str]] = [[*options.sources, *options.data], *options.stage]
    return tuple(tuple(source_of(each, options.columns) for each in stage)
                 for stage in named if stage)


def _has_method(file: Path) -> bool:
    """Whether a recipe is one with a method; a broken one is told by whoever reads it whole."""
    try:
        return "method" in tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return True
