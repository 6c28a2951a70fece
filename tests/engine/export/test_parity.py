"""Parity measures how far scores moved and refuses what moved too far."""

import numpy as np
import pytest

from engine.errors import EngineError
from engine.export.parity import Parity, compare, require


def test_it_measures_mean_and_largest_change() -> None:
    parity = compare(np.array([[0.1, 0.5], [0.9, 0.5]]), np.array([[0.1, 0.5], [0.7, 0.4]]))
    assert parity.mean_change == pytest.approx(0.3 / 4)
    assert parity.largest_change == pytest.approx(0.2)


def test_it_lets_small_changes_pass_and_refuses_others() -> None:
    near = Parity(0.004, 0.05)
    assert require(near, 0.005, "Quantizing") is near
    with pytest.raises(EngineError, match=r"Quantizing changed the scores by 0\.0040") as caught:
        require(near, 0.003, "Quantizing")
    assert "not installed" in caught.value.hint


def test_scores_that_are_no_numbers_are_refused() -> None:
    broken = compare(np.array([[0.1, 0.5]]), np.array([[0.1, np.nan]]))
    with pytest.raises(EngineError):
        require(broken, 0.5, "Building")
