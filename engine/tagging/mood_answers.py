"""What taggers that speak share: how a mood is written, and what its scores say besides moods.

Knows the vocabulary and numbers; no model and no prompt.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from engine.tagging.results import Scores
from engine.tagging.vocabulary import Vocabulary


def phrases_of(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Each mood as a model is to write it: its id with spaces, "joyful activation"."""
    return tuple(mood.replace("_", " ") for mood in vocabulary.ids)


def affect_of(vocabulary: Vocabulary, weights: Scores) -> Scores:
    """(n, 2) valence and arousal: the moods' places, weighted by `weights` (n, M), none below 0.

    A row without any weight lies in the middle.
    """
    places = np.array([(mood.valence, mood.arousal) for mood in vocabulary.moods], np.float32)
    total = weights.sum(axis=1, keepdims=True)
    shares = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return np.clip(shares @ places, -1, 1).astype(np.float32)


def unit_rows(scores: Scores) -> Scores:
    """(n, M) rows of length 1, for similarity; a row of zeros stays."""
    length = np.linalg.norm(scores, axis=1, keepdims=True)
    return np.divide(scores, length, out=np.zeros_like(scores), where=length > 0)


def fingerprint(parts: Sequence[str]) -> str:
    """Six letters that change when anything a model is asked with changes."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:6]
