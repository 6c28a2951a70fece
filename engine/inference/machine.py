"""The machine figures were taken on, and whether it had its hands free.

Asks the system only; measures nothing.
"""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.inference.devices import usable_cores

BUSY_SHARE = 0.25  # of the cores, at work for others
_FEATURES = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8", "asimddp", "i8mm")


@dataclass(frozen=True, slots=True)
class Machine:
    """`load` is how many cores were busy over the last minute, None where nobody tells."""

    processor: str
    cores: int
    memory_gb: float
    load: float | None
    features: tuple[str, ...] = ()

    @property
    def busy(self) -> bool:
        """Whether others were at work, so that figures cannot be trusted."""
        return self.load is not None and self.load > BUSY_SHARE * self.cores

    def sentence(self) -> str:
        """All of it for a person."""
        load = "" if self.load is None else f", load {self.load:.2f}"
        can = f" ({', '.join(self.features)})" if self.features else ""
        memory = f", {self.memory_gb:.0f} GB" if self.memory_gb else ""
        return f"{self.processor}{can}, {self.cores} cores{memory}{load}"


def look_at_machine(cpu_info: Path = Path("/proc/cpuinfo"),
                    load: Callable[[], float | None] | None = None) -> Machine:
    """The machine as it is now."""
    told = _told(cpu_info)
    flags = set(told.get("flags", told.get("Features", "")).split())
    name = told.get("model name", "") or platform.processor() or platform.machine()
    return Machine(name.strip(), usable_cores(), _memory_gb(), (load or _load)(),
                   tuple(flag for flag in _FEATURES if flag in flags))


def peak_memory_mb() -> float:
    """The most memory this process has held at once; 0 where nobody tells."""
    try:
        import resource  # not on Windows
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if platform.system() == "Darwin" else peak / 1024


def _told(cpu_info: Path) -> dict[str, str]:
    """What Linux tells of the first core."""
    try:
        first = cpu_info.read_text("utf-8", "replace").split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _load() -> float | None:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _memory_gb() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, OSError, ValueError):
        return 0.0
