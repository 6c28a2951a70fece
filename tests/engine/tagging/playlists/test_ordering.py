"""Orders of a list: every song once, and each near the next or near the line that was wished."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.tagging.playlists.ordering import order_along, pick_along, smooth_order

PLACES = st.lists(st.tuples(*[st.floats(-1, 1, width=16)] * 4), min_size=1, max_size=14)


def length(begins: np.ndarray, ends: np.ndarray, order: list[int]) -> float:
    return float(sum(np.linalg.norm(ends[a] - begins[b])
                     for a, b in pairwise(order)))


def test_songs_follow_where_the_one_before_ends() -> None:
    begins = np.array([[0, 0], [0.8, 0], [0.4, 0], [-0.4, 0]])
    ends = np.array([[0.4, 0], [1, 0], [0.8, 0], [-0.8, 0]])
    assert smooth_order(begins, ends, first=0) == [0, 2, 1, 3]


@given(PLACES)
def test_a_smooth_order_holds_every_song_once(places: list[tuple[float, ...]]) -> None:
    both = np.array(places)
    begins, ends = both[:, :2], both[:, 2:]
    order = smooth_order(begins, ends)
    assert order[0] == 0 and sorted(order) == list(range(len(places)))
    if len(places) > 2:
        assert length(begins, ends, order) <= length(begins, ends, _greedy(begins, ends)) + 1e-4


def _greedy(begins: np.ndarray, ends: np.ndarray) -> list[int]:
    order = [0]
    while len(order) < len(begins):
        order.append(min((at for at in range(len(begins)) if at not in order),
                         key=lambda at: float(np.linalg.norm(ends[order[-1]] - begins[at]))))
    return order


def test_an_order_along_a_line_gives_each_place_the_song_of_its_rank() -> None:
    values = np.array([0.1, 0.9, -0.5, 0.4])
    assert order_along(values, (-1, 1)) == [2, 0, 3, 1]
    assert order_along(values, (1, -1)) == [1, 3, 0, 2]
    assert order_along(values, (-1, 1, -1))[0] in (0, 2)
    assert order_along(np.zeros(0), (0, 1)) == []


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30),
       st.lists(st.floats(-1, 1), min_size=2, max_size=6))
def test_an_order_along_a_line_is_the_nearest_there_is(values: list[float],
                                                       wish: list[float]) -> None:
    order = order_along(np.array(values), tuple(wish))
    assert sorted(order) == list(range(len(values)))


def test_songs_are_picked_for_the_places_of_a_list() -> None:
    places = np.array([[0.9, 0], [-0.9, 0], [0, 0], [-0.8, 0]])
    assert pick_along(places, np.array([[-1, 0], [-1, 0], [1, 0]])) == [1, 3, 0]
    assert len(pick_along(places, np.zeros((9, 2)))) == 4
