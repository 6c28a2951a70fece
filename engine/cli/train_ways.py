"""The command `train` for a recipe of the mood taggers' ways, which learn from labelled songs."""

import argparse
from pathlib import Path

from engine.cli.command import Context
from engine.cli.jobs import start_job
from engine.errors import EngineError
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.tagging.vocabulary import Vocabulary
from engine.training.config import read_recipe
from engine.training.job import check_data


def run_way(recipe: Path, options: argparse.Namespace, context: Context) -> int:
    """Starts the job and stays with it until it ends. Ctrl+C leaves it running."""
    config = read_recipe(recipe)
    named: list[str] = [*options.sources, *options.data]
    if len(named) != 1:
        raise EngineError(f"{config.name} learns from one folder of labelled songs.",
                          "Name it: --data FOLDER")
    data = Path(named[0])
    check_data(data)
    arguments = {
        "config": config.to_json(),
        "data": str(data.resolve()),
        "base": str(Path(options.base).resolve()) if options.base else None,
        "models": str((options.models or context.paths.models).resolve()),
        "moods": list(Vocabulary.load(context.paths.moods_file).ids),
    }
    spec = JobSpec.ask("train", arguments, config.name, polite=not options.eager)
    folder = JobFolder.create(context.paths.jobs, spec)
    return start_job(folder, stay=True, as_json=options.json)
