"""What a training job is asked to do: read from a job's arguments, checked before anything heavy
is loaded. Knows no torch and does none of the work."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import EngineError
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
        job = msgspec.convert(arguments, TrainingJob, dec_hook=_absolute_path)
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


def _absolute_path(wanted: type, value: Any) -> Path:
    if wanted is not Path or not isinstance(value, str):
        raise TypeError(f"Expected the path of a folder, got `{type(value).__name__}`")
    path = Path(value)
    if not path.is_absolute():
        raise ValueError(f'Expected an absolute path, got "{value}"')
    return path
