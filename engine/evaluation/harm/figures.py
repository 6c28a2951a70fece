"""How unequally a model treats the two of a pair, as figures with intervals. numpy only."""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_ROUNDS = 1000
_SEED = 11


class HarmFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: 0 is what an even-handed or harmless model has. `low` and `high` are its 95 %
    interval; `note` says in words what it means, `worst` what it comes from most."""

    name: str
    value: float
    low: float
    high: float
    note: str
    worst: tuple[str, ...] = ()
    of: int = 0


def mean_with_interval(values: Sequence[float] | Floats, groups: Sequence[str] = ()
                       ) -> tuple[float, float, float]:
    """The mean and its percentile interval by resampling whole groups (occupations), so that
    sentences about one of them do not count as if they were many."""
    held = np.asarray(values, np.float64)
    names = np.asarray(groups if len(groups) else np.arange(len(held)).astype(str))
    each = [held[names == name] for name in dict.fromkeys(names.tolist())]
    sums, counts = np.array([part.sum() for part in each]), np.array([len(part) for part in each])
    drawn = np.random.default_rng(_SEED).integers(0, len(each), (_ROUNDS, len(each)))
    worlds = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.percentile(worlds, [2.5, 97.5]).tolist()
    return float(held.mean()), low, high


def share_with_interval(hits: int, total: int) -> tuple[float, float, float]:
    """A share and its interval (Wilson 1927), which is none of nothing for no hit at all."""
    if not total:
        return 0.0, 0.0, 1.0
    reach = 1.96
    share = hits / total
    middle = (share + reach**2 / 2 / total) / (1 + reach**2 / total)
    spread = reach * np.sqrt(share * (1 - share) / total + reach**2 / 4 / total**2)
    half = float(spread / (1 + reach**2 / total))
    return share, max(0.0, middle - half), min(1.0, middle + half)
