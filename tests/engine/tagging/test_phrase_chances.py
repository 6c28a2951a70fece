"""A phrase is as probable as the choices that lead to it."""

import math

import numpy as np
import pytest

from engine.tagging.phrase_chances import phrase_chances


def logs(*chances: float) -> np.ndarray:
    return np.array([math.log(chance) for chance in chances], np.float32)


def test_what_is_forced_costs_nothing() -> None:
    # GIVEN a phrase of one token, and one that goes on with a token the model would not expect
    found = phrase_chances([[1], [2, 3]], [logs(0.2), logs(0.6, 0.001)])
    assert found == pytest.approx([0.25, 0.75])


def test_a_shared_beginning_is_chosen_once_and_then_parted() -> None:
    found = phrase_chances([[1], [2, 3], [2, 4]], [logs(0.1), logs(0.3, 0.1), logs(0.3, 0.3)])
    assert found == pytest.approx([0.25, 0.75 / 4, 0.75 * 3 / 4])


def test_all_behind_one_beginning_are_parted_by_the_rest() -> None:
    found = phrase_chances([[9, 1], [9, 2]], [logs(1e-9, 0.5), logs(1e-9, 0.5)])
    assert found == pytest.approx([0.5, 0.5])


def test_a_phrase_with_which_another_begins_has_a_share() -> None:
    found = phrase_chances([[1], [1, 2], [3]], [logs(0.5), logs(0.5, 0.5), logs(0.5)])
    assert found == pytest.approx([1 / 3] * 3)


def test_a_chance_of_nothing_is_no_trouble() -> None:
    found = phrase_chances([[1], [2]], [np.array([-math.inf], np.float32), logs(0.5)])
    assert found == pytest.approx([0.0, 1.0])
