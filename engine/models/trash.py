"""Removed models: set aside beside the others, so that a removal can be taken back.

Moves whole folders on one disk; nothing is deleted before it has lain there for a while.
"""

import glob
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError

KEPT_DAYS = 7
_DAY_SECONDS = 86_400
FOLDER = ".removed"  # hidden from the registry, which passes over names with a dot


@dataclass(frozen=True, slots=True)
class Removed:
    """A model's folder: where it was, and where it lies now."""

    origin: Path
    place: Path


def remove_model(folder: Path) -> Removed:
    """Sets a model's folder aside. EngineError if it cannot be moved: then all is as it was."""
    trash = folder.parent / FOLDER
    place = trash / f"{time.time_ns()}-{folder.name}"
    try:
        trash.mkdir(exist_ok=True)
        folder.rename(place)
    except FileNotFoundError as gone:
        raise EngineError(f"{folder.name} is not there any more.", "") from gone
    except OSError as held:
        raise EngineError(
            f"{folder.name} could not be removed: {held.strerror}.",
            "If the model is in use, choose another one first.",
        ) from held
    return Removed(folder, place)


def find_removed(models: Path, name: str) -> Removed:
    """What was removed last from the folder `models` under this name. EngineError for nothing."""
    trash = models / FOLDER
    lying = sorted(trash.glob(f"*-{glob.escape(name)}")) if trash.is_dir() else []
    found = [place for place in lying if place.name.partition("-")[2] == name]
    if not found:
        raise EngineError(f'No removed model is called "{name}".',
                          "Removed models are kept for some days only; add it again.")
    return Removed(models / name, found[-1])


def restore_model(removed: Removed) -> None:
    """Puts a removed model back. EngineError if that place was taken, or it is gone for good."""
    if removed.origin.exists():
        raise EngineError(f"There is a model in {removed.origin.name} again.",
                          "Remove that one first.")
    try:
        removed.place.rename(removed.origin)
    except OSError as trouble:
        raise EngineError(f"{removed.origin.name} could not be put back: {trouble.strerror}.",
                          "Add it again from its source.") from trouble


def empty_trash(models: Path, days: float = KEPT_DAYS, now: float | None = None) -> None:
    """Deletes for good what was removed from the folder `models` more than `days` ago.

    What cannot be deleted now is tried again the next time. `now` is in seconds since 1970.
    """
    oldest = ((time.time() if now is None else now) - days * _DAY_SECONDS) * 1e9
    trash = models / FOLDER
    for place in trash.iterdir() if trash.is_dir() else ():
        stamp = place.name.partition("-")[0]
        if stamp.isdigit() and int(stamp) <= oldest:
            shutil.rmtree(place, ignore_errors=True)
