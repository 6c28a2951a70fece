"""How strongly the last lines of a talk call a fact: each line by itself, words and meaning added.

A fact bears on one line, seldom on all: the mean over lines drowns it, and so does one vector for
the whole talk. So every line calls by itself; half its vector is that of the line with those
before it, which say what is being talked about. The clearest call counts most, older ones less.
The numbers were chosen on the train split of two dialogue sets; `tests.benchmarks.fact_search`
prints what each part is worth.
"""

from collections.abc import Sequence

import numpy as np

from engine.chat.memory.sentence_vectors import Floats

LINES = 16
"""So many of the last lines call."""
CONTEXT = 16
"""So many lines are read together, beside the last of them alone. Of 3, 8 and 16 the most found
most; the encoder reads as far as its window goes."""
AGEING = 0.85
"""What a line's call is worth beside that of the line after it."""
WORD_WEIGHT = 0.01
"""What a point of BM25 is worth in cosine: a rare name that stands in both, some 0.06."""
SHARPNESS = 0.05
"""Cosine by which a call must be clearer to count e times as much."""


def with_context(lines: Sequence[str]) -> list[str]:
    """Each of the lines together with those just before it."""
    return [" ".join(lines[max(0, at - CONTEXT + 1) : at + 1]) for at in range(len(lines))]


def mixed(alone: Floats, together: Floats) -> Floats:
    """(L, D) what lines are compared by: their own vectors and those with context, half and half.

    The length is left as it is: the less a line agrees with its context, the less it says.
    """
    return ((alone + together) / 2).astype(np.float32, copy=False)


def fused(meaning: Floats, words: Floats) -> Floats:
    """(L, N) calls of L lines for N facts, from their nearness in meaning and BM25 scores."""
    return (meaning + WORD_WEIGHT * words).astype(np.float32, copy=False)


def pooled(calls: Floats) -> Floats:
    """(N,) how strongly L lines together call N facts, the last line the newest; L is not 0.

    The logarithm of the lines' summed exponentials: near the clearest call, more where several
    lines call.
    """
    ages = np.arange(len(calls))[::-1, None]
    aged = calls / np.float32(SHARPNESS) + (ages * np.log(AGEING)).astype(np.float32)
    peak = aged.max(axis=0)
    return np.float32(SHARPNESS) * (peak + np.log(np.exp(aged - peak).sum(axis=0)))
