"""A Decoder without a model: logits are drawn by chance from all that was read, the same always."""

from collections.abc import Callable, Sequence

import numpy as np

from engine.inference.continuations import read_each
from engine.inference.decoder import LAST, Ids, Logits


class FakeCache:
    """Only the tokens read."""

    def __init__(self, ids: Ids) -> None:
        self.ids = ids

    @property
    def length(self) -> int:
        return len(self.ids)

    @property
    def bytes(self) -> int:
        return 100 * len(self.ids)


class FakeDecoder:
    """`rule(ids)` gives the logits (V,) after these ids; by default they are drawn from the ids.

    `reads` keeps how many tokens each read took.
    """

    def __init__(self, vocabulary: int = 50, window: int = 40, chunk: int = 8,
                 rule: Callable[[Ids], Logits] | None = None) -> None:
        self.vocabulary = vocabulary
        self.window = window
        self.chunk = chunk
        self.reads: list[int] = []
        self._rule = rule or self._by_chance

    def new_cache(self) -> FakeCache:
        return FakeCache(np.empty(0, np.int64))

    def read(self, cache: FakeCache, ids: Ids, rows: Sequence[int] = LAST) -> Logits:
        if not 0 < len(ids) <= self.window - cache.length:
            raise ValueError("does not fit")
        self.reads.append(len(ids))
        before = cache.length
        cache.ids = np.concatenate([cache.ids, ids])
        places = [before + row % len(ids) + 1 for row in rows]
        return np.stack([self._rule(cache.ids[:place]) for place in places])

    def cut(self, cache: FakeCache, length: int) -> None:
        cache.ids = cache.ids[:length]

    def fork(self, cache: FakeCache, length: int) -> FakeCache:
        return FakeCache(cache.ids[:length].copy())

    def read_many(self, cache: FakeCache, continuations: Sequence[Ids]) -> list[Logits]:
        return read_each(self, cache, continuations)

    def _by_chance(self, ids: Ids) -> Logits:
        return np.random.default_rng(ids).normal(0, 2, self.vocabulary).astype(np.float32)


def says(words: Sequence[int], vocabulary: int = 50) -> Callable[[Ids], Logits]:
    """A rule: after a prompt whose last token is 0, these tokens come one after another."""
    def rule(ids: Ids) -> Logits:
        said = ids[len(ids) - 1 - int(np.flatnonzero(ids[::-1] == 0)[0]) + 1:]
        logits = np.zeros(vocabulary, np.float32)
        logits[words[len(said) % len(words)]] = 10
        return logits
    return rule
