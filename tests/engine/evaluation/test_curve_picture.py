"""Learning curves that are told apart without colour, and gaps where nothing was measured."""

from engine.evaluation.curve_picture import MARKS, Curve, curves
from engine.evaluation.pictures import Measured
from engine.evaluation.svg import Canvas
from tests.engine.evaluation.drawn import parts, told, words


def test_lines_of_a_learning_curve_differ_in_shape() -> None:
    points = tuple((float(songs), Measured("x", songs / 1000, songs / 1000 - 0.05,
                                           songs / 1000 + 0.05)) for songs in (400, 500, 700))
    lines = [Curve(f"way {n}", points) for n in range(len(MARKS) + 1)]
    picture = curves(Canvas(), "Learning", lines, "songs")
    ways = parts(picture, "polyline", "curve")
    bands = parts(picture, "polygon", "band")
    assert len(ways) == len(bands) == len(lines)
    x, y = zip(*([float(end) for end in pair.split(",")]
                 for pair in (ways[0].get("points") or "").split()), strict=True)
    assert list(x) == sorted(x) and list(y) == sorted(y, reverse=True)
    # AND the second is made of squares, so that it is known without colour
    assert len(parts(picture, "circle")) == 2 * (len(points) + 1)
    assert len(parts(picture, "polygon", "dot")) == 3 * (len(points) + 1)
    assert {f"way {n}" for n in range(len(lines))} <= set(words(picture))
    assert "way 0: 400 songs 0.40 (0.35 to 0.45)" in told(picture)


def test_a_point_that_could_not_be_measured_leaves_a_gap() -> None:
    points = ((100.0, Measured("x", 0.5)), (200.0, Measured("x", None)),
              (300.0, Measured("x", 0.7)))
    picture = curves(Canvas(), "Learning", [Curve("way", points)], "songs")
    line, = parts(picture, "polyline")
    assert len((line.get("points") or "").split()) == 2
    assert not parts(picture, "polygon", "band")
    assert "200 songs not measurable" in told(picture)


def test_no_curve_is_a_picture_too() -> None:
    assert parts(curves(Canvas(), "x", [], "songs"), "polyline") == []
