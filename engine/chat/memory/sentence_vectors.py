"""The seam to whatever turns sentences into vectors, and a short memory of the last ones.

Knows no model: `engine.inference.sentence_encoder` is the real one. Nothing is compared here.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class SentenceEncoder(Protocol):
    """Sentences of one meaning come to vectors that point the same way."""

    @property
    def width(self) -> int:
        """D, the numbers of a vector."""
        ...

    def vectors(self, texts: Sequence[str]) -> Floats:
        """(N, D) of length 1 for N texts, in their order. EngineError where it cannot be run."""
        ...


class NoEncoder:
    """Stands in where no such model is installed: nothing is near in meaning, words alone count."""

    width = 0

    def vectors(self, texts: Sequence[str]) -> Floats:
        """(N, 0)."""
        return np.zeros((len(texts), 0), np.float32)


class RememberingEncoder:
    """An encoder that reads what was asked lately no second time: of a talk's last lines only the
    newest is new. `most` texts are remembered."""

    def __init__(self, encoder: SentenceEncoder, most: int = 256) -> None:
        self._encoder = encoder
        self._most = most
        self._known: OrderedDict[str, Floats] = OrderedDict()

    @property
    def width(self) -> int:
        return self._encoder.width

    def vectors(self, texts: Sequence[str]) -> Floats:
        """As of the encoder itself."""
        found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found |= zip(missing, self._encoder.vectors(missing), strict=True)
        self._remember(found)
        return np.stack([found[text] for text in texts]) if texts else self._none()

    def _remember(self, found: dict[str, Floats]) -> None:
        for text, vector in found.items():
            self._known[text] = vector
            self._known.move_to_end(text)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def _none(self) -> Floats:
        return np.zeros((0, self.width), np.float32)
