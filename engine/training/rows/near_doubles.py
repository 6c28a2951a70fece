"""Texts that are nearly the same, found without comparing each with every other.

By MinHash over shingles of words and bands of it (Broder 1997; Leskovec et al., Mining of Massive
Datasets, chapter 3); every candidate is then compared in full. Knows no rows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from engine.training.rows.word_hashes import Hashes

ALIKE = 0.6
"""Of the shingles of two texts so many must be shared (Jaccard) for them to be near doubles."""
_SHINGLE = 3
_BANDS, _ROWS = 16, 4  # finds a pair of 0.6 with a chance of 0.9, one of 0.8 with 0.9998
_TIMES = np.uint64(0x9E3779B97F4A7C15)
_HIGH = np.uint64(32)
_FEWEST_WORDS = 8
_MOST_IN_BUCKET = 60


def near_doubles(words: Sequence[Hashes], alike: float = ALIKE) -> Iterator[tuple[int, int]]:
    """Pairs (i, j), i < j, of texts that share `alike` of their shingles or more; among very many
    of a kind each is paired with the first, and of those with the very same words each with the
    next. `words` as `hashed_words` gives them. Very short texts are doubles only where their words
    are the same."""
    same = list(same_words(words))
    yield from same
    again = {other for _, other in same}
    first = [at for at in range(len(words)) if at not in again]
    shingles = [_shingles(words[at]) for at in first]
    seen: set[tuple[int, int]] = set()
    for bucket in _buckets(shingles):
        pairs = (combinations(bucket, 2) if len(bucket) <= _MOST_IN_BUCKET
                 else ((bucket[0], other) for other in bucket[1:]))
        for one, other in pairs:
            if (one, other) not in seen:
                seen.add((one, other))
                if _share(shingles[one], shingles[other]) >= alike:
                    yield first[one], first[other]


def same_words(words: Sequence[Hashes]) -> Iterator[tuple[int, int]]:
    """Pairs of each text with the next that has just its words."""
    where: dict[bytes, list[int]] = defaultdict(list)
    for at, each in enumerate(words):
        if len(each):
            where[each.tobytes()].append(at)
    for places in where.values():
        yield from pairwise(places)


def _shingles(words: Hashes) -> Hashes:
    """The hashes of a text's runs of words, each once; none for a very short one."""
    if len(words) < _FEWEST_WORDS:
        return np.zeros(0, np.uint64)
    runs = words[: len(words) - _SHINGLE + 1].copy()
    for at in range(1, _SHINGLE):  # sums and products of uint64 wrap, as hashes may
        runs = runs * _TIMES + words[at : len(words) - _SHINGLE + 1 + at]
    return np.unique(runs ^ (runs >> _HIGH))


def _buckets(shingles: Sequence[Hashes]) -> Iterator[list[int]]:
    """Texts whose signatures agree in a band."""
    full = [at for at, each in enumerate(shingles) if len(each)]
    if len(full) < 2:
        return
    signatures = _signatures([shingles[at] for at in full])
    for band in range(_BANDS):
        part = np.ascontiguousarray(signatures[:, band * _ROWS : (band + 1) * _ROWS])
        _, inverse, counts = np.unique(part.view(f"V{part.dtype.itemsize * _ROWS}").ravel(),
                                       return_inverse=True, return_counts=True)
        order = np.argsort(inverse, kind="stable")
        ends = np.cumsum(counts)
        for group in np.flatnonzero(counts > 1):
            first = ends[group] - counts[group]
            yield [full[at] for at in order[first : ends[group]].tolist()]


def _signatures(shingles: Sequence[Hashes]) -> npt.NDArray[np.uint32]:
    """(N, K) the least value over each text's shingles of K hashes (multiply and shift, as
    Dietzfelbinger et al. 1997)."""
    chance = np.random.default_rng(20260101)
    count = _BANDS * _ROWS
    times = chance.integers(1, 1 << 63, count, np.uint64) * np.uint64(2) + np.uint64(1)
    joined = np.concatenate(shingles)
    starts = np.cumsum([0, *(len(each) for each in shingles[:-1])])
    found = np.empty((len(shingles), count), np.uint32)
    for at in range(count):
        mixed = ((joined * times[at]) >> _HIGH).astype(np.uint32)
        found[:, at] = np.minimum.reduceat(mixed, starts)
    return found


def _share(one: Hashes, other: Hashes) -> float:
    """The share of the shingles of both that both have (Jaccard 1901)."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)
