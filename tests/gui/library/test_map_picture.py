"""Dots as pixels: where they lie, how they mix, and what sticks out of the picture."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from gui.library.map_picture import SHAPES, Dots, paint_dots, stamp_of

RED_BLUE = np.array([[255, 0, 0], [0, 0, 255]], np.uint8)


def picture(*dots: tuple[float, float, int, int], radius: float = 3.0) -> QImage:
    columns = np.array(dots).reshape(-1, 4).T
    return paint_dots(Dots(columns[0], columns[1], columns[2].astype(int), columns[3].astype(int)),
                      RED_BLUE, radius, 40, 30)


def at(image: QImage, x: int, y: int) -> QColor:
    return image.pixelColor(x, y)


@pytest.mark.parametrize("shape", range(SHAPES - 1))
def test_a_dot_lies_where_it_belongs_in_its_colour(shape: int) -> None:
    image = picture((20, 10, 0, shape))
    assert (image.width(), image.height()) == (40, 30)
    middle = at(image, 20, 10)
    assert middle.alpha() > 180 and middle.red() > 250 and middle.blue() < 5
    assert at(image, 28, 10).alpha() == 0 and at(image, 20, 20).alpha() == 0


def test_a_ring_is_open_in_the_middle() -> None:
    image = picture((20, 10, 0, 4), radius=6.0)
    assert at(image, 20, 10).alpha() == 0 and at(image, 25, 10).alpha() > 150


def test_many_in_one_place_are_denser_and_mix_whatever_their_order() -> None:
    one, two = picture((20, 10, 0, 0)), picture((20, 10, 0, 0), (20, 10, 1, 0))
    assert at(two, 20, 10).alpha() > at(one, 20, 10).alpha()
    assert abs(at(two, 20, 10).red() - at(two, 20, 10).blue()) <= 2
    assert two == picture((20, 10, 1, 0), (20, 10, 0, 0))


def test_dots_at_the_edge_are_cut_and_those_beyond_are_left_out() -> None:
    image = picture((0, 0, 0, 0), (39, 29, 0, 0), (500, 500, 0, 0), (-4, 10, 0, 0), (43, 10, 1, 0))
    assert at(image, 0, 0).alpha() > 180 and at(image, 39, 29).alpha() > 180
    assert all(at(image, x, 10).alpha() < 60 for x in (0, 39))
    assert not any(at(image, x, 20).alpha() for x in range(40))


def test_no_dots_are_an_empty_picture() -> None:
    image = picture()
    assert not any(at(image, x, y).alpha() for x in range(40) for y in range(30))


def test_shapes_are_about_as_large_as_each_other() -> None:
    areas = [float(stamp_of(shape, 5.0).sum()) for shape in range(SHAPES - 1)]
    assert max(areas) < 1.5 * min(areas)
