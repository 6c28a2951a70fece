"""What a training job is asked to do: read from a job's arguments, checked before anything heavy
is loaded. Knows no torch and does none of the work."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.evaluation.job import absolute_path
from engine.training.config import TrainingConfig

SONGS_FILE = "lyrics_moods.jsonl.gz"
SPACES_FILE = "label_spaces.json"


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """`data` holds the songs and label sets, `models` takes the result; both absolute, as is
    `base`, the folder of the base model; None has it fetched as the catalogue says."""

    config: TrainingConfig
    data: Path
    models: Path
    moods: tuple[str, ...]
    base: Path | None = None


def read_job(arguments: Mapping[str, object]) -> TrainingJob:
    """The job of a spec's arguments. EngineError where one is missing or wrong."""
    try:
        read = partial(absolute_path, what="folder")
        job = msgspec.convert(arguments, TrainingJob, dec_hook=read)
    except msgspec.ValidationError as wrong:
        raise EngineError(
            f"The training job cannot be read: {wrong}.", "Start it again from its recipe."
        ) from wrong
    check_data(job.data)
    return job


def check_data(folder: Path) -> None:
    """Raises EngineError where the folder lacks the songs or the label sets."""
    for name in (SONGS_FILE, SPACES_FILE):
        if not (folder / name).is_file():
            raise EngineError(f"{folder} holds no {name}.", "Name the folder that does.")
