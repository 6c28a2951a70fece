"""What a training took from the socket, as honestly as the machine tells.

The processor's own counters where they may be read (RAPL; they count all programs), else the
time its cores worked for us, at a range of watts that is said with it. Knows no training.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

COUNTERS = Path("/sys/class/powercap")
WATTS_A_CORE = (3.0, 12.0)  # a busy core of a laptop, its share of caches and memory within
_HOUR = 3600.0
_LEAST = 0.1  # watt-hours; below this no figure is worth telling
_UNIT = " watt-hours"


@dataclass(frozen=True, slots=True)
class Energy:
    """Watt-hours, from `low` to `high`; `counted` by the processor's own counters."""

    low: float
    high: float
    core_seconds: float
    counted: bool

    def sentence(self) -> str:
        """One line for a person."""
        if self.counted:
            return (f"About {_rounded(self.high)} by the processor's own counter, other programs "
                    "within, screen and graphics card left out.")
        low, high = WATTS_A_CORE
        hours = _rounded(self.high)
        if self.low >= _LEAST:
            hours = f"{_rounded(self.low).removesuffix(_UNIT)} to {hours}"
        return (f"Roughly {hours}: {_time(self.core_seconds)} of processor time at {low:.0f} to "
                f"{high:.0f} watts a core, which is an assumption and no measurement.")


class EnergyMeter:
    """Runs from its making on; the first values are what earlier processes took."""

    def __init__(self, core_seconds: float = 0.0, joules: float = 0.0,
                 counters: Path = COUNTERS,
                 processor_time: Callable[[], float] = time.process_time) -> None:
        self._files = _readable(counters)
        self._last = [_count(file) for file in self._files]
        self._joules = joules
        self._before = core_seconds - processor_time()
        self._processor_time = processor_time

    def read(self) -> Energy:
        """So far. Ask at least every few minutes: counters run over."""
        self._count_on()
        seconds = self._before + self._processor_time()
        if self._files and self._joules:
            hours = self._joules / _HOUR
            return Energy(hours, hours, seconds, True)
        low, high = (seconds * watts / _HOUR for watts in WATTS_A_CORE)
        return Energy(low, high, seconds, False)

    @property
    def joules(self) -> float:
        """By the counters, 0 where there are none; for a later process to begin with."""
        return self._joules

    def _count_on(self) -> None:
        for at, file in enumerate(self._files):
            now = _count(file)
            grown = now - self._last[at]
            if grown < 0:  # it ran over
                grown += _count(file.with_name("max_energy_range_uj"))
            self._joules += max(0.0, grown) / 1e6
            self._last[at] = now


def _readable(counters: Path) -> list[Path]:
    """The counter of each whole processor that may be read; many systems keep them to root."""
    found: list[Path] = []
    try:
        places = sorted(counters.glob("intel-rapl:*"))
    except OSError:
        return []
    for place in places:
        file = place / "energy_uj"
        if place.name.count(":") == 1 and _count(file) > 0:
            found.append(file)
    return found


def _count(file: Path) -> float:
    try:
        return float(file.read_text("ascii"))
    except (OSError, ValueError):
        return 0.0


def _rounded(hours: float) -> str:
    if hours < _LEAST:
        return f"less than {_LEAST}{_UNIT}"
    return (f"{hours:.0f}" if hours >= 10 else f"{hours:.1f}") + _UNIT


def _time(seconds: float) -> str:
    if seconds >= 2 * _HOUR:
        return f"{seconds / _HOUR:.1f} hours"
    return f"{max(1, round(seconds / 60))} min"
