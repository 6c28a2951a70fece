"""Does the exported model answer like the one it came from? Compares scores, passes or refuses."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Parity:
    """Differences between two models' scores over the same excerpts."""

    mean_change: float
    largest_change: float


def compare(reference: Floats, exported: Floats) -> Parity:
    """Both (n, M) scores 0..1 in the same order."""
    change = np.abs(reference - exported)
    return Parity(float(change.mean()), float(change.max()))


def require(parity: Parity, mean_change: float, step: str) -> Parity:
    """`parity`, or an EngineError where scores moved more than `mean_change` on average."""
    if not parity.mean_change <= mean_change:
        raise EngineError(
            f"{step} changed the scores by {parity.mean_change:.4f} on average; "
            f"at most {mean_change} is accepted.",
            "The model was not installed. Its weights are kept in the job's folder.",
        )
    return parity
