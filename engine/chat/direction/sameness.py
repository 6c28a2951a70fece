"""Whether a reply says again what was said before: by its meaning, else by its words.

Knows texts and a sentence encoder; whose they are is for others. Nothing is ever the same as
nothing.
"""

from collections import Counter
from collections.abc import Sequence
from math import sqrt

import numpy as np

from engine.chat.memory.sentence_vectors import RememberingEncoder, SentenceEncoder
from engine.chat.memory.words import words_of

SAME_MEANING = 0.94
"""Cosine from which two replies say the same: a little below 0.95, which no two may reach, as
the last bits of a vector hang on what is read with it."""
SAME_WORDS = 0.85
"""The same of their counted words, where there is no encoder."""
_REMEMBERED = 512


class Sameness:
    """Serves many talks. One thread at a time."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = RememberingEncoder(encoder, _REMEMBERED)

    def is_said_again(self, text: str, earlier: Sequence[str]) -> bool:
        """Whether `text` says the same as one of `earlier`."""
        others = [other for other in dict.fromkeys(earlier) if words_of(other)]
        if not others or not words_of(text):
            return False
        if any(words_of(text) == words_of(other) for other in others):
            return True
        if not self._encoder.width:
            return max(_shared_words(text, other) for other in others) >= SAME_WORDS
        # The newest are remembered longest: a talk may be longer than that.
        vectors = self._encoder.vectors([*others, text])
        return float(np.max(vectors[:-1] @ vectors[-1])) >= SAME_MEANING


def _shared_words(one: str, other: str) -> float:
    """The cosine of two texts' counted words, 0 to 1."""
    ours, theirs = Counter(words_of(one)), Counter(words_of(other))
    shared = sum(count * theirs[word] for word, count in ours.items())
    return shared / sqrt(_square(ours) * _square(theirs))


def _square(counts: Counter[str]) -> int:
    return sum(count * count for count in counts.values())
