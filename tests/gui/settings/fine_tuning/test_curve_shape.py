"""The numbers behind a curve: round ticks, limits that a wild beginning does not spoil, no lost
peak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.settings.fine_tuning.curve_shape import (
    finite,
    limits,
    nearest,
    nice,
    smoothed,
    thinned,
    tick_text,
    ticks,
    value_text,
)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(1, 12))
def test_ticks_are_few_and_lie_within(low: float, width: float, most: int) -> None:
    found = ticks(low, low + width, most)
    assert len(found) <= most + 1
    assert all(low - 1e-6 * (abs(low) + width) <= tick <= low + width * (1 + 1e-6) + 1e-6
               for tick in found)


def test_ticks_are_round() -> None:
    assert ticks(0.1, 1.02, 4) == [0.5, 1.0]
    assert ticks(0, 400, 8) == [0, 50, 100, 150, 200, 250, 300, 350, 400]
    assert nice(0.3) == pytest.approx(0.5) and nice(7) == 10
    assert ticks(1, 1, 3) == []


def test_a_wild_beginning_does_not_flatten_the_rest() -> None:
    calm = [(float(step), 1.0 + 0.01 * (step % 5)) for step in range(2, 100)]
    low, high = limits([[(0.0, 90.0), *calm]])
    assert high < 2 and low < 1
    assert limits([[(0.0, 90.0), *calm]], robust=False)[1] > 90
    assert limits([]) == (0.0, 1.0)
    assert limits([[(0.0, 3.0)]])[0] < 3 < limits([[(0.0, 3.0)]])[1]


def test_smoothing_begins_where_the_curve_begins() -> None:
    line = smoothed([(0.0, 4.0), (1.0, 2.0), (2.0, 2.0)])
    assert line[0] == (0.0, pytest.approx(4.0))
    assert 2.0 < line[2][1] < 4.0


def test_no_peak_is_lost_when_points_are_thinned() -> None:
    points = [(float(step), 1.0) for step in range(10_000)]
    points[5_003] = (5_003.0, 50.0)
    seen = thinned(points, 100)
    assert (5_003.0, 50.0) in seen and len(seen) <= 500
    assert seen == sorted(seen) and thinned(points[:20], 100) == points[:20]


def test_points_without_a_value_are_left_out() -> None:
    assert finite([1, 2, 3], [0.5, None, float("inf")]) == [(1.0, 0.5)]
    assert nearest([(1.0, 5.0), (9.0, 6.0)], 4) == (1.0, 5.0) and nearest([], 1) is None
    assert (tick_text(200_000), tick_text(0.25), tick_text(3)) == ("200k", "0.25", "3")
    assert (value_text(0.12345), value_text(12.3456), value_text(1234.5)) == (
        "0.1235" if round(0.12345, 4) == 0.1235 else "0.1234", "12.346", "1234.5")
