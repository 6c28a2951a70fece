"""What an evaluation is asked to do: read from a job's arguments and checked before any model is
opened. Knows no tagger and measures nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import EngineError
from engine.evaluation.statistics import ROUNDS
from engine.paths import AppPaths, program_resources

KIND = "evaluate"
REPORT_FILE, PAGE_FILE = "report.json", "report.html"
LABELS_FILE, COUNTS_FILE = "label_spaces.json", "gems9_counts.jsonl.gz"
SPLITS = ("train", "valid", "all")
MOST_ROUNDS, MOST_FOLDS = 100_000, 127


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationJob:
    """`data` holds songs with labels and `labels` their label sets; None for the person's own
    verdicts in the library. `counts` says how many annotators gave each tag, where anyone counted.

    `taggers` are ids as engine.tagging.opening reads them, "" the one of the settings. `recipes`
    are training configs as JSON objects, to be cross-validated; `base` is the folder of their base
    model, None has it fetched. `folds` 0 means none. All paths are absolute.
    """

    home: Path
    data: Path | None = None
    labels: Path | None = None
    counts: Path | None = None
    split: str = "all"
    folds: int = 0
    taggers: tuple[str, ...] = ()
    recipes: tuple[dict[str, Any], ...] = ()
    base: Path | None = None
    learning_curve: bool = False
    rounds: int = ROUNDS

    @property
    def paths(self) -> AppPaths:
        return AppPaths(self.home, program_resources())

    @property
    def labels_file(self) -> Path:
        """The label sets that go with `data`."""
        return self.labels or (self.data or self.home).with_name(LABELS_FILE)

    @property
    def counts_file(self) -> Path | None:
        """The annotators' counts that go with `data`, None where there are none."""
        if self.counts is not None or self.data is None:
            return self.counts
        beside = self.data.with_name(COUNTS_FILE)
        return beside if beside.is_file() else None

    def as_arguments(self) -> dict[str, object]:
        """The JSON object a job carries."""
        told: dict[str, object] = msgspec.to_builtins(self, enc_hook=str)
        return told


def read_evaluation(arguments: Mapping[str, object]) -> EvaluationJob:
    """The evaluation of a spec's arguments. EngineError where one is missing or wrong."""
    try:
        read = partial(absolute_path, what="file")
        job = msgspec.convert(arguments, EvaluationJob, dec_hook=read)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"The evaluation cannot be read: {wrong}.", "Start it anew.") from wrong
    check_evaluation(job)
    return job


def check_evaluation(job: EvaluationJob) -> None:
    """EngineError, in a sentence, for what cannot be measured this way."""
    problems = [
        (bool(job.taggers or job.recipes), "There is no tagger to measure.", "Name one."),
        (job.split in SPLITS, f"There is no part “{job.split}” of the songs.",
         f"Name one of {', '.join(SPLITS)}."),
        (job.folds == 0 or 2 <= job.folds <= MOST_FOLDS, "There are at least 2 folds, or none.",
         "Ask for 5."),
        (0 <= job.rounds <= MOST_ROUNDS, f"There are at most {MOST_ROUNDS:,} resamplings.",
         "1,000 are enough."),
        (not job.recipes or job.folds > 0, "A recipe is measured by cross-validation.",
         "Ask for --folds 5."),
        (not job.recipes or job.data is not None, "A recipe learns from songs with labels.",
         "Name a file of them."),
        (not job.learning_curve or bool(job.recipes),
         "A learning curve is drawn of a recipe: a tagger has learned already.", "Name a recipe."),
    ]
    for holds, message, hint in problems:
        if not holds:
            raise EngineError(message, hint)
    for file in (job.data, job.labels if job.data else None, job.counts):
        if file is not None and not file.is_file():
            raise EngineError(f"There is no file {file}.", "Check the path.")
    if job.data is not None and not job.labels_file.is_file():
        raise EngineError(f"There is no file {job.labels_file}.",
                          f"{LABELS_FILE} lies beside the songs and says which tags each label "
                          "set could have given; on the command line --labels names another.")


def absolute_path(wanted: type, value: Any, what: str) -> Path:
    """How msgspec reads the path of a job's file or folder (`what`)."""
    if wanted is not Path or not isinstance(value, str):
        raise TypeError(f"Expected the path of a {what}, got `{type(value).__name__}`")
    path = Path(value)
    if not path.is_absolute():
        raise ValueError(f'Expected an absolute path, got "{value}"')
    return path
