"""Figures with their intervals, and calibration, as SVG.

Each picture draws plain values and says in its description what there is to see; a table of the
same figures belongs beside it. Knows no report, no file and no colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.evaluation.svg import LETTER, Canvas, Node, Scale, covering, line, node, text

ROW = 24.0
HEADING = 34.0
RADIUS = 4.5
PLOT = 420.0  # at most; long labels take some of it, so that all fits the page
LABELS, WIDTH, FIGURES = 380.0, 700.0, 290.0
SQUARE = 320.0
_LETTERS = 56


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its interval. `hollow` is drawn as not to be relied on, `strong` as the one
    to look at; one without a value keeps its row and says so."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    hollow: bool = False
    strong: bool = False

    @property
    def said(self) -> str:
        """ "0.78 (0.74 to 0.81)" """
        if self.value is None:
            return "not measurable"
        if self.low is None or self.high is None:
            return shown(self.value)
        return f"{shown(self.value)} ({shown(self.low)} to {shown(self.high)})"


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading; "" for none."""

    heading: str
    rows: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """Scores of one bin: the mean score, the share that was given, and of how many."""

    score: float
    share: float
    count: int


def shown(value: float | None, signed: bool = False) -> str:
    """A figure as it is printed everywhere: two decimals, a dash where there is none. A `signed`
    one says which way it goes, unless that is neither."""
    if value is None or value != value:
        return "–"
    size = f"{abs(value):.2f}"
    sign = "" if float(size) == 0 else "−" if value < 0 else "+" if signed else ""
    return sign + size


def shown_range(low: float, high: float, signed: bool = False) -> str:
    """From where to where a figure may lie."""
    return f"{shown(low, signed)}{' to ' if signed else ' – '}{shown(high, signed)}"


def forest(canvas: Canvas, title: str, groups: Sequence[Group], reference: float | None = None,
           meaning: str = "", signed: bool = False) -> Node:
    """Dots with whiskers, a row each, about a line at `reference`, whose `meaning` is said.

    Forest plot as in Lewis and Clarke 2001.
    """
    rows = [row for group in groups for row in group.rows]
    labels = max((len(row.label) for row in rows), default=0)
    left = min(max(90.0, labels * LETTER + 16), LABELS)
    scale = covering(_extent(rows, reference), left, left + min(PLOT, WIDTH - left))
    parts: list[Node] = []
    y = 8.0
    for group in groups:
        if group.heading:
            parts.append(text(0, y + 20, group.heading, "heading"))
            y += HEADING
        for row in group.rows:
            parts += _row(row, y + ROW / 2, scale, signed)
            y += ROW
    frame = _axis(scale, y, signed)
    told = ". ".join(f"{row.label} {row.said}" for row in rows)
    if reference is not None:
        middle = scale(reference)
        frame += [line(middle, 0, middle, y + 4, "reference"),
                  text(middle, y + 36, meaning, "quiet", "middle")]
        told = f"{meaning}: {shown(reference, signed)}. {told}"
    return canvas.picture(scale.end + FIGURES, y + 44, title, told, *frame, *parts)


def _extent(rows: Sequence[Measured], reference: float | None) -> list[float]:
    return [end for row in rows for end in (row.value, row.low, row.high, reference)
            if end is not None]


def _row(row: Measured, y: float, scale: Scale, signed: bool) -> list[Node]:
    drawn = [text(scale.start - 12, y + 4, _clipped(row.label), "label", "end")]
    kind = "hollow" if row.hollow else "strong" if row.strong else "plain"
    if row.value is None:
        return [*drawn, text(scale.end + 12, y + 4, "not measurable", "quiet"),
                text(scale.end + 156, y + 4, row.note, "quiet")]
    if row.low is not None and row.high is not None:
        low, high = scale(row.low), scale(row.high)
        drawn += [line(low, y, high, y, f"whisker {kind}"),
                  line(low, y - 4, low, y + 4, f"whisker {kind}"),
                  line(high, y - 4, high, y + 4, f"whisker {kind}")]
    drawn.append(node("circle", {"cx": scale(row.value), "cy": y, "r": RADIUS,
                                 "class": f"dot {kind}"}))
    interval = (shown_range(row.low, row.high, signed)
                if row.low is not None and row.high is not None else "")
    return [*drawn, text(scale.end + 12, y + 4, shown(row.value, signed), f"figure {kind}"),
            text(scale.end + 56, y + 4, interval, "quiet"),
            text(scale.end + 156, y + 4, row.note, "quiet")]


def _clipped(label: str) -> str:
    return label if len(label) <= _LETTERS else label[:_LETTERS - 1] + "…"


def _axis(scale: Scale, bottom: float, signed: bool) -> list[Node]:
    parts: list[Node] = [line(scale.start, bottom + 4, scale.end, bottom + 4, "axis")]
    for tick in scale.ticks():
        x = scale(tick)
        parts += [line(x, 0, x, bottom + 4, "grid"),
                  text(x, bottom + 19, shown(tick, signed), "quiet", "middle")]
    return parts


def reliability(canvas: Canvas, title: str, dots: Sequence[Dot]) -> Node:
    """Mean score against the share that was given; on the diagonal a score means what it says.

    Below stands how many scores lie where. Reliability diagram, DeGroot and Fienberg 1983.
    """
    left, top = 44.0, 12.0
    across = Scale(0, 1, left, left + SQUARE)
    up = Scale(0, 1, top + SQUARE, top)
    floor = top + SQUARE
    parts = [line(left, floor, left + SQUARE, floor, "axis"), line(left, top, left, floor, "axis")]
    for tick in across.ticks():
        parts += [line(across(tick), top, across(tick), floor, "grid"),
                  line(left, up(tick), left + SQUARE, up(tick), "grid"),
                  text(left - 8, up(tick) + 4, shown(tick), "quiet", "end"),
                  text(across(tick), floor + 92, shown(tick), "quiet", "middle")]
    parts.append(line(across(0), up(0), across(1), up(1), "reference"))
    filled = [dot for dot in dots if dot.count]
    most = max((dot.count for dot in filled), default=1)
    if len(filled) > 1:
        way = " ".join(f"{across(dot.score):.1f},{up(dot.share):.1f}" for dot in filled)
        parts.append(node("polyline", {"points": way, "class": "curve strong"}))
    for dot in filled:
        tall = 2 + 54 * dot.count / most
        parts += [line(across(dot.score), up(dot.score), across(dot.score), up(dot.share), "gap"),
                  node("rect", {"x": across(dot.score) - 7, "y": floor + 72 - tall, "width": 14,
                                "height": tall, "class": "bar"})]
        parts.append(node("circle", {"cx": across(dot.score), "cy": up(dot.share),
                                     "r": RADIUS, "class": "dot strong"}))
    parts += [line(left, floor + 72, left + SQUARE, floor + 72, "axis"),
              text(left + SQUARE, floor + 110, "score the tagger gave", "quiet", "end"),
              text(left + 6, top + 14, "share that people gave", "quiet"),
              text(left, floor + 110, "bars: how many scores", "quiet")]
    told = ". ".join(f"Scores near {shown(dot.score)}: {shown(dot.share)} were given, of "
                     f"{dot.count:,}" for dot in filled)
    return canvas.picture(left + SQUARE + 24, floor + 118, title, told, *parts)
