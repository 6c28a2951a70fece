"""A line drawn by hand around dots, and which of them lie within. Pure geometry in pixels."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
_LEAST_STEP = 3.0
_LEAST_SPAN = 8.0


class Lasso:
    """Grows with the pointer; steps too small to matter are left out."""

    def __init__(self, x: float, y: float) -> None:
        self.corners: list[tuple[float, float]] = [(x, y)]

    def draw_to(self, x: float, y: float) -> bool:
        """Goes on to a place; whether that was far enough to be kept."""
        last_x, last_y = self.corners[-1]
        if (x - last_x) ** 2 + (y - last_y) ** 2 < _LEAST_STEP ** 2:
            return False
        self.corners.append((x, y))
        return True

    @property
    def is_drawn(self) -> bool:
        """Whether it is a line around something, and no click with an unsteady hand."""
        xs, ys = zip(*self.corners, strict=True)
        return (len(self.corners) > 2
                and max(max(xs) - min(xs), max(ys) - min(ys)) >= _LEAST_SPAN)


def within(corners: Sequence[tuple[float, float]], x: Floats,
           y: Floats) -> npt.NDArray[np.int64]:
    """The numbers of those places (N,) that lie in the closed line.

    Even-odd rule: counts how often a ray to the right meets the line (Shimrat, "Algorithm 112",
    1962), for all places at once.
    """
    line = np.array(corners, np.float64)
    if len(line) < 3:
        return np.zeros(0, np.int64)
    low, high = line.min(axis=0), line.max(axis=0)
    near = np.flatnonzero((x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1]))
    px, py = x[near], y[near]
    inside = np.zeros(len(near), bool)
    for (ax, ay), (bx, by) in zip(line, np.roll(line, -1, axis=0), strict=True):
        crosses = (ay > py) != (by > py)
        if ay != by:
            inside ^= crosses & (px < (bx - ax) * (py - ay) / (by - ay) + ax)
    return near[inside]
