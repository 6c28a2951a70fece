"""Learning curves as SVG: lines with bands over the number of songs learned from.

Each line has marks of its own shape, so that colour is never all there is. Knows no report.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.evaluation.pictures import RADIUS, Measured, shown
from engine.evaluation.svg import LETTER, Canvas, Node, Scale, covering, line, node, text

MARKS = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True, slots=True)
class Curve:
    """A line with its band, by the number of songs learned from."""

    label: str
    points: tuple[tuple[float, Measured], ...] = ()


def curves(canvas: Canvas, title: str, lines: Sequence[Curve], across_name: str) -> Node:
    """Lines with bands over a count, each with marks of its own shape and a legend."""
    points = [point for each in lines for point in each.points]
    values = [end for _, got in points for end in (got.value, got.low, got.high)
              if end is not None]
    left, top, width, tall = 48.0, 12.0, 460.0, 260.0
    up = covering(values, top + tall, top)
    across = Scale(0, max((x for x, _ in points), default=1.0), left, left + width)
    floor = top + tall
    parts = [line(left, floor, left + width, floor, "axis")]
    for tick in up.ticks():
        parts += [line(left, up(tick), left + width, up(tick), "grid"),
                  text(left - 8, up(tick) + 4, shown(tick), "quiet", "end")]
    for tick in across.ticks():
        parts.append(text(across(tick), floor + 20, f"{tick:,.0f}", "quiet", "middle"))
    for number, each in enumerate(lines):
        parts += _curve(each, across, up, number)
        parts.append(text(left + width + 28, top + 18 + 22 * number, each.label, "label"))
        parts.append(_mark(left + width + 14, top + 14 + 22 * number, number))
    parts.append(text(left + width, floor + 40, across_name, "quiet", "end"))
    told = ". ".join(f"{each.label}: " + ", ".join(
        f"{x:,.0f} {across_name} {got.said}" for x, got in each.points) for each in lines)
    legend = 44 + max((len(each.label) for each in lines), default=0) * LETTER
    return canvas.picture(left + width + legend, floor + 48, title, told, *parts)


def _curve(curve: Curve, across: Scale, up: Scale, number: int) -> list[Node]:
    known = [(across(x), got) for x, got in curve.points if got.value is not None]
    band = ([(x, got.low) for x, got in known if got.low is not None]
            + [(x, got.high) for x, got in reversed(known) if got.high is not None])
    style = f"series-{number % len(MARKS)}"
    parts: list[Node] = []
    if len(band) > 2:
        around = " ".join(f"{x:.1f},{up(end):.1f}" for x, end in band)
        parts.append(node("polygon", {"points": around, "class": f"band {style}"}))
    middle = [(x, up(got.value)) for x, got in known if got.value is not None]
    parts.append(node("polyline", {"points": " ".join(f"{x:.1f},{y:.1f}" for x, y in middle),
                                   "class": f"curve {style}"}))
    return [*parts, *(_mark(x, y, number) for x, y in middle)]


def _mark(x: float, y: float, number: int) -> Node:
    """A mark of its own shape for each line, so that colour is never all there is."""
    style = f"dot series-{number % len(MARKS)}"
    shape = MARKS[number % len(MARKS)]
    if shape == "circle":
        return node("circle", {"cx": x, "cy": y, "r": RADIUS, "class": style})
    corners = {"square": ((-4, -4), (4, -4), (4, 4), (-4, 4)),
               "triangle": ((0, -5), (5, 4), (-5, 4)),
               "diamond": ((0, -6), (6, 0), (0, 6), (-6, 0))}[shape]
    return node("polygon", {"class": style, "points": " ".join(
        f"{x + right:.1f},{y + down:.1f}" for right, down in corners)})
