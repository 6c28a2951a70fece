"""Keeps what was read, so that only what changed is read again.

Each conversation keeps its cache under its name, within a budget of memory; the one not used for
longest leaves first. Knows tokens and caches, no text.
"""

from collections import OrderedDict
from typing import Generic

import numpy as np

from engine.inference.continuations import shared_length
from engine.inference.decoder import C, Decoder, Ids

BUDGET_BYTES = 256 << 20
WORTH_COPYING = 16  # tokens: below that, reading them costs less than copying a cache


class HeldCache(Generic[C]):
    """A cache and the tokens it has read. `ids` (n,) are those that hold."""

    def __init__(self, cache: C, room: int) -> None:
        self.cache = cache
        self._ids = np.empty(room, np.int64)
        self._count = 0

    @property
    def ids(self) -> Ids:
        """A view: what is added later is not in it."""
        return self._ids[: self._count]

    def __len__(self) -> int:
        return self._count

    def add(self, ids: Ids | int) -> None:
        count = 1 if isinstance(ids, int) else len(ids)
        self._ids[self._count : self._count + count] = ids
        self._count += count

    def cut(self, length: int) -> None:
        self._count = min(self._count, length)


class PrefixStore(Generic[C]):
    """The caches of one decoder. A budget of 0 keeps none; else the last used always stays."""

    def __init__(self, decoder: Decoder[C], budget_bytes: int = BUDGET_BYTES) -> None:
        self._decoder = decoder
        self._budget = budget_bytes
        self._held: OrderedDict[str, HeldCache[C]] = OrderedDict()

    @property
    def bytes(self) -> int:
        return sum(held.cache.bytes for held in self._held.values())

    def take(self, name: str, ids: Ids) -> HeldCache[C]:
        """The cache that has read most of the beginning of `ids`, cut to it; maybe a new one.

        At least the last token of `ids` is left to read. The conversation's own cache leaves the
        store until it is given back; another's is copied from, and stays.
        """
        own = self._held.pop(name, None)
        shared = self._shared(own, ids)
        best = max(self._held.values(), key=lambda held: self._shared(held, ids), default=None)
        longest = self._shared(best, ids)
        if best is not None and longest >= shared + WORTH_COPYING:
            held = HeldCache(self._decoder.fork(best.cache, longest), self._decoder.window)
            held.add(best.ids[:longest])
            return held
        if own is None or shared == 0:
            return HeldCache(self._decoder.new_cache(), self._decoder.window)
        self._decoder.cut(own.cache, shared)
        own.cut(shared)
        return own

    def give_back(self, name: str, held: HeldCache[C]) -> None:
        """Keeps a cache under its conversation's name; others leave where memory is short."""
        if not self._budget or not len(held):
            return
        self._decoder.cut(held.cache, len(held))
        self._held[name] = held
        self._held.move_to_end(name)
        while self.bytes > self._budget and len(self._held) > 1:
            self._held.popitem(last=False)

    def forget(self, name: str) -> None:
        """Drops a conversation's cache, if there is one."""
        self._held.pop(name, None)

    def _shared(self, held: HeldCache[C] | None, ids: Ids) -> int:
        return 0 if held is None else min(shared_length(held.ids, ids), len(ids) - 1)
