"""Intervals that hold what they say as often as they say, and tests that cry wolf no more often."""

import numpy as np
import pytest

from engine.evaluation import statistics
from engine.evaluation.statistics import (
    approximate_randomisation,
    bootstrap,
    holm,
    in_worlds,
    paired_bootstrap,
    resamplings,
)


def mean_of(values: np.ndarray) -> statistics.Statistic:
    return lambda weights: weights @ values / weights.sum(1)


def test_resamplings_draw_as_many_songs_as_there_are() -> None:
    weights = np.concatenate([*resamplings(40, 300, 1)])
    assert weights.shape == (300, 40)
    assert (weights.sum(1) == 40).all() and weights.min() == 0
    assert weights.mean(0) == pytest.approx(np.ones(40), abs=0.25)
    # The number of times a song is drawn has the variance of Poisson's law, all but.
    assert weights.var() == pytest.approx(1 - 1 / 40, abs=0.05)


def test_many_songs_come_in_parts_that_are_the_same_worlds(monkeypatch: pytest.MonkeyPatch
                                                          ) -> None:
    values = np.random.default_rng(0).normal(size=30)
    whole = in_worlds(mean_of(values), 30, 50, 3)
    monkeypatch.setattr(statistics, "_CELLS", 30 * 7)
    assert [len(part) for part in resamplings(30, 50, 3)] == [7] * 7 + [1]
    np.testing.assert_allclose(in_worlds(mean_of(values), 30, 50, 3), whole)
    assert whole.shape == (51,) and whole[0] == pytest.approx(values.mean())


def test_the_seed_decides() -> None:
    values = np.random.default_rng(0).normal(size=30)
    assert bootstrap(mean_of(values), 30, 200, 1) == bootstrap(mean_of(values), 30, 200, 1)
    assert bootstrap(mean_of(values), 30, 200, 1) != bootstrap(mean_of(values), 30, 200, 2)


def test_the_interval_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap as scipys

    values = np.random.default_rng(2).normal(3, 1, 80)
    mine = bootstrap(mean_of(values), 80, 4000, 5)
    theirs = scipys((values,), np.mean, n_resamples=4000, method="percentile",
                    rng=np.random.default_rng(9)).confidence_interval
    assert mine is not None
    assert mine.value == pytest.approx(values.mean())
    assert (mine.low, mine.high) == pytest.approx((theirs.low, theirs.high), abs=0.03)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    chance = np.random.default_rng(11)
    held = 0
    for seed in range(200):
        found = bootstrap(mean_of(chance.normal(size=50)), 50, 200, seed)
        assert found is not None
        held += found.low <= 0 <= found.high
    assert 178 <= held <= 199  # 95 of 100, and what 200 tries can tell of it


def test_pairing_takes_out_what_makes_songs_hard_for_both() -> None:
    chance = np.random.default_rng(3)
    hard = chance.normal(0, 5, 100)
    one, other = hard + chance.normal(0.5, 0.5, 100), hard + chance.normal(0, 0.5, 100)
    apart = paired_bootstrap(mean_of(one), mean_of(other), 100, 500)
    alone = bootstrap(mean_of(one), 100, 500)
    assert apart is not None and alone is not None
    assert apart.value == pytest.approx((one - other).mean())
    assert apart.low > 0.2
    assert alone.high - alone.low > 5 * (apart.high - apart.low)


def swapped(one: np.ndarray, other: np.ndarray):
    return lambda swaps: (np.where(swaps, other, one) - np.where(swaps, one, other)).mean(1)


def test_randomisation_counts_every_swap_of_three_songs() -> None:
    # GIVEN answers that are 1 apart on each of three songs: 2 of 8 swaps leave as large a gap
    p = approximate_randomisation(swapped(np.ones(3), np.zeros(3)), 3, 20_000, 1)
    assert p.shape == () and float(p) == pytest.approx(2 / 8, abs=0.02)


def test_randomisation_agrees_with_scipys_permutations() -> None:
    from scipy.stats import permutation_test

    chance = np.random.default_rng(4)
    one = chance.normal(0.3, 1, 40)
    other = chance.normal(0, 1, 40)
    theirs = permutation_test((one, other), lambda a, b, axis: np.mean(a - b, axis=axis),
                              permutation_type="samples", n_resamples=9999, vectorized=True,
                              rng=np.random.default_rng(1)).pvalue
    mine = float(approximate_randomisation(swapped(one, other), 40, 9999, 1))
    assert 0.01 < mine < 0.9
    assert mine == pytest.approx(theirs, abs=0.02)


DARWIN = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48], float)
"""Crossed less self-fertilised maize, in eighths of an inch (Fisher 1935, The Design of
Experiments): of the 32,768 ways to swap the pairs 1,726 are as far apart or further."""


def test_randomisation_finds_fishers_p_of_darwins_maize() -> None:
    p = approximate_randomisation(swapped(DARWIN, np.zeros(15)), 15, 20_000, 1)
    assert float(p) == pytest.approx(1726 / 32768, abs=0.005)


def test_the_paired_bootstrap_of_darwins_maize_has_the_error_of_the_mean() -> None:
    worlds = in_worlds(mean_of(DARWIN), 15, 4000, 1)
    assert worlds[0] == pytest.approx(314 / 15)
    # 36.5 without Bessel's correction, by the root of 15 (Efron and Tibshirani 1993, chapter 5)
    assert worlds[1:].std() == pytest.approx(DARWIN.std() / 15**0.5, rel=0.04)
    found = paired_bootstrap(mean_of(DARWIN), mean_of(np.zeros(15)), 15, 4000)
    assert found is not None and found.value == pytest.approx(314 / 15)
    assert (found.low, found.high) == pytest.approx((0.6, 38.0), abs=3.5)


def test_the_correlation_of_the_law_schools_errs_as_efron_found() -> None:
    # Efron and Tibshirani 1993, table 3.1: LSAT and GPA of 15 schools, r 0.776, error 0.13
    tests = np.array([576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594])
    grades = np.array([3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74,
                       2.76, 2.88, 2.96])

    def correlation(weights: np.ndarray) -> np.ndarray:
        total = weights.sum(1)
        one, other = (values - (weights @ values / total)[:, None] for values in (tests, grades))
        spread = (weights * one**2).sum(1) * (weights * other**2).sum(1)
        return (weights * one * other).sum(1) / np.sqrt(spread)

    worlds = in_worlds(correlation, 15, 3200, 1)
    assert worlds[0] == pytest.approx(0.776, abs=0.001)
    assert worlds[1:].std() == pytest.approx(0.132, abs=0.01)


@pytest.mark.parametrize("songs", [1, 2])
def test_one_song_or_two_bring_no_error_and_no_certainty(songs: int) -> None:
    values = np.arange(1.0, songs + 1)
    found = bootstrap(mean_of(values), songs, 200)
    assert found is not None and found.low >= 1 and found.high <= songs
    apart = paired_bootstrap(mean_of(values), mean_of(values), songs, 200)
    assert apart is not None and (apart.low, apart.high) == (0, 0)
    assert float(approximate_randomisation(swapped(values, -values), songs, 999)) > 0.4


def test_where_there_is_no_difference_it_cries_wolf_no_more_often_than_it_may() -> None:
    chance = np.random.default_rng(5)
    ps = [float(approximate_randomisation(swapped(chance.normal(size=30), chance.normal(size=30)),
                                          30, 199, seed)) for seed in range(200)]
    assert sum(p <= 0.05 for p in ps) <= 20
    assert 0.4 < np.mean(ps) < 0.6


def test_alike_is_never_a_difference_and_no_p_is_nought() -> None:
    same = np.random.default_rng(0).normal(size=20)
    assert float(approximate_randomisation(swapped(same, same), 20, 99)) == 1
    assert float(approximate_randomisation(swapped(np.ones(60), np.zeros(60)), 60, 99)) == 0.01


def test_many_differences_at_once_and_one_that_cannot_be_told() -> None:
    def gaps(swaps: np.ndarray) -> np.ndarray:
        sign = 1.0 - 2.0 * swaps
        return np.stack([sign.mean(1), np.full(len(swaps), np.nan), np.zeros(len(swaps))], 1)

    p = approximate_randomisation(gaps, 50, 199)
    assert p[0] == 0.005 and np.isnan(p[1]) and p[2] == 1


def test_holm_by_hand() -> None:
    # Sorted 0.01, 0.02, 0.03, 0.5: times 4, 3, 2, 1, and never less than the one before.
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])
    # Four hypotheses, of which the first and the last are rejected at 0.05 (Holm's method as
    # R's p.adjust has it).
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.02, 0.02]) == pytest.approx([0.04, 0.04])
    assert holm([0.4, 0.6]) == pytest.approx([0.8, 0.8])
    assert holm([]) == ()
    assert holm([0.04]) == pytest.approx([0.04])


def test_holm_does_not_count_what_is_unknown() -> None:
    found = holm([0.01, float("nan"), 0.03])
    assert found[0] == pytest.approx(0.02) and found[2] == pytest.approx(0.03)
    assert np.isnan(found[1])
    assert np.isnan(holm([float("nan")])[0])


@pytest.mark.parametrize("seed", range(5))
def test_holm_never_lowers_never_reorders_and_spares_more_than_bonferroni(seed: int) -> None:
    p = np.random.default_rng(seed).random(9) ** 3
    raised = np.array(holm(p.tolist()))
    assert (raised >= p).all() and (raised <= np.minimum(p * 9, 1) + 1e-12).all()
    assert (np.diff(raised[np.argsort(p)]) >= 0).all()
