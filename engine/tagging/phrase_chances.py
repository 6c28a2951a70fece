"""How probable each of several phrases is where nothing but one of them can be written.

Token by token, among the tokens with which any of the phrases goes on: what is forced costs
nothing. So a phrase of several tokens is not held to how well a model knows its spelling, and what
is scored is what a constrained answer would choose. Knows no model.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_Beginning = tuple[int, ...]


def phrase_chances(phrases: Sequence[Sequence[int]], given: Sequence[Floats]) -> Floats:
    """(M,) adding up to 1. `phrases` are token ids, `given` the log-probability of each of their
    tokens after those before it, among all tokens there are. A phrase with which another begins
    is as probable as that beginning.
    """
    among: defaultdict[_Beginning, dict[int, float]] = defaultdict(dict)
    for phrase, logs in zip(phrases, given, strict=True):
        for place, (token, log) in enumerate(zip(phrase, logs.tolist(), strict=True)):
            among[tuple(phrase[:place])][token] = log
    totals = {before: _log_sum(list(after.values())) for before, after in among.items()}
    logs = np.array([sum(among[tuple(phrase[:place])][token] - totals[tuple(phrase[:place])]
                         for place, token in enumerate(phrase)) for phrase in phrases])
    shares = np.exp(logs - logs.max())
    return (shares / shares.sum()).astype(np.float32)


def _log_sum(logs: Sequence[float]) -> float:
    return float(np.logaddexp.reduce(logs))
