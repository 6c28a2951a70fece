"""What a reply may be made of: a mask over the next token, moved on by each token chosen.

Knows token ids and phrases, no model. A choice of phrases and a list of phrases are here;
grammars are in grammar.py.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.inference.decoder import Ids
from engine.inference.phrase_trie import PhraseTrie, Spelling

BoolArray = npt.NDArray[np.bool_]
Tokenize = Callable[[str], Ids]


class Constraint(Protocol):
    """Serves one reply. Made anew for every reply."""

    def allowed(self) -> BoolArray | None:
        """Which tokens may come next, (n,) with n at most V: what lies beyond n may not.

        None: every token may. Tokens that end a reply are not its matter: see `may_end`.
        """
        ...

    def accept(self, token: int) -> None:
        """Moves on by a token that was allowed. ValueError where it was not."""
        ...

    @property
    def may_end(self) -> bool:
        """Whether the reply is whole as it stands, so that the model may end it here."""
        ...

    @property
    def finished(self) -> bool:
        """Whether nothing more can come."""
        ...


class PhraseList:
    """A list of phrases such as "sad, angry": no repeats, nothing that is not a phrase.

    `tokenize` gives the tokens of a text as it stands inside a longer one. `lead` stands before
    the first phrase (" " where the prompt ends with a colon). `least` and `most` phrases.
    """

    def __init__(
        self,
        tokenize: Tokenize,
        phrases: Sequence[str],
        separator: str = ", ",
        most: int | None = None,
        least: int = 1,
        lead: str = "",
    ) -> None:
        if not phrases or len(set(phrases)) < len(phrases) or "" in phrases:
            raise ValueError("phrases must be given, not empty, and each once")
        binds_left = separator.rstrip() or separator
        binds_right = separator[len(binds_left) :]
        self._first = _trie(tokenize, phrases, lead, binds_left)
        self._later = _trie(tokenize, phrases, binds_right, binds_left)
        self._most = min(most or len(phrases), len(phrases))
        self._least = min(least, self._most)
        # Every way to read what was said: the phrases used, and the place within the next one.
        self._readings: dict[tuple[int, int], PhraseTrie] = {(0, 0): self._first}
        self._masks: dict[frozenset[tuple[int, int]], BoolArray] = {}

    def allowed(self) -> BoolArray:
        key = frozenset(self._readings)
        mask = self._masks.get(key)
        if mask is None:
            tokens = self._next()
            mask = np.zeros(max(tokens, default=-1) + 1, np.bool_)
            mask[list(tokens)] = True
            self._masks[key] = mask
        return mask

    def _next(self) -> set[int]:
        return {
            token
            for (used, place), trie in self._readings.items()
            for token in trie.tokens(place, used, *self._open_ends(used))
        }

    def _open_ends(self, used: int) -> tuple[bool, bool]:
        """Whether the next phrase may be followed by another, and whether it may be the last."""
        number = used.bit_count() + 1
        return number < self._most, number >= self._least

    def accept(self, token: int) -> None:
        mask = self.allowed()
        if token >= len(mask) or not mask[token]:
            raise ValueError(f"token {token} is not allowed here")
        moved: dict[tuple[int, int], PhraseTrie] = {}
        for (used, place), trie in self._readings.items():
            follows, _ = self._open_ends(used)
            step = trie.step(place, token, used)
            if step is None:
                continue
            moved[used, step] = trie
            if follows:
                for phrase in trie.followed(step, used):
                    moved[used | 1 << phrase, 0] = self._later
        self._readings = moved

    @property
    def may_end(self) -> bool:
        return any(
            self._open_ends(used)[1] and trie.closed(place, used)
            for (used, place), trie in self._readings.items()
        )

    @property
    def finished(self) -> bool:
        return self.may_end and not self._next()


class PhraseChoice(PhraseList):
    """Exactly one of the phrases; "sad" and "sadness" may both be among them."""

    def __init__(self, tokenize: Tokenize, phrases: Sequence[str], lead: str = "") -> None:
        super().__init__(tokenize, phrases, most=1, lead=lead)


def _trie(
    tokenize: Tokenize, phrases: Sequence[str], before: str, after: str
) -> PhraseTrie:
    return PhraseTrie(
        [
            Spelling(
                tuple(tokenize(before + phrase).tolist()),
                tuple(tokenize(before + phrase + after).tolist()),
            )
            for phrase in phrases
        ]
    )
