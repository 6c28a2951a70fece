"""Which places lie within a line drawn by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gui.library.lasso import Lasso, within

SQUARE = [(10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0)]


def inside(corners: list[tuple[float, float]], *places: tuple[float, float]) -> list[int]:
    points = np.array(places, np.float64).reshape(-1, 2)
    return within(corners, points[:, 0], points[:, 1]).tolist()


def test_what_lies_within_a_square() -> None:
    assert inside(SQUARE, (20, 20), (5, 20), (29, 11), (20, 31), (20, 9)) == [0, 2]
    assert inside(SQUARE) == []
    assert inside(SQUARE[:2], (20, 10)) == []


def test_a_bay_of_a_line_is_outside() -> None:
    horseshoe = [(0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)]
    assert inside(horseshoe, (15, 5), (15, 20), (5, 25), (25, 25)) == [0, 2, 3]


def test_a_line_that_crosses_itself_leaves_out_what_it_encloses_twice() -> None:
    twice = [*SQUARE, *SQUARE]
    assert inside(twice, (20, 20)) == []


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), max_size=20))
def test_a_box_holds_just_what_lies_between_its_edges(
        places: list[tuple[float, float]]) -> None:
    wanted = [at for at, (x, y) in enumerate(places) if 10 < x < 30 and 10 < y < 30]
    edges = {at for at, (x, y) in enumerate(places) if x in (10, 30) or y in (10, 30)}
    assert set(inside(SQUARE, *places)) - edges == set(wanted) - edges


def test_an_unsteady_click_is_no_line() -> None:
    lasso = Lasso(10, 10)
    assert not lasso.draw_to(11, 11) and lasso.draw_to(14, 10) and lasso.draw_to(10, 12)
    assert not lasso.is_drawn
    assert lasso.draw_to(40, 40) and lasso.is_drawn
