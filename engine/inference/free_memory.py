"""How much memory programs can still take on this computer. Asks the system only."""

import ctypes
import os
import sys
from pathlib import Path

_FREE_SHARE = 0.5  # of all memory, where the system does not say what is free


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
