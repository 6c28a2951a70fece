"""How far each pair of a head turns from one place to the next, with the scalings that exist.

Knows the facts of config.json and of a GGUF as plain numbers. Refuses, by a sentence, scalings
that need more than one set of angles.
"""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError

Angles = npt.NDArray[np.float64]

UNSCALED = ("", "none", "default")


def plain_angles(theta: float, head_size: int) -> Angles:
    """(head_size / 2,) radians a place, Su et al. 2021 (RoFormer)."""
    return theta ** -(np.arange(0, head_size, 2, dtype=np.float64) / head_size)


def scaled_angles(theta: float, head_size: int, scaling: Mapping[str, object]) -> Angles:
    """The angles under a `rope_scaling` of config.json; EngineError for a kind not known."""
    angles = plain_angles(theta, head_size)
    kind = str(scaling.get("rope_type", scaling.get("type", "")) or "")
    if kind in UNSCALED:
        return angles
    if kind == "linear":
        return angles / _number(scaling, "factor")
    if kind == "llama3":
        return _llama3(angles, scaling)
    raise unknown_scaling(kind)


def unknown_scaling(kind: str) -> EngineError:
    """What is said of a scaling that the fast graph cannot hold."""
    return EngineError(f'This model stretches its window by "{kind}", which is not supported.',
                       "Choose a version of the model without it.")


def _llama3(angles: Angles, scaling: Mapping[str, object]) -> Angles:
    """Slow pairs turn slower by the factor, quick ones stay, those between are blended."""
    factor = _number(scaling, "factor")
    low = _number(scaling, "low_freq_factor")
    high = _number(scaling, "high_freq_factor")
    turns = _number(scaling, "original_max_position_embeddings") * angles / (2 * math.pi)
    if high <= low:
        raise _broken("high_freq_factor")
    kept = np.clip((turns - low) / (high - low), 0.0, 1.0)
    return (1 - kept) * angles / factor + kept * angles


def _number(scaling: Mapping[str, object], name: str) -> float:
    value = scaling.get(name)
    if not isinstance(value, int | float) or value <= 0:
        raise _broken(name)
    return float(value)


def _broken(name: str) -> EngineError:
    return EngineError(f'The "{name}" of this model\'s rope scaling makes no sense.',
                       "Fetch the model again from its source.")
