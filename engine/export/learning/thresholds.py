"""The score from which a label is given, set without looking at the labels of those it judges.

Where scores are honest, the expected F1 of every threshold can be told from the scores alone
(Lipton, Elkan and Naryanaswamy 2014); the shift that makes them honest comes from how often people
gave the label in what was learned from.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
_CLEAR = 1e-6
_SHIFTS = 60
_LEAST = 0.02


def expected_f1_thresholds(scores: Floats, rates: Floats) -> list[float]:
    """(M,) thresholds for scores (S, M) 0..1 of labels that people give in `rates` (M,) of all
    texts. A label nobody gave is held to half."""
    return [_threshold(scores[:, at].astype(np.float64), float(rate))
            for at, rate in enumerate(rates.tolist())]


def _threshold(scores: Floats, rate: float) -> float:
    if not 0 < rate < 1 or not len(scores):
        return 0.5
    honest = _shifted(scores, rate)
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(honest[order])
    f1 = 2 * hits / (np.arange(1, len(scores) + 1) + honest.sum())
    best = int(f1.argmax())
    last = scores[order[best]]
    below = scores[order[best + 1]] if best + 1 < len(order) else last
    return float(np.clip((last + below) / 2, _LEAST, 1 - _LEAST))


def _shifted(scores: Floats, rate: float) -> Floats:
    """The scores with their logits moved alike, so that they add up to what people give."""
    clear = np.clip(scores, _CLEAR, 1 - _CLEAR)
    logits = np.log(clear / (1 - clear))
    low, high = -20.0, 20.0
    for _ in range(_SHIFTS):
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-(logits + middle)))).mean() < rate:
            low = middle
        else:
            high = middle
    return 1 / (1 + np.exp(-(logits + low)))
