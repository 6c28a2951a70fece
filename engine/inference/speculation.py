"""Reads one token after another, or guesses ahead and reads several at a time.

A guess is what followed the last words where they stood before (prompt lookup, Saxena 2023). The
caller chooses every token itself and only then finds it read already, so the text is the same.
"""

from typing import Generic

import numpy as np

from engine.inference.decoder import C, Decoder, Ids, Logits
from engine.inference.prefix_store import HeldCache

LONGEST_KEY, SHORTEST_KEY = 3, 2
FEWEST, MOST = 2, 10


class StepReader(Generic[C]):
    """Gives the logits after each token said."""

    def __init__(self, decoder: Decoder[C], held: HeldCache[C]) -> None:
        self._decoder = decoder
        self._held = held

    def after(self, token: int, room: int) -> Logits:
        """Reads a token; logits (V,) for the next. `room`: tokens that may still be said."""
        logits = self._decoder.read(self._held.cache, np.array([token]))[0]
        self._held.add(token)
        return logits


class LookupReader(StepReader[C]):
    """Guesses by looking the last tokens up; reads more at a time while its guesses hold."""

    def __init__(self, decoder: Decoder[C], held: HeldCache[C]) -> None:
        super().__init__(decoder, held)
        self._guess: Ids = np.empty(0, np.int64)
        self._logits: list[Logits] = []
        self._most = FEWEST
        self.read = 0
        self.guessed = 0

    def after(self, token: int, room: int) -> Logits:
        if len(self._guess) and self._guess[0] == token:
            self._guess = self._guess[1:]
            self.guessed += 1
            if not len(self._guess):  # all held: dare more
                self._most = min(2 * self._most, MOST)
        else:
            if len(self._guess):
                self._most = FEWEST
            self._read(token, room)
        self._held.add(token)
        return self._logits.pop(0)

    def _read(self, token: int, room: int) -> None:
        self._decoder.cut(self._held.cache, len(self._held))
        space = self._decoder.window - len(self._held) - 1
        said = np.append(self._held.ids, token)
        self._guess = looked_up(said, min(self._most, space, room - 1))
        ids = np.concatenate([[token], self._guess])
        self._logits = list(self._decoder.read(self._held.cache, ids, range(len(ids))))
        self.read += 1


def looked_up(said: Ids, most: int) -> Ids:
    """Up to `most` tokens that followed the last ones where they last stood before."""
    for size in range(LONGEST_KEY, SHORTEST_KEY - 1, -1):
        if most < 1 or len(said) <= size:
            continue
        key = said[-size:]
        starts = np.ones(len(said) - size, np.bool_)
        for place in range(size):
            starts &= said[place : len(said) - size + place] == key[place]
        found = np.flatnonzero(starts)
        if len(found):
            after = int(found[-1]) + size
            return said[after : after + most]
    return said[:0]
