"""Reads one token after another, or guesses ahead and reads several at a time.

A guess is what followed the last words where they stood before (prompt lookup, Saxena 2023). The
caller chooses every token itself and only then finds it read already, so the text is the same
wherever reading several tokens at once gives the same logits: see `reads_alike`.
"""

from typing import Generic

import numpy as np

from engine.inference.decoder import C, Decoder, Ids, Logits
from engine.inference.prefix_store import HeldCache

LONGEST_KEY, SHORTEST_KEY = 3, 2
FEWEST, MOST = 2, 10
_NEAR = 1e-3  # of logits; the order of adding in 32 bits makes less


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


def reads_alike(decoder: Decoder[C]) -> bool:
    """Whether tokens read together give the logits they give one by one.

    Some kernels round otherwise for several rows, by so much that other words would be said.
    """
    ids = np.arange(min(MOST + 2, decoder.window)) % decoder.vocabulary
    alone = decoder.new_cache()
    expected = [decoder.read(alone, ids[at : at + 1])[0].copy() for at in range(len(ids))][1:]
    for count in (FEWEST + 1, MOST + 1):
        cache = decoder.new_cache()
        decoder.read(cache, ids[:1])
        together = ids[1 : 1 + count]
        found = decoder.read(cache, together, range(len(together)))
        if not np.allclose(found, np.stack(expected[:count]), rtol=0, atol=_NEAR):
            return False
    return True


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
