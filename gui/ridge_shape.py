"""The outline of one mood over a song: soft between excerpts, true in the middle of each."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from gui.song_map import Stretch


def ridge_line(stretches: Sequence[Stretch], scores: Sequence[float], width: float,
               height: float) -> QPainterPath:
    """A line from x 0 to `width`; a score of 1 is `height` above y 0 (y grows downwards).

    It runs level through the middle of each stretch and never rises above the scores it joins.
    """
    knots = [QPointF((s.start + s.end) / 2 * width, -score * height)
             for s, score in zip(stretches, scores, strict=True)]
    path = QPainterPath()
    if not knots:
        return path
    path.moveTo(0, knots[0].y())
    path.lineTo(knots[0])
    for before, after in pairwise(knots):
        middle = (before.x() + after.x()) / 2
        path.cubicTo(QPointF(middle, before.y()), QPointF(middle, after.y()), after)
    path.lineTo(width, knots[-1].y())
    return path


def thinned(stretches: Sequence[Stretch], scores: Sequence[float],
            most: int) -> tuple[Sequence[Stretch], Sequence[float]]:
    """At most so many stretches: where there are more than can be seen, neighbours become one, with
    the mean of their scores by their lengths."""
    if len(stretches) <= most:
        return stretches, scores
    edges = [len(stretches) * place // most for place in range(most + 1)]
    joined = [(stretches[first:end], scores[first:end]) for first, end in pairwise(edges)]
    return ([Stretch(group[0].excerpt, group[0].start, group[-1].end) for group, _ in joined],
            [_mean(group, told) for group, told in joined])


def _mean(stretches: Sequence[Stretch], scores: Sequence[float]) -> float:
    lengths = [stretch.end - stretch.start for stretch in stretches]
    whole = sum(lengths)
    if not whole:
        return sum(scores) / len(scores)
    return sum(length * score for length, score in zip(lengths, scores, strict=True)) / whole


def filled(line: QPainterPath, width: float) -> QPainterPath:
    """The area between a ridge line and its ground."""
    area = QPainterPath(line)
    area.lineTo(width, 0)
    area.lineTo(0, 0)
    area.closeSubpath()
    return area
