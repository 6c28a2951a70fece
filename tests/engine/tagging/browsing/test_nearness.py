"""Nearness is the cosine of the vectors, near enough though they are kept in bytes."""

import numpy as np
import pytest

from engine.tagging.browsing.nearness import foremost, nearness
from engine.tagging.browsing.song_columns import SongColumns

SONGS, WIDTH = 300, 384


def columns_of(vectors: np.ndarray) -> SongColumns:
    """Songs 1 to S, all read by one tagger."""
    columns = SongColumns(("joy",), (), len(vectors))
    slots = columns.take(np.arange(1, len(vectors) + 1))
    columns.tagger[slots] = 0
    columns.put_vectors(slots, vectors.astype(np.float32))
    return columns


@pytest.mark.parametrize("kind", ["normal", "heavy tails", "all alike", "long"])
def test_a_byte_a_number_is_enough(kind: str) -> None:
    chance = np.random.default_rng(4)
    vectors = {"normal": lambda: chance.normal(size=(SONGS, WIDTH)),
               "heavy tails": lambda: chance.standard_t(2.5, size=(SONGS, WIDTH)),
               "all alike": lambda: 5 + 0.1 * chance.normal(size=(SONGS, WIDTH)),
               "long": lambda: 1e4 * chance.normal(size=(SONGS, WIDTH))}[kind]()
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    told = nearness(columns_of(vectors), 7)
    wanted = units @ units[6]
    assert np.isnan(told[6])
    assert np.nanmax(np.abs(told - wanted)) < 0.01


def test_vectors_that_are_none_are_not_near() -> None:
    vectors = np.random.default_rng(1).normal(size=(5, 8))
    vectors[1] = 0
    vectors[2, 3] = np.nan
    vectors[3, 0] = np.inf
    columns = columns_of(vectors)
    told = nearness(columns, 1)
    assert np.isnan(told[[0, 1]]).all()
    assert not np.isnan(told[[2, 3, 4]]).any() and np.abs(told[2:]).max() <= 1
    assert np.isnan(nearness(columns, 2)).all()


def test_vectors_of_another_width_are_left_out() -> None:
    columns = columns_of(np.ones((3, 8)))
    columns.put_vectors(columns.take(np.array([9])), np.ones((1, 4), np.float32))
    assert not columns.vectors[columns.slots_of([9])].any()


@pytest.mark.parametrize("most, wanted", [(0, []), (1, [3]), (2, [3, 0]), (9, [3, 0, 2])])
def test_the_foremost_are_the_highest(most: int, wanted: list[int]) -> None:
    values = np.array([0.5, np.nan, -1.0, 0.9], np.float32)
    assert foremost(values, most).tolist() == wanted
