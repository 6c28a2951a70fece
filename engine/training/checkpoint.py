"""Named arrays and numbers in one safetensors file, whole or not there at all.

Never a pickle: whoever hands a person such a file can give them wrong numbers, but no program.
"""
# safetensors is typed in part.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import safetensors
from safetensors.numpy import save_file

from engine.errors import EngineError

Arrays = Mapping[str, npt.NDArray[np.generic]]
Numbers = Mapping[str, float]


def write_checkpoint(file: Path, arrays: Arrays, numbers: Numbers | None = None) -> None:
    """Writes beside the file, then replaces it, so that a kill leaves the one before."""
    fresh = file.with_suffix(".new")
    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    save_file(whole, fresh, {"numbers": json.dumps(dict(numbers or {}))})
    fresh.replace(file)


def read_checkpoint(file: Path) -> tuple[dict[str, npt.NDArray[np.generic]], dict[str, float]]:
    """What was written. EngineError where the file is broken."""
    try:
        with safetensors.safe_open(file, "numpy") as opened:
            numbers = json.loads((opened.metadata() or {}).get("numbers", "{}"))
            return {name: opened.get_tensor(name) for name in opened.keys()}, numbers  # noqa: SIM118
    except (OSError, ValueError, safetensors.SafetensorError) as broken:
        raise EngineError(
            f"The checkpoint {file.name} cannot be read: {broken}", "Start the training anew."
        ) from broken


def within(arrays: Arrays, prefix: str) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays whose names begin with `prefix` and a dot, without it."""
    start = f"{prefix}."
    return {name[len(start) :]: a for name, a in arrays.items() if name.startswith(start)}
