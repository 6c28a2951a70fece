"""Whether the parts that training needs are installed, and how they can be had here.

Looks for packages without loading them. Fetches nothing: that is a job, and only after the person
has agreed.
"""

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.paths import program_folder

JOB_KIND = "get-training"
NEEDED = ("torch", "onnx", "safetensors")
DOWNLOAD_BYTES = 330_000_000
"""About what is fetched where the processor's build of torch will do; with CUDA it is ten times
that."""
SET_UP = Path("installer") / "dev.py"
_COMMAND = "python3 installer/dev.py setup train"


@dataclass(frozen=True, slots=True)
class TrainingParts:
    """`missing` are packages that are needed and not there. `offered`: the program can fetch them
    itself, about `bytes`, once the person agrees; else `hint` says what to do."""

    missing: tuple[str, ...]
    offered: bool = False
    bytes: int = 0
    hint: str = ""

    @property
    def sentence(self) -> str:
        """What is missing, for the person; "" where nothing is."""
        if not self.missing:
            return ""
        return f"Training needs parts that are not installed yet: {', '.join(self.missing)}."


def look_for_parts() -> TrainingParts:
    """What is there. Takes a few milliseconds."""
    missing = tuple(name for name in NEEDED if importlib.util.find_spec(name) is None)
    if not missing:
        return TrainingParts(())
    if getattr(sys, "frozen", False):
        return TrainingParts(missing, hint="This build of Undertone cannot be added to. Start it "
                             f"from its source for training: {_COMMAND}")
    offered = _is_own_environment() and (program_folder() / SET_UP).is_file()
    hint = f"Get them here, or on the command line: {_COMMAND}" if offered else \
        f"Install them into the Python that runs Undertone, or: {_COMMAND}"
    return TrainingParts(missing, offered, DOWNLOAD_BYTES if offered else 0, hint)


def require_parts() -> None:
    """EngineError where a part is missing."""
    parts = look_for_parts()
    if parts.missing:
        raise EngineError(parts.sentence, parts.hint)


def _is_own_environment() -> bool:
    """Whether this Python is the one the set-up fills."""
    return Path(sys.prefix).resolve() == (program_folder() / ".venv").resolve()
