"""How far a figure may be off, from what it is in resamplings of the songs: 95 % intervals.

The plain percentiles of a resampling lean wherever it moves the figure itself: songs drawn twice
tie, and noise only ever adds to a calibration error. Each kind of figure has the remedy that held
the truth most nearly 95 times in 100 on songs made up for it. Knows no song and no report block.
"""

from collections.abc import Callable, Mapping
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from engine.evaluation.report import Interval

Floats = npt.NDArray[np.floating]
Ends = Callable[[float, Floats], tuple[float, float]]
"""A figure and its worlds (R,), all finite, to the ends of its interval."""

_NORMAL = NormalDist()
_OUTSIDE = (2.5, 97.5)
_REACH = _NORMAL.inv_cdf(_OUTSIDE[1] / 100)
_SURE = 0.002  # odds of no more than 1 to 500 are told apart from none by hardly any song
_ALIKE = 1e-12


def corrected(value: float, worlds: Floats) -> tuple[float, float]:
    """Bias-corrected percentiles (Efron 1987): shifted by as much as the worlds lean off."""
    below = (worlds < value - _ALIKE).mean() + (np.abs(worlds - value) <= _ALIKE).mean() / 2
    least = 0.5 / len(worlds)
    lean = _NORMAL.inv_cdf(float(np.clip(below, least, 1 - least)))
    low, high = np.percentile(
        worlds, [100 * _NORMAL.cdf(2 * lean + reach) for reach in (-_REACH, _REACH)]).tolist()
    return low, high


def turned(value: float, worlds: Floats) -> tuple[float, float]:
    """The basic interval (Davison and Hinkley 1997): as the worlds lie about the figure, so the
    figure lies about the truth, the other way round. Stays within 0..1."""
    low, high = np.percentile(worlds, _OUTSIDE).tolist()
    return max(0.0, 2 * value - high), min(1.0, 2 * value - low)


def turned_angle(value: float, worlds: Floats) -> tuple[float, float]:
    """The basic interval of a share 0..1 on the scale of its angle, on which shares near 0 and 1
    vary as much as any (Freeman and Tukey 1950)."""
    low, high = np.percentile(worlds, _OUTSIDE).tolist()
    at, *ends = (np.arcsin(np.sqrt(np.clip([value, high, low], 0, 1)))).tolist()
    low, high = (np.sin(np.clip([2 * at - end for end in ends], 0, np.pi / 2)) ** 2).tolist()
    return low, high


def turned_odds(value: float, worlds: Floats) -> tuple[float, float]:
    """The basic interval of a figure 0..1 on the scale of its log-odds: widest, for few songs."""
    low, high = np.percentile(worlds, _OUTSIDE).tolist()
    clear = np.clip([value, high, low], _SURE, 1 - _SURE)
    at, *ends = np.log(clear / (1 - clear)).tolist()
    low, high = (1 / (1 + np.exp([end - 2 * at for end in ends]))).tolist()
    return low, high


_ENDS: Mapping[str, Ends] = {
    "auc": turned_odds, "macro_auc": turned_angle, "macro_auc_all": turned_angle,
    "mean_average_precision": turned, "mean_average_precision_all": turned,
    **dict.fromkeys(
        ("precision", "recall", "f1", "micro_precision", "micro_recall", "micro_f1",
         "macro_precision", "macro_recall", "macro_f1", "macro_f1_all", "exact_match",
         "untagged", "agreement", "accuracy", "balanced_accuracy", "top_3"), turned_angle),
}


def interval(values: Floats, name: str = "") -> Interval | None:
    """Of (1 + R,) values, the figure first: its 95 % interval, worlds that cannot tell left out.

    `name` is that of a figure of the report; any other is bias-corrected. The interval always
    holds the figure, also where resampling pushes it to one side. None for a figure that is nan.
    """
    value, worlds = float(values[0]), values[1:][np.isfinite(values[1:])]
    if not np.isfinite(value):
        return None
    ends = _ENDS.get(name, corrected)
    low, high = ends(value, worlds) if len(worlds) else (value, value)
    return Interval(value, min(low, value), max(high, value))


def error_interval(values: Floats, by_chance: Floats, freed: Floats) -> Interval | None:
    """Of a calibration error, (1 + R,) with the figure first: its 95 % interval.

    Noise adds to it in every sample and once more in every resampling, most where there is least
    to find. So it starts at 0 where scores that are right come as far `by_chance` (Broecker and
    Smith 2007), else as far below the figure as the errors `freed` of noise rise in resampling;
    both are (1 + R,) too. It ends where the basic interval does.
    """
    if not np.isfinite(values[0]):
        return None
    value, start = float(values[0]), float(freed[0])
    known = np.isfinite(values[1:])
    if not known.any():
        return Interval(value, value, value)
    lowest, highest = (np.percentile(worlds[1:][known], end) for worlds, end in zip(
        (values, freed), _OUTSIDE, strict=True))
    right = value <= np.percentile(by_chance[1:][known], _OUTSIDE[1])
    low = 0.0 if right else min(value, max(0.0, float(value - highest + start)))
    return Interval(value, low, max(value, float(2 * value - lowest)))
