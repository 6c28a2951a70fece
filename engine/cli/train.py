"""The command `train`: starts a fine-tuning recipe as a job and follows it."""

import argparse
from pathlib import Path

from engine.cli.command import Commands, Context
from engine.cli.jobs import start_job
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.tagging.vocabulary import Vocabulary
from engine.training.config import read_recipe
from engine.training.job import check_data


def register(commands: Commands) -> None:
    """Adds `train RECIPE --data FOLDER`."""
    train = commands.add_parser("train", help="fine-tune a model by a recipe")
    train.add_argument("recipe", type=Path, help="a .toml file, see resources/recipes")
    train.add_argument("--data", type=Path, required=True, help="folder with the labelled songs")
    train.add_argument("--base", type=Path, help="folder of the base model; fetched where missing")
    train.add_argument("--models", type=Path, help="where the result is installed")
    train.add_argument("--eager", action="store_true", help="do not let other programs go first")
    train.add_argument("--json", action="store_true", help="one JSON object a line")
    train.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Starts the job and stays with it until it ends. Ctrl+C leaves it running."""
    config = read_recipe(options.recipe)
    check_data(options.data)
    arguments = {
        "config": config.to_json(),
        "data": str(options.data.resolve()),
        "base": str(options.base.resolve()) if options.base else None,
        "models": str((options.models or context.paths.models).resolve()),
        "moods": list(Vocabulary.load(context.paths.moods_file).ids),
    }
    spec = JobSpec.ask("train", arguments, config.name, polite=not options.eager)
    folder = JobFolder.create(context.paths.jobs, spec)
    return start_job(folder, stay=True, as_json=options.json)
