"""What this computer has free for a training now: cores, memory, disk, numbers it is quick with.

Asks the system only; what it does not tell is 0. Loads nothing heavy.
"""

import ctypes
import os
import shutil
import sys
from pathlib import Path

from engine.training.planning.estimate import Machine

_FREE_SHARE = 0.5  # of all memory, where the system does not say what is free


def this_machine(disk_at: Path, pace: float = 0.0) -> Machine:
    """The computer this runs on; its disk is the one of `disk_at`, or of what will hold it."""
    from engine.inference.devices import usable_cores

    return Machine(usable_cores(), free_memory(), _free_disk(disk_at), has_bf16(), pace)


def free_memory(told: Path = Path("/proc/meminfo")) -> int:
    """Bytes that programs can still take without others being pushed out; 0 where nobody
    tells."""
    if sys.platform == "win32":
        return _free_on_windows()
    try:
        for line in told.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0
    return round(_FREE_SHARE * whole)


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


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (("length", ctypes.c_uint32), ("load", ctypes.c_uint32),
                ("total", ctypes.c_uint64), ("free", ctypes.c_uint64),
                ("total_page", ctypes.c_uint64), ("free_page", ctypes.c_uint64),
                ("total_virtual", ctypes.c_uint64), ("free_virtual", ctypes.c_uint64),
                ("extended", ctypes.c_uint64))


def _free_on_windows() -> int:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    windows = getattr(ctypes, "windll", None)
    if windows is None or not windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return 0
    return int(status.free)
