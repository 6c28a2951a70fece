"""The seam of the decode loop: a model that reads tokens into a cache and answers with logits.

Token ids in, logits out; knows no text, no sampling and no conversation.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Logits = npt.NDArray[np.float32]
LAST = (-1,)


class KvCache(Protocol):
    """Keys and values of one sequence of tokens already read."""

    @property
    def length(self) -> int:
        """Tokens read so far."""
        ...

    @property
    def bytes(self) -> int:
        """Memory it holds."""
        ...


C = TypeVar("C", bound=KvCache)


class Decoder(Protocol[C]):
    """A causal language model. One run at a time; caches belong to the decoder that made them."""

    @property
    def vocabulary(self) -> int:
        """V, the number of logits."""
        ...

    @property
    def window(self) -> int:
        """The most tokens a cache can hold."""
        ...

    @property
    def chunk(self) -> int:
        """How many tokens of a prompt are best read at a time, so that a stop is felt."""
        ...

    def new_cache(self) -> C:
        """An empty sequence. An encoder-decoder's first `read` is its source text."""
        ...

    def read(self, cache: C, ids: Ids, rows: Sequence[int] = LAST) -> Logits:
        """Appends `ids` (T,) to the cache; logits (len(rows), V) at these places of `ids`.

        Negative rows count from the end. T is at least 1. ValueError where the cache would
        outgrow the window; then nothing was read. The logits may lie in memory that the next
        read of this cache overwrites.
        """
        ...

    def cut(self, cache: C, length: int) -> None:
        """Forgets everything after the first `length` tokens."""
        ...

    def fork(self, cache: C, length: int) -> C:
        """A cache of its own that holds the first `length` tokens of another."""
        ...

    def read_many(self, cache: C, continuations: Sequence[Ids]) -> list[Logits]:
        """For each continuation (t,) logits (t, V) after each of its tokens, as if it alone
        followed what the cache holds; the cache is left as it was."""
        ...
