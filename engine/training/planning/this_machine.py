"""What this computer has free for a training now: cores, memory, disk, numbers it is quick with.

Asks the system only; what it does not tell is 0. Loads nothing heavy.
"""

import shutil
from pathlib import Path

from engine.inference.free_memory import free_memory
from engine.training.planning.estimate import Machine


def this_machine(disk_at: Path, pace: float = 0.0) -> Machine:
    """The computer this runs on; its disk is the one of `disk_at`, or of what will hold it."""
    from engine.inference.devices import usable_cores

    return Machine(usable_cores(), free_memory(), _free_disk(disk_at), has_bf16(), pace)


def has_bf16(told: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor computes in bfloat16, as far as the system says."""
    try:
        first = told.read_text("utf-8", "replace").split("\n\n")[0]
    except OSError:
        return False
    return any("avx512_bf16" in line.split() for line in first.splitlines()
               if line.startswith("flags"))


def _free_disk(place: Path) -> int:
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return 0
