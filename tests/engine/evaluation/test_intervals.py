"""Intervals do not lean where resampling does, stay in bounds, and hold their figure."""

from collections.abc import Callable

import numpy as np
import pytest

from engine.evaluation.intervals import (
    corrected,
    error_interval,
    interval,
    turned,
    turned_angle,
    turned_odds,
)

WAYS = (corrected, turned, turned_angle, turned_odds)
Ends = Callable[[float, np.ndarray], tuple[float, float]]


def around(middle: float, spread: float, worlds: int = 4001) -> np.ndarray:
    """Worlds that lie evenly about a middle."""
    return middle + spread * np.linspace(-1, 1, worlds)


@pytest.mark.parametrize("ends", WAYS)
def test_where_nothing_leans_all_ways_are_the_percentiles(ends: Ends) -> None:
    low, high = ends(0.5, around(0.5, 0.02))
    assert (low, high) == pytest.approx((0.481, 0.519), abs=2e-4)


@pytest.mark.parametrize("ends", WAYS)
def test_where_the_worlds_lie_too_high_the_interval_reaches_down(ends: Ends) -> None:
    """As for average precision: songs drawn twice tie with themselves."""
    low, high = ends(0.31, around(0.33, 0.04))
    assert low < 0.2905 and high < 0.349
    assert low < 0.31 < high


@pytest.mark.parametrize("ends", WAYS)
def test_turned_round_it_leans_the_other_way(ends: Ends) -> None:
    low, high = ends(0.4, around(0.43, 0.05))
    turned_low, turned_high = ends(0.6, 1 - around(0.43, 0.05))
    assert (1 - turned_high, 1 - turned_low) == pytest.approx((low, high))


@pytest.mark.parametrize("ends", WAYS)
@pytest.mark.parametrize("value", [0.0, 0.01, 0.99, 1.0])
def test_shares_stay_between_nought_and_one(ends: Ends, value: float) -> None:
    chance = np.random.default_rng(1)
    worlds = chance.binomial(40, value, 500) / 40
    low, high = ends(value, worlds)
    assert 0 <= low <= high <= 1
    if value in (0.0, 1.0):
        assert (low, high) == pytest.approx((value, value), abs=0.003)


@pytest.mark.parametrize("ends", WAYS)
def test_worlds_all_on_one_side_or_all_alike_are_no_error(ends: Ends) -> None:
    for worlds in (np.full(50, 0.7), np.full(1, 0.2), around(0.9, 0.05, 50)):
        low, high = ends(0.5, worlds)
        assert np.isfinite([low, high]).all() and low <= high


def test_turning_is_scipys_basic_interval() -> None:
    from scipy.stats import bootstrap as scipys

    values = np.random.default_rng(2).beta(2, 3, 60)
    theirs = scipys((values,), np.var, n_resamples=5000, method="basic", vectorized=True,
                    rng=np.random.default_rng(9))
    low, high = turned(float(values.var()), theirs.bootstrap_distribution)
    assert (low, high) == pytest.approx(tuple(theirs.confidence_interval), abs=1e-9)


def test_correcting_is_scipys_bca_where_nothing_accelerates() -> None:
    from scipy.stats import bootstrap as scipys

    # GIVEN numbers whose mean has no skewness, so that only the bias is corrected
    half = np.random.default_rng(3).normal(size=30)
    values = np.concatenate([half, -half])
    theirs = scipys((values,), np.mean, n_resamples=4000, method="BCa",
                    rng=np.random.default_rng(9))
    found = corrected(float(values.mean()), theirs.bootstrap_distribution)
    assert found == pytest.approx(tuple(theirs.confidence_interval), abs=0.01)


@pytest.mark.parametrize("name", ["", "auc", "macro_auc", "mean_average_precision", "f1"])
def test_worlds_that_cannot_tell_are_left_out_and_the_figure_is_held(name: str) -> None:
    worlds = np.concatenate([[0.5], np.full(20, np.nan), around(0.6, 0.05, 200)])
    found = interval(worlds, name)
    assert found is not None and found.low <= found.value == 0.5 <= found.high
    assert interval(np.array([np.nan, 0.6, 0.7]), name) is None
    for none_tell in ([0.5], [0.5, np.nan]):
        alone = interval(np.array(none_tell), name)
        assert alone is not None and (alone.low, alone.high) == (0.5, 0.5)


def test_a_rare_tag_is_not_proven_by_the_luck_of_the_draw() -> None:
    """Five songs scored by chance: the odds ask for more than percentiles before they call it
    skill, which is what decides whether a mood is shown."""
    from engine.evaluation.weighted import Ranking

    chance, called = np.random.default_rng(6), {turned_odds: 0, turned: 0}
    present = np.arange(60) < 5
    for _ in range(200):
        weights = chance.multinomial(60, np.full(60, 1 / 60), 200).astype(float)
        ranking = Ranking.of(chance.random(60), present, np.ones(60, bool))
        value, worlds = float(ranking.auc(np.ones((1, 60)))[0]), ranking.auc(weights)
        for ends in called:
            called[ends] += ends(value, worlds[np.isfinite(worlds)])[0] > 0.5
    assert called[turned_odds] <= 12 < called[turned]


def test_a_calibration_error_no_larger_than_chance_would_make_it_reaches_nought() -> None:
    values = np.concatenate([[0.05], around(0.07, 0.02)])
    found = error_interval(values, around(0.05, 0.02, 4002), around(0.05, 0.02, 4002))
    assert found is not None and found.low == 0 and found.value == 0.05
    assert found.high == pytest.approx(0.05, abs=0.002)


def test_a_calibration_error_beyond_chance_starts_below_its_figure() -> None:
    values = np.concatenate([[0.2], around(0.21, 0.02)])
    freed = np.concatenate([[0.19], around(0.2, 0.02)])
    found = error_interval(values, around(0.05, 0.02, 4002), freed)
    assert found is not None
    # As far below as the freed errors rise: 0.219 less 0.19; above by the basic interval.
    assert found.low == pytest.approx(0.2 - 0.029, abs=2e-4)
    assert found.high == pytest.approx(0.4 - 0.191, abs=2e-4)


def test_a_calibration_error_nobody_can_tell_is_none_and_one_alone_is_itself() -> None:
    unknown = np.array([np.nan, 0.1])
    assert error_interval(unknown, unknown, unknown) is None
    alone = np.array([0.1, np.nan])
    found = error_interval(alone, alone, alone)
    assert found is not None and (found.low, found.high) == (0.1, 0.1)
