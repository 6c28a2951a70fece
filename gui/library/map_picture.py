"""Many dots drawn into one picture at once, translucent, so that many in one place show as many.

Knows pixels and numbers only; what a dot stands for is the map's business.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

SHAPES = 5
"""Disc, triangle, square, diamond, ring."""
_FINE = 8
_ALPHA = 0.85
_CROWDED_ALPHA = 0.6
_CROWD = 20_000

Floats = npt.NDArray[np.floating]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """N dots: `x` and `y` in pixels, `colour` (N,) and `shape` (N,) by number."""

    x: Floats
    y: Floats
    colour: npt.NDArray[np.integer]
    shape: npt.NDArray[np.integer]


def paint_dots(dots: Dots, colours: npt.NDArray[np.uint8], radius: float, width: int,
               height: int) -> QImage:
    """A transparent picture with every dot on it; `colours` (C, 3) red, green and blue by number.

    Where dots overlap their colours mix and the place grows denser, in whatever order they come.
    """
    spread = int(np.ceil(radius)) + 1
    inside = ((dots.x > -spread) & (dots.x < width + spread)
              & (dots.y > -spread) & (dots.y < height + spread))
    alpha = _CROWDED_ALPHA if len(dots.x) > _CROWD else _ALPHA
    # A margin around the picture takes what sticks out of it, so that no dot must be cut.
    wide, high = width + 4 * spread, height + 4 * spread
    centres = ((np.round(dots.y[inside]).astype(np.int64) + 2 * spread) * wide
               + np.round(dots.x[inside]).astype(np.int64) + 2 * spread)
    layers = _Layers(wide * high)
    for shape in range(SHAPES):
        chosen = dots.shape[inside] == shape
        layers.add(stamp_of(shape, radius), centres[chosen], wide,
                   colours[dots.colour[inside][chosen]].astype(np.float64), alpha)
    whole = layers.mixed().reshape(high, wide, 4)
    seen = np.ascontiguousarray(whole[2 * spread:2 * spread + height,
                                      2 * spread:2 * spread + width])
    return QImage(seen.data, width, height, 4 * width,
                  QImage.Format.Format_ARGB32_Premultiplied).copy()


class _Layers:
    """What lies on each pixel: how much light gets through, and the colours laid there."""

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self._places: list[Whole] = []
        self._covers: list[Floats] = []
        self._darker: list[Floats] = []
        self._colours: list[Floats] = []

    def add(self, stamp: Floats, centres: Whole, wide: int, colours: Floats,
            alpha: float) -> None:
        """Lays one shape on each of these places (n,), in colours (n, 3)."""
        if not len(centres):
            return
        down, right = np.nonzero(stamp > 0)
        middle = len(stamp) // 2
        covers = stamp[down, right]
        self._places.append(
            (centres[:, None] + ((down - middle) * wide + right - middle)[None]).ravel())
        self._covers.append(np.tile(covers, len(centres)))
        self._darker.append(np.tile(np.log1p(-np.minimum(covers * alpha, 0.999)), len(centres)))
        self._colours.append((colours[:, :, None] * covers[None, None]).transpose(1, 0, 2)
                             .reshape(3, -1))

    def mixed(self) -> npt.NDArray[np.uint8]:
        """(pixels, 4) blue, green, red and alpha, premultiplied, as little-endian ARGB lies."""
        shown = np.zeros((self._pixels, 4), np.uint8)
        if not self._places:
            return shown
        # Most of a picture is empty: what is covered is numbered, and only that worked out.
        places = np.concatenate(self._places)
        touched = np.zeros(self._pixels, bool)
        touched[places] = True
        covered = np.flatnonzero(touched)
        numbers = np.empty(self._pixels, np.int64)
        numbers[covered] = np.arange(len(covered))
        at = numbers[places]
        weight = np.bincount(at, np.concatenate(self._covers))
        opaque = 1 - np.exp(np.bincount(at, np.concatenate(self._darker)))
        colours = np.concatenate(self._colours, axis=1)
        mixed = np.empty((len(covered), 4), np.uint8)
        for place, channel in enumerate((2, 1, 0)):
            mixed[:, place] = np.round(np.bincount(at, colours[channel]) / weight * opaque)
        mixed[:, 3] = np.round(255 * opaque)
        shown[covered] = mixed
        return shown


@cache
def stamp_of(shape: int, radius: float) -> Floats:
    """How much of each pixel a shape covers, 0..1, in a square around its middle."""
    spread = int(np.ceil(radius)) + 1
    count = 2 * spread + 1
    fine = (np.arange(count * _FINE) + 0.5) / _FINE - count / 2
    x, y = np.meshgrid(fine, fine)
    distance = np.hypot(x, y)
    inside = (
        distance <= radius,
        (y <= radius * 0.9) & (y >= -radius * 1.2 + 1.85 * np.abs(x)),
        np.maximum(np.abs(x), np.abs(y)) <= radius * 0.88,
        np.abs(x) + np.abs(y) <= radius * 1.2,
        (distance <= radius) & (distance >= max(radius - 1.4, radius * 0.5)),
    )[shape]
    return inside.reshape(count, _FINE, count, _FINE).mean(axis=(1, 3))
