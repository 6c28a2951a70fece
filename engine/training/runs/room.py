"""Whether the disk and the memory have room for a training, said before it begins.

Counts what is known to be needed: for each weight that learns its moments, its gradient, and the
files they are kept in. What a step takes besides is known by no one before. Knows no torch.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from engine.errors import EngineError

_BYTES = 4
_MOMENTS, _GRADIENT = 2, 1
_SPARE = 200_000_000  # bytes of disk that are left to everything else


def disk_needed(learned: int, averages: bool) -> int:
    """Bytes, for so many weights that learn: the checkpoint twice, since a new one is whole
    before the old one goes, and likewise the best weights."""
    kept = 1 + _MOMENTS + averages
    return 2 * _BYTES * learned * (kept + 1) + _SPARE


def memory_needed(learned: int, averages: bool) -> int:
    """Bytes beyond the model itself: gradients, moments, averages."""
    return _BYTES * learned * (_GRADIENT + _MOMENTS + averages)


def free_near(folder: Path) -> int:
    """Bytes free where a folder is, or will be."""
    standing = next(place for place in (folder, *folder.parents) if place.is_dir())
    return shutil.disk_usage(standing).free


def require_disk(folder: Path, needed: int, free: Callable[[Path], int] = free_near) -> None:
    """EngineError where the disk of `folder` has less free than `needed` bytes."""
    found = free(folder)
    if found < needed:
        raise EngineError(
            f"The disk has no room for this training: it needs {_gigabytes(needed)} for its "
            f"checkpoints, {_gigabytes(found)} are free.",
            "Make room, or let fewer weights learn (LoRA, or the head alone), then resume it.")


def memory_sentence(needed: int, free: int) -> str:
    """What to say where less than `needed` bytes of memory are free; else, or where nobody knows
    how much is (0), ""."""
    if not free or free >= needed:
        return ""
    return (f"The memory may be short: learning needs {_gigabytes(needed)} beside the model, "
            f"{_gigabytes(free)} are free. Close other programs, or let fewer weights learn "
            "(LoRA, or the head alone), or take a smaller batch_tokens.")


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
