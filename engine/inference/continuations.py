"""Reads many continuations of one prefix, each beginning that some of them share only once.

For decoders that read one sequence at a time. A batch would need the prefix's cache once for each
continuation: copying that costs more than the short reads it saves.
"""

from collections.abc import Sequence

import numpy as np

from engine.inference.decoder import C, Decoder, Ids, Logits


def read_each(decoder: Decoder[C], cache: C, continuations: Sequence[Ids]) -> list[Logits]:
    """Decoder.read_many by way of `read` and `cut`."""
    prefix = cache.length
    found: list[Logits] = [np.empty((0, decoder.vocabulary), np.float32)] * len(continuations)
    read, logits = np.empty(0, np.int64), found[0] if found else np.empty((0, 0), np.float32)
    try:
        # In order, those that begin alike stand beside each other.
        for place in sorted(range(len(continuations)), key=lambda at: tuple(continuations[at])):
            ids = continuations[place]
            shared = shared_length(read, ids)
            decoder.cut(cache, prefix + shared)
            if len(ids) > shared:
                fresh = decoder.read(cache, ids[shared:], range(len(ids) - shared))
                logits = np.concatenate([logits[:shared], fresh])
            read, found[place] = ids, logits[: len(ids)]
    finally:
        decoder.cut(cache, prefix)
    return found


def shared_length(one: Ids, other: Ids) -> int:
    """How many tokens two sequences have in common at their beginning."""
    count = min(len(one), len(other))
    differ = np.flatnonzero(one[:count] != other[:count])
    return int(differ[0]) if len(differ) else count
