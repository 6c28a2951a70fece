"""How strongly the last lines of a talk call a fact: each line by itself, words and meaning added.

A fact bears on one line, seldom on all: the mean over lines drowns it, and so does one vector for
the whole talk. Every line calls, the clearest call counts most, older ones a little less.
The numbers were chosen on the train split of two dialogue sets; `tests.benchmarks.fact_search`
prints what each part is worth, and the valid split.
"""

import numpy as np

from engine.chat.memory.sentence_vectors import Floats

LINES = 8
"""So many of the last lines call; more would bring back what is long over."""
AGEING = 0.8
"""What a line's call is worth beside that of the line after it."""
WORD_WEIGHT = 0.01
"""What a point of BM25 is worth in cosine: a rare name that stands in both, some 0.06."""
SHARPNESS = 0.05
"""Cosine by which a call must be clearer to count e times as much."""


def fused(meaning: Floats, words: Floats) -> Floats:
    """(L, N) calls of L lines for N facts, from their cosines and their BM25 scores."""
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
