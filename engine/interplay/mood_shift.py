"""How far a text moves when it is said otherwise: towards a mood, and away from what it meant.

Measures with the tagger and the sentence encoder; writes nothing and chooses nothing.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.memory.words import words_of
from engine.interplay.hearing import Heard, MoodListener
from engine.settings import CollationSettings
from engine.tagging.collation import combine
from engine.tagging.vocabulary import Vocabulary

ACROSS = 1.0
"""Moods that lie further apart than this on the circumplex do not go together."""
_CERTAIN = 1e-6
_EVERY = CollationSettings()

Logits = npt.NDArray[np.float64]


class MoodGauge:
    """Says how far texts lie towards a mood, as a tagger hears them."""

    def __init__(self, listener: MoodListener, vocabulary: Vocabulary) -> None:
        self._listener = listener
        self._vocabulary = vocabulary

    def shifts(self, text: str, others: Sequence[str], mood: str) -> list[float]:
        """How far each of `others` lies towards the mood from `text`, in logits.

        What moves towards moods across the circumplex as well moves less: “not happy at all” has
        much of the word and nothing of the mood. Texts without words lie infinitely far back.
        """
        moods = self._listener.tagger.moods
        column = moods.index(mood)
        across = [at for at, other in enumerate(moods) if self._lies_across(mood, other)]
        start, *heights = [_heights(heard) for heard in self._listener.heard([text, *others])]
        return [_moved(start, height, column, across) for height in heights]

    def _lies_across(self, mood: str, other: str) -> bool:
        one, two = self._vocabulary.get(mood), self._vocabulary.get(other)
        return (one is not None and two is not None
                and math.dist((one.valence, one.arousal), (two.valence, two.arousal)) > ACROSS)


class MeaningGauge:
    """Says how much of the meaning stays: by vectors, or by words where there is no encoder."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder

    @property
    def by_words(self) -> bool:
        """Whether only words are compared."""
        return not self._encoder.width

    def kept(self, text: str, others: Sequence[str]) -> list[float]:
        """For each of `others` how near it is to `text`, 1 where it says the same."""
        if not others:
            return []
        if self.by_words:
            return [_shared_words(text, other) for other in others]
        vectors = self._encoder.vectors([text, *others])
        return [float(cosine) for cosine in vectors[1:] @ vectors[0]]


def _heights(heard: Heard) -> Logits | None:
    """(M,) the logits of all moods in a text, None where it has no words."""
    if not heard.excerpts:
        return None
    scores = np.array([excerpt.scores for excerpt in heard.excerpts])
    weights = np.array([excerpt.weight for excerpt in heard.excerpts])
    affect = np.zeros((len(scores), 2))
    whole = combine(scores, affect, weights, np.zeros(1, np.int64), _EVERY).scores[0]
    clear = np.clip(whole.astype(np.float64), _CERTAIN, 1 - _CERTAIN)
    return np.log(clear / (1 - clear))


def _moved(start: Logits | None, end: Logits | None, column: int,
           across: Sequence[int]) -> float:
    if start is None or end is None:
        return -math.inf
    change = end - start
    astray = float(np.maximum(change[list(across)], 0).mean()) if across else 0.0
    return float(change[column]) - astray


def _shared_words(text: str, other: str) -> float:
    """The share of words both have (Dice's coefficient)."""
    mine, theirs = set(words_of(text)), set(words_of(other))
    both = len(mine) + len(theirs)
    return 2 * len(mine & theirs) / both if both else 1.0
