"""The numbers behind a drawn curve: ticks, limits, smoothing, thinning. Pure; knows no widgets."""

import math
from collections.abc import Sequence

Points = list[tuple[float, float]]
_SMOOTH = 0.9
_ROOM = 0.06


def finite(steps: Sequence[int], values: Sequence[float | None]) -> Points:
    """The points that have a value."""
    return [(float(step), value) for step, value in zip(steps, values, strict=True)
            if value is not None and math.isfinite(value)]


def smoothed(points: Points, share: float = _SMOOTH) -> Points:
    """An exponential mean, without the pull towards 0 of its beginning (Kingma and Ba 2015)."""
    mean, weight, line = 0.0, 0.0, []
    for x, y in points:
        mean = share * mean + (1 - share) * y
        weight = share * weight + (1 - share)
        line.append((x, mean / weight))
    return line


def limits(lines: Sequence[Points], robust: bool = True) -> tuple[float, float]:
    """The lowest and highest value to draw, with a little room. What a wild beginning reaches
    beyond all else is left out where `robust`."""
    values = sorted(y for line in lines for _, y in line)
    if not values:
        return 0.0, 1.0
    low, high = values[0], values[-1]
    if robust and len(values) > 20:
        usual = values[round(0.98 * (len(values) - 1))]
        if high - low > 2.5 * (usual - low) > 0:
            high = usual
    room = _ROOM * (high - low) or abs(high) * _ROOM or 0.5
    return low - room, high + room


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between the two, at most `most` of them."""
    if high <= low or most < 1:
        return []
    step = nice((high - low) / most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(at * step, 12) for at in range(first, last + 1)]


def nice(rough: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below."""
    power = 10 ** math.floor(math.log10(rough))
    return next(each * power for each in (1, 2, 5, 10) if each * power >= rough * (1 - 1e-9))


def thinned(points: Points, columns: int) -> Points:
    """At most some points a column of the picture: its first, lowest, highest and last, so that
    no peak is lost."""
    if columns < 1 or len(points) <= 4 * columns:
        return points
    low, high = points[0][0], points[-1][0]
    width = (high - low) / columns or 1.0
    kept: Points = []
    start = 0
    while start < len(points):
        edge = points[start][0] + width
        end = start
        while end < len(points) and points[end][0] < edge:
            end += 1
        kept += _extremes(points[start:end])
        start = end
    return kept


def _extremes(part: Points) -> Points:
    lowest = min(part, key=lambda point: point[1])
    highest = max(part, key=lambda point: point[1])
    return sorted({part[0], lowest, highest, part[-1]})


def nearest(points: Points, x: float) -> tuple[float, float] | None:
    """The point whose step is the nearest; None where there is none."""
    return min(points, key=lambda point: abs(point[0] - x), default=None)


def tick_text(value: float) -> str:
    """A number at an axis."""
    if value == round(value) and abs(value) < 1e5:
        return str(round(value))
    if abs(value) >= 1e5:
        return f"{value / 1000:g}k"
    return f"{value:.4g}"


def value_text(value: float) -> str:
    """A measured value, so that neighbours can be told apart."""
    return f"{value:.4f}" if abs(value) < 1 else f"{value:.3f}" if abs(value) < 100 \
        else f"{value:.1f}"


def figure_text(value: float) -> str:
    """A figure of a report: as exact as such figures are."""
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
