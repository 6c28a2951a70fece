"""Lets everything else on the machine go first: how a training takes only what is left over.

By the means of each system; where one is missing or refused, the next must do. Cannot be taken
back, and need not be: on an idle machine it costs nothing.
"""

import contextlib
import os
import sys
from pathlib import Path

LAST = 19  # the gentlest niceness
_IDLE_CLASS = 0x00000040


def step_back(process: Path = Path("/proc/self")) -> None:
    """For this process and every thread it has or will have."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _IDLE_CLASS)
    elif sys.platform == "linux":
        _on_linux(process)
    else:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, LAST)


def _on_linux(process: Path) -> None:
    """Niceness and the idle policy are per thread; between sessions only the niceness of the
    whole session counts, where the kernel groups by sessions."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError):
        (process / "autogroup").write_text(str(LAST), "ascii")
    for thread in _threads(process):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, LAST)
        with contextlib.suppress(OSError):
            os.sched_setscheduler(thread, os.SCHED_IDLE, os.sched_param(0))


def _threads(process: Path) -> list[int]:
    try:
        return [int(place.name) for place in (process / "task").iterdir()]
    except (OSError, ValueError):
        return [0]
