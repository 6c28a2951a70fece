"""The command `models export`: an installed model as one file, to keep or to give away."""

import argparse
import sys
from pathlib import Path

from engine.cli.command import Commands, Context
from engine.cli.find_model import find_model
from engine.cli.job_watch import stay_with
from engine.errors import EngineError
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.models.bundle import SUFFIX


def add_to(verbs: Commands) -> None:
    """Adds `export`."""
    exporting = verbs.add_parser("export", help="write a model into one file, which “models add” "
                                 "takes on any machine")
    exporting.add_argument("id", metavar="ID")
    exporting.add_argument("file", metavar="FILE", type=Path, help=f"name{SUFFIX}")
    exporting.add_argument("--json", action="store_true", help="one JSON object a line")
    exporting.set_defaults(run=run_export)


def run_export(options: argparse.Namespace, context: Context) -> int:
    """Writes the file; its name goes to stdout. EngineError where it stands already."""
    target: Path = options.file.resolve()
    target = target if target.suffix.casefold() == SUFFIX else Path(f"{target}{SUFFIX}")
    if target.exists():
        raise EngineError(f"{target.name} is there already.", "Name a file that is not there yet.")
    entry = find_model(context, options.id)
    if entry.problem is not None:
        raise entry.problem
    spec = JobSpec.ask("export-model", {"folder": str(entry.folder.resolve()),
                                        "target": str(target)},
                       f"Exporting {entry.id}", polite=False)
    watched = stay_with(JobFolder.create(context.paths.jobs, spec), options.json)
    if watched.finished is not None and not options.json:
        print(watched.finished.summary, file=sys.stderr)
        print("\n".join(watched.finished.produced))
    return watched.code
