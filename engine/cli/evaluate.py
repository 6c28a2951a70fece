"""The command `evaluate`: how good taggers are on songs with labels, with honest intervals.

The measuring is a job in a process of its own; Ctrl+C ends it and keeps what it has found.
"""

import argparse
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryFile

import msgspec

from engine.cli.command import Commands, Context
from engine.cli.evaluation_table import as_lines
from engine.cli.job_watch import stay_with
from engine.errors import EngineError
from engine.evaluation.gathering import OWN_NAME
from engine.evaluation.job import (
    KIND,
    PAGE_FILE,
    REPORT_FILE,
    SPLITS,
    EvaluationJob,
    check_evaluation,
)
from engine.evaluation.report import EvaluationReport, read_report
from engine.evaluation.statistics import ROUNDS
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.training.config import read_recipe

_ELSEWHERE = "Choose another folder for the report."


def register(commands: Commands) -> None:
    """Adds `evaluate`."""
    parser = commands.add_parser("evaluate", help="measure taggers on songs with labels")
    songs = parser.add_mutually_exclusive_group(required=True)
    songs.add_argument("--data", type=Path, metavar="FILE",
                       help='songs with labels: {"id", "lyrics", "artist", "split", "labels"} a '
                            "line; .gz too")
    songs.add_argument("--own-labels", action="store_true",
                       help="the songs of your library, by what you said of their moods")
    songs.add_argument("--harm", action="append", metavar="ID",
                       help="no songs: check a model or tagger for bias and harm; give several to"
                            " compare them")
    parser.add_argument("--pairs", type=Path, metavar="FILE",
                        help="with --harm: pairs of texts of your own that differ in whom they are"
                             " about (CSV or JSONL)")
    parser.add_argument("--labels", type=Path, metavar="FILE",
                        help="the label sets; label_spaces.json beside the data")
    parser.add_argument("--counts", type=Path, metavar="FILE",
                        help="how many annotators gave each tag; gems9_counts.jsonl.gz beside it")
    parser.add_argument("--split", choices=SPLITS, default="all", help="the part to measure on")
    parser.add_argument("--folds", type=int, default=0, metavar="N",
                        help="folds by artist: thresholds are set on the others; a recipe learns "
                             "on them")
    parser.add_argument("--tagger", action="append", default=[], metavar="ID",
                        help="see “models list”, generative:ID, zero-shot:ID; give several to "
                             "compare them")
    parser.add_argument("--recipe", action="append", type=Path, default=[], metavar="FILE",
                        help="cross-validate a training recipe; needs --folds")
    parser.add_argument("--base", type=Path, metavar="DIR",
                        help="folder of the recipe's base model")
    parser.add_argument("--learning-curve", action="store_true",
                        help="what a recipe gains by more songs")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N",
                        help="resamplings for the intervals")
    parser.add_argument("--out", type=Path, metavar="DIR",
                        help="where report.html and report.json go; else the job's folder")
    parser.add_argument("--tags", action="store_true", help="every tag of every label set too")
    parser.add_argument("--json", action="store_true", help="the whole report as one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Measures, tells, and says where the report lies. The exit code is that of the job."""
    if options.harm:
        from engine.cli.harm import run_harm

        return run_harm(options, context)
    job = _job(options, context)
    check_evaluation(job)
    place: Path | None = options.out
    if place is not None:
        _make(place)
    name = job.data.name if job.data else OWN_NAME
    spec = JobSpec.ask(KIND, job.as_arguments(), f"Measuring on {name}")
    folder = JobFolder.create(context.paths.jobs, spec)
    watched = stay_with(folder)
    file = folder.output / REPORT_FILE
    if file.is_file():
        _tell(read_report(file), options.json, options.tags)
        print(f"The report: {_handed_over(folder.output, place) / PAGE_FILE}", file=sys.stderr)
    return watched.code


def _job(options: argparse.Namespace, context: Context) -> EvaluationJob:
    recipes = tuple(read_recipe(file).to_json() for file in options.recipe)
    return EvaluationJob(
        home=context.paths.home.resolve(),
        data=_resolved(options.data), labels=_resolved(options.labels),
        counts=_resolved(options.counts), split=options.split, folds=options.folds,
        taggers=tuple(options.tagger) or (() if recipes else ("",)), recipes=recipes,
        base=_resolved(options.base), learning_curve=options.learning_curve,
        rounds=options.rounds)


def _resolved(path: Path | None) -> Path | None:
    return path.resolve() if path else None


def _make(place: Path) -> None:
    """Before anything is measured: hours of work shall not end in front of a closed door."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise EngineError(f"{place} cannot be made: {failure.strerror}.", _ELSEWHERE) from failure
    try:
        with TemporaryFile(dir=place):
            pass
        taken = next((name for name in (PAGE_FILE, REPORT_FILE) if (place / name).is_dir()), "")
    except OSError as failure:
        raise EngineError(f"Nothing can be written to {place}: {failure.strerror}.",
                          _ELSEWHERE) from failure
    if taken:
        raise EngineError(f"{place / taken} is a folder: the report cannot be written there.",
                          _ELSEWHERE)


def _tell(report: EvaluationReport, as_json: bool, tags: bool) -> None:
    if as_json:
        print(msgspec.json.encode(report).decode(), flush=True)
    else:
        print("\n".join(as_lines(report, tags)), flush=True)


def _handed_over(output: Path, place: Path | None) -> Path:
    """Copies what was made to where the person wants it; the job keeps its own."""
    if place is None:
        return output
    try:
        for file in (output / PAGE_FILE, output / REPORT_FILE,
                     *sorted(output.glob("scores-*.npz"))):
            if file.is_file():
                shutil.copyfile(file, place / file.name)
    except OSError as failure:
        raise EngineError(f"The report cannot be copied to {place}: {failure.strerror}.",
                          f"It lies in {output}.") from failure
    return place
