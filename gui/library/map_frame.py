"""Which part of the plane of moods is in sight, and where each of its places lies on the screen."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
NEAREST = 24.0
"""How far one can go in, counted from the whole plane."""
_LEAST_REACH = 0.25
_EDGE = 1.08


@dataclass(frozen=True, slots=True)
class MapFrame:
    """`width` and `height` are pixels, `valence` and `arousal` the middle of what is seen, and
    `reach` how far it goes from there to the nearer edge."""

    width: float = 1.0
    height: float = 1.0
    valence: float = 0.0
    arousal: float = 0.0
    reach: float = 1.0

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels for one of valence and one of arousal: the plane fills the room it has."""
        return self.width / (2 * self.reach), self.height / (2 * self.reach)

    def x(self, valence: Floats) -> Floats:
        return (valence - self.valence) * self.scale[0] + self.width / 2

    def y(self, arousal: Floats) -> Floats:
        return (self.arousal - arousal) * self.scale[1] + self.height / 2

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Valence and arousal at a place of the screen."""
        across, up = self.scale
        return ((x - self.width / 2) / across + self.valence,
                self.arousal - (y - self.height / 2) / up)

    def sized(self, width: float, height: float) -> "MapFrame":
        return replace(self, width=max(1.0, width), height=max(1.0, height))

    def zoomed(self, factor: float, x: float, y: float) -> "MapFrame":
        """Nearer by a factor above 1, farther below; what lies at (x, y) stays there."""
        reach = min(1.2, max(1 / NEAREST, self.reach / factor))
        before = self.place(x, y)
        near = replace(self, reach=reach)
        after = near.place(x, y)
        return near._moved(before[0] - after[0], before[1] - after[1])

    def panned(self, right: float, down: float) -> "MapFrame":
        """What is seen moves by these pixels."""
        across, up = self.scale
        return self._moved(-right / across, down / up)

    def fitted(self, points: Floats) -> "MapFrame":
        """All of these points (N, 2) in sight, the middle of the plane in the middle."""
        known = points[np.isfinite(points).all(axis=1)] if len(points) else points
        most = float(np.abs(known).max()) if len(known) else 1.0
        reach = min(1.05, max(_LEAST_REACH, most * _EDGE))
        return replace(self, valence=0.0, arousal=0.0, reach=reach)

    def _moved(self, valence: float, arousal: float) -> "MapFrame":
        return replace(self, valence=min(1.0, max(-1.0, self.valence + valence)),
                       arousal=min(1.0, max(-1.0, self.arousal + arousal)))
