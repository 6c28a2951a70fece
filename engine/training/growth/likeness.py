"""How much texts are alike, so that what grows is new: by words in their order, and by meaning.

ROUGE-L (Lin 2004), as self-instruct filters by it (Wang et al. 2022); sentence vectors beside it
where an encoder is installed. Knows no model that writes.
"""

from collections.abc import Sequence

import numpy as np

from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.training.rows.word_hashes import words_of

TOO_ALIKE = 0.7
"""From so much of ROUGE-L on a text is no new one."""
TOO_NEAR = 0.92
"""The cosine from which on two texts mean the same."""


def rouge_l(one: Sequence[str], other: Sequence[str]) -> float:
    """The F measure of the longest common subsequence of two texts in words, 0 to 1."""
    if not one or not other:
        return 0.0
    longest = _common(one, other)
    return 2 * longest / (len(one) + len(other))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence, a bit a word (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for at, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << at
    full = (1 << len(one)) - 1
    row = full
    for word in other:
        here = row & places.get(word, 0)
        row = ((row + here) | (row - here)) & full
    return len(one) - row.bit_count()


class Likeness:
    """Compares new texts with all that were added."""

    def __init__(self, texts: Sequence[str], encoder: SentenceEncoder | None = None) -> None:
        self._encoder = encoder
        self._texts: list[str] = []
        self._words: list[list[str]] = []
        self._vectors: list[np.ndarray] = []
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """A text that new ones shall not be like."""
        self._texts.append(text)
        self._words.append(words_of(text))
        if self._encoder is not None:
            self._vectors.append(self._encoder.vectors([text])[0])

    def nearest(self, text: str) -> tuple[float, str]:
        """How much the text is like the one most like it, and that one."""
        words = words_of(text)
        found = max(((rouge_l(words, known), at) for at, known in enumerate(self._words)),
                    default=(0.0, -1))
        return (found[0], self._texts[found[1]]) if found[1] >= 0 else (0.0, "")

    def is_new(self, text: str) -> bool:
        """Whether it is like none of them, neither in words nor in meaning."""
        return self.nearest(text)[0] < TOO_ALIKE and not self._means_the_same(text)

    def _means_the_same(self, text: str) -> bool:
        if self._encoder is None or not self._vectors:
            return False
        vector = self._encoder.vectors([text])[0]
        return float((np.stack(self._vectors) @ vector).max()) >= TOO_NEAR
