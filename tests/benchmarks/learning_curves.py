"""Two ways of learning side by side: their curves off the clock of judging, kept over runs, and the
time in which one reaches what the other reaches at its best."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PLAIN, OURS = "trainer", "ours"
Curve = list[list[float]]
"""Points of [seconds, validation loss, processor seconds]."""
_FAR = ((4, 0.4), (2, 0.1))
"""From this part of the way on a run is given up where it lies so far above another."""


class Curves:
    """Curves by the name of their run, kept in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.runs: dict[str, Curve] = (
            json.loads(file.read_text("utf-8")) if file.exists() else {})

    def keep(self, name: str, curve: Curve) -> None:
        """Remembers a whole curve and prints it."""
        self.runs[name] = curve
        self._file.write_text(json.dumps(self.runs), "utf-8")
        print(f"{name}: " + ", ".join(f"{s:.0f} s {v:.4f}" for s, v, _ in curve), flush=True)

    def given_up(self, side: str, curve: Curve) -> bool:
        """Whether a run is worth no further step: it lies far above another rate of its side at
        the same place, the less far the more of that one's way is behind it."""
        others = [run for name, run in self.runs.items() if name.startswith(side)]
        at = len(curve) - 1
        return any(len(run) <= part * len(curve) and at < len(run)
                   and not curve[at][1] <= run[at][1] + far
                   for run in others for part, far in _FAR)


class Clock:
    """Seconds since the start, judging left out, by the wall and by the processor."""

    def __init__(self) -> None:
        self._began = _times()

    def judged(self, work: Callable[[], float]) -> list[float]:
        """The point of a curve: what `work` finds, at this time."""
        stopped = _times()
        wall, processor = (now - then for now, then in zip(stopped, self._began, strict=True))
        found = work()
        spent = [now - then for now, then in zip(_times(), stopped, strict=True)]
        self._began = (self._began[0] + spent[0], self._began[1] + spent[1])
        return [wall, found, processor]


def told(runs: Mapping[str, Sequence[Sequence[float]]], least: float) -> int:
    """Prints every run's best and how much sooner ours is there; 0 where that is `least` times,
    in processor time where others use the machine too."""
    best = {name: min(loss for _, loss, _ in curve) for name, curve in runs.items()}
    for name, curve in runs.items():
        at = next(s for s, loss, _ in curve if loss == best[name])
        print(f"{name:16s} best validation loss {best[name]:.4f} after {at:6.0f} s of learning")
    plain = {name: loss for name, loss in best.items() if name.startswith(PLAIN)}
    ours = [name for name in best if name.startswith(OURS)]
    if not plain or not ours:
        return 1
    theirs = min(plain, key=lambda name: plain[name])
    share = 0.0
    for column, kind in ((0, "wall time"), (2, "processor time")):
        needed = _needed(runs[theirs], plain[theirs], column)
        times = {name: _needed(runs[name], plain[theirs], column) for name in ours}
        first = min(times, key=lambda name: times[name])
        share = needed / times[first]
        print(f"{kind}: {theirs} needs {needed:.0f} s to {plain[theirs]:.4f}, {first} needs "
              f"{times[first]:.0f} s: 1 : {share:.1f}")
    return 0 if share >= least else 1


def _needed(curve: Sequence[Sequence[float]], goal: float, column: int) -> float:
    return next((point[column] for point in curve if point[1] <= goal), float("inf"))


def _times() -> tuple[float, float]:
    return time.monotonic(), time.process_time()
