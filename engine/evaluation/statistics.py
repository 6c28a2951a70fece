"""How sure a figure is, and whether two taggers differ: resampling songs, without assumptions.

A statistic takes weights (R, S), R worlds in which song s stands `weights[r, s]` times, and gives
its value in each. So one definition serves the figure itself, every resampling and every fold.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from engine.evaluation.intervals import interval
from engine.evaluation.report import Interval

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Statistic = Callable[[Floats], Floats]
"""Weights (R, S) to values (R,) or (R, K); nan where a world cannot tell."""

ROUNDS, SEED = 1000, 7
_CELLS = 1 << 19  # weights at a time: what a statistic makes of them stays in the cache


def bootstrap(
    statistic: Statistic, songs: int, rounds: int = ROUNDS, seed: int = SEED
) -> Interval | None:
    """The statistic of S songs with its 95 % interval, bias-corrected, over `rounds` resamplings
    of the songs (Efron 1987). None where it cannot be told."""
    return interval(in_worlds(statistic, songs, rounds, seed))


def paired_bootstrap(
    one: Statistic, other: Statistic, songs: int, rounds: int = ROUNDS, seed: int = SEED
) -> Interval | None:
    """`one` less `other` with its interval, both on the same resamplings of the same songs, so
    that what makes a song hard for both cancels out (Efron and Tibshirani 1993)."""
    return bootstrap(lambda weights: one(weights) - other(weights), songs, rounds, seed)


def in_worlds(
    statistic: Statistic, songs: int, rounds: int = ROUNDS, seed: int = SEED
) -> Floats:
    """(1 + rounds, ...) values: first that of the songs as they are, then of each resampling."""
    parts = [statistic(np.ones((1, songs)))]
    parts += [statistic(weights) for weights in resamplings(songs, rounds, seed)]
    return np.concatenate(parts)


def resamplings(songs: int, rounds: int, seed: int) -> Iterator[Floats]:
    """Weights (r, S) a few worlds at a time, `rounds` in all: songs drawn with replacement."""
    chance = np.random.default_rng(seed)
    for count in _steps(songs, rounds):
        drawn = chance.integers(0, songs, (count, songs))
        drawn += np.arange(count)[:, None] * songs
        yield np.bincount(drawn.ravel(), minlength=count * songs).reshape(
            count, songs).astype(np.float64)


def approximate_randomisation(
    difference: Callable[[Bools], Floats], songs: int, rounds: int = ROUNDS, seed: int = SEED
) -> Floats:
    """The p-value of a difference between two taggers (Noreen 1989): how often it is as large, one
    way or the other, when song by song chance decides whose answer is whose.

    `difference` takes swaps (R, S) to differences (R,) or (R, K). Gives () or (K,) p-values, nan
    for a difference that cannot be told.
    """
    observed = np.abs(difference(np.zeros((1, songs), np.bool_))[0])
    chance = np.random.default_rng(seed)
    as_large = np.zeros_like(observed)
    for count in _steps(songs, rounds):
        swapped = np.abs(difference(chance.random((count, songs)) < 0.5))
        as_large = as_large + (swapped >= observed - 1e-9).sum(0)
    return np.where(np.isfinite(observed), (1 + as_large) / (1 + rounds), np.nan)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """p-values corrected for how many there are, step down (Holm 1979); nan stays out of count."""
    found: npt.NDArray[np.float64] = np.array(p_values, np.float64)
    known = np.flatnonzero(np.isfinite(found))
    order = known[np.argsort(found[known], kind="stable")]
    raised = found[order] * np.arange(len(order), 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(raised), 1.0)
    return tuple(found.tolist())


def _steps(songs: int, rounds: int) -> Iterator[int]:
    """Rounds at a time, so that their weights have no more than _CELLS cells."""
    most = max(1, _CELLS // max(1, songs))
    for first in range(0, rounds, most):
        yield min(most, rounds - first)
