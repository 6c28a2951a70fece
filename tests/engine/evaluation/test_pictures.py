"""Pictures hold what they are given: marks where the values are, and words for who cannot see."""

from itertools import pairwise

import pytest

from engine.evaluation.pictures import Dot, Group, Measured, forest, reliability, shown
from engine.evaluation.svg import Canvas, Node
from tests.engine.evaluation.drawn import number, parts, told, words


@pytest.mark.parametrize("value, signed, said", [
    (0.777, False, "0.78"), (None, False, "–"), (float("nan"), True, "–"), (0.031, True, "+0.03"),
    (-0.5, True, "−0.50"), (-0.5, False, "−0.50"), (-0.003, True, "0.00"), (0.0, True, "0.00")])
def test_a_figure_has_two_decimals_or_a_dash(value: float | None, signed: bool,
                                             said: str) -> None:
    assert shown(value, signed) == said


def test_dots_stand_where_their_values_are() -> None:
    # GIVEN three tags about chance, in the order of their values
    rows = (Measured("low", 0.5, 0.45, 0.55), Measured("middle", 0.7, 0.6, 0.8),
            Measured("high", 0.9, 0.85, 0.95))
    # WHEN they are drawn
    picture = forest(Canvas(), "AUC", [Group("", rows)], 0.5, "guessing")
    # THEN dots lie in a line from left to right, evenly, the first on the line of chance
    dots = parts(picture, "circle", "dot")
    low, middle, high = (number(dot, "cx") for dot in dots)
    assert high - middle == pytest.approx(middle - low, abs=0.1)
    reference, = parts(picture, "line", "reference")
    assert number(reference, "x1") == pytest.approx(low, abs=0.1)
    # AND each whisker reaches as far to both sides as its interval
    whisker = parts(picture, "line", "whisker")[3]
    assert number(whisker, "x1") < middle < number(whisker, "x2")
    assert middle - number(whisker, "x1") == pytest.approx(number(whisker, "x2") - middle, abs=0.1)
    # AND everything is said in words too
    assert told(picture).startswith("guessing: 0.50. low 0.50 (0.45 to 0.55). middle 0.70")


def test_what_could_not_be_measured_keeps_its_row() -> None:
    rows = (Measured("sad", 0.8, 0.7, 0.9), Measured("rare", None, note="1 song"))
    picture = forest(Canvas(), "AUC", [Group("", rows)])
    assert len(parts(picture, "circle")) == 1
    assert {"rare", "not measurable", "1 song"} <= set(words(picture))
    assert "rare not measurable" in told(picture)
    assert not parts(picture, "line", "reference")


def test_hollow_and_strong_rows_differ_in_more_than_place() -> None:
    rows = (Measured("a", 0.8, 0.7, 0.9, strong=True), Measured("b", 0.8, 0.7, 0.9),
            Measured("c", 0.8, 0.7, 0.9, hollow=True, strong=True))
    dots = parts(forest(Canvas(), "AUC", [Group("", rows)]), "circle")
    assert [dot.get("class") for dot in dots] == ["dot strong", "dot plain", "dot hollow"]


def test_groups_have_headings_and_rows_do_not_overlap() -> None:
    groups = [Group("One", (Measured("a", 0.1), Measured("b", 0.2))),
              Group("Two", (Measured("c", 0.3),))]
    picture = forest(Canvas(), "x", groups)
    heights = [number(dot, "cy") for dot in parts(picture, "circle")]
    assert [heading.text for heading in parts(picture, "text", "heading")] == ["One", "Two"]
    gaps = [below - above for above, below in pairwise(heights)]
    assert gaps[0] >= 20 and gaps[1] > gaps[0]


def test_a_picture_of_nothing_is_a_picture() -> None:
    assert told(forest(Canvas(), "x", [])) == ""
    assert parts(reliability(Canvas(), "x", []), "circle") == []


def test_calibration_lies_on_the_diagonal_where_scores_are_true() -> None:
    # GIVEN true scores, one bin too sure, and one without a score
    dots = [Dot(0.1, 0.1, 100), Dot(0.5, 0.5, 50), Dot(0.9, 0.6, 10), Dot(0.99, 0.0, 0)]
    picture = reliability(Canvas(), "Calibration", dots)
    # THEN the empty bin is not drawn
    drawn = parts(picture, "circle", "dot")
    assert len(drawn) == 3
    # AND what is true lies on the line, what is too sure below it
    diagonal, = parts(picture, "line", "reference")
    x1, y1, x2, y2 = (number(diagonal, name) for name in ("x1", "y1", "x2", "y2"))

    def below(dot: Node) -> float:
        return number(dot, "cy") - (y1 + (number(dot, "cx") - x1) * (y2 - y1) / (x2 - x1))

    assert [below(dot) for dot in drawn[:2]] == pytest.approx([0, 0], abs=0.1)
    assert below(drawn[2]) > 10
    # AND bars tell how many there are
    bars = [number(bar, "height") for bar in parts(picture, "rect", "bar")]
    assert bars == sorted(bars, reverse=True) and len(bars) == 3
    assert "Scores near 0.90: 0.60 were given, of 10" in told(picture)
