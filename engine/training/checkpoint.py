"""Named arrays and numbers in one safetensors file, whole or not there at all.

Never a pickle: whoever hands a person such a file can give them wrong numbers, but no program.
"""
# safetensors is typed in part.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import json
import os
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import safetensors

from engine.errors import EngineError

Arrays = Mapping[str, npt.NDArray[np.generic]]
Numbers = Mapping[str, float]

_KINDS = {"<f4": "F32", "<f8": "F64", "<f2": "F16", "<i8": "I64", "<i4": "I32", "<i2": "I16",
          "|i1": "I8", "|u1": "U8", "|b1": "BOOL"}


def write_checkpoint(file: Path, arrays: Arrays, numbers: Numbers | None = None) -> None:
    """Writes beside the file, then replaces it, so that a kill leaves the one before. OSError
    where the disk has no room; then nothing is left beside it.

    Array by array, so that a large state is not held twice; on the disk on return.
    """
    fresh = file.with_suffix(".new")
    try:
        with fresh.open("wb") as opened:
            opened.write(_header(arrays, dict(numbers or {})))
            for array in arrays.values():
                opened.write(np.ascontiguousarray(array).data.cast("B") if array.size else b"")
            opened.flush()
            os.fsync(opened.fileno())
        fresh.replace(file)
    except OSError:  # a full disk, mostly: half a file would keep it full
        fresh.unlink(missing_ok=True)
        raise


def _header(arrays: Arrays, numbers: Mapping[str, float]) -> bytes:
    told: dict[str, object] = {"__metadata__": {"numbers": json.dumps(numbers)}}
    end = 0
    for name, array in arrays.items():
        start, end = end, end + array.nbytes
        told[name] = {"dtype": _KINDS[array.dtype.str], "shape": list(array.shape),
                      "data_offsets": [start, end]}
    text = json.dumps(told).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


def read_checkpoint(file: Path) -> tuple[dict[str, npt.NDArray[np.generic]], dict[str, float]]:
    """What was written. EngineError where the file is broken."""
    try:
        with safetensors.safe_open(file, "numpy") as opened:
            numbers = json.loads((opened.metadata() or {}).get("numbers", "{}"))
            return {name: opened.get_tensor(name) for name in opened.keys()}, numbers  # noqa: SIM118
    except (OSError, ValueError, RecursionError, safetensors.SafetensorError) as broken:
        raise EngineError(
            f"The checkpoint {file.name} cannot be read: {broken}", "Start the training anew."
        ) from broken


def within(arrays: Arrays, prefix: str) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays whose names begin with `prefix` and a dot, without it."""
    start = f"{prefix}."
    return {name[len(start) :]: a for name, a in arrays.items() if name.startswith(start)}
