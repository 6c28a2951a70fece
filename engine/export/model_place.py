"""Where a model is made until it is whole, and how it takes its place among the installed ones.

A folder appears in the registry complete or not at all; one that it replaces goes to the trash,
not before. Knows nothing of what is inside.
"""

import glob
import re
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import EngineError
from engine.models.trash import remove_model
from engine.training.runs.room import free_near

_MOST_LETTERS = 80
_MARGIN = 200_000_000
_SUFFIX = ".new"
_LEFT_SECONDS = 3 * 3_600


@contextmanager
def taking_place(models: Path, model_id: str) -> Generator[Path]:
    """An empty folder to fill. When the block ends well it becomes the model of that id; when it
    does not, nothing of it is left."""
    if Path(model_id).name != model_id or model_id.startswith("."):
        raise EngineError(f'A model cannot be called "{model_id}".', "Give it another name.")
    models.mkdir(parents=True, exist_ok=True)
    _sweep(models, model_id)
    # A name of its own: a second process may be making the same model.
    aside = Path(tempfile.mkdtemp(_SUFFIX, f".{model_id}.", models))
    fresh = aside / model_id  # what is said of its files shall name the model
    fresh.mkdir()
    try:
        yield fresh
        target = models / model_id
        if target.exists():
            remove_model(target)
        fresh.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _sweep(models: Path, model_id: str) -> None:
    """Deletes what a kill left behind, once nobody can be at work on it any more."""
    for left in models.glob(f".{glob.escape(model_id)}.*{_SUFFIX}"):
        if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def id_from(name: str) -> str:
    """A folder's name, and a model's id, out of whatever a model is called."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:_MOST_LETTERS].rstrip("-._")
    return plain or "model"


def check_room(place: Path, wanted: int) -> None:
    """EngineError where the disk of `place` has not `wanted` bytes, and some to spare, left."""
    free = free_near(place)
    if free < wanted + _MARGIN:
        raise EngineError(
            f"The disk has {free / 1e9:.1f} GB left; this model needs "
            f"{(wanted + _MARGIN) / 1e9:.1f} GB while it is made.",
            "Make room, then try again.",
        )
