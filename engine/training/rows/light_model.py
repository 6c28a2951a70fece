"""A light model of labels from words, and what it thinks of rows it never saw.

All labels are fitted at once by ridge regression on the words that stand in the most rows, each
fold without its own rows, and scores become probabilities (Platt 1999). numpy alone; seconds for
tens of thousands of rows.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.training.rows.word_hashes import Hashes

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
COLUMNS = 768
FOLDS = 5
_RIDGE = 6.0
_FILLINGS = 2
_STEPS, _STILL = 50, 1e-5
_MOST_STEP, _EVEN = 1.0, 1e-6  # a step without bounds can leap past where the curve is flat


def out_of_sample(words: Sequence[Hashes], given: Flags, asked: Flags,
                  groups: npt.NDArray[np.int64], seed: int) -> Floats:
    """(N, M) the probability of each of M labels for N rows, by a model that saw no row of their
    group. `given`, `asked` (N, M); what was not asked teaches nothing."""
    known = features(words)
    folds = folds_of(groups, seed)
    scores = _scores(known, given, asked, folds)
    return _calibrated(scores, given, asked)


def features(words: Sequence[Hashes]) -> Floats:
    """(N, K) rows of length 1: how often the K words stand there that most rows have, dampened,
    rare words more; K is COLUMNS, or all words there are."""
    rows = np.repeat(np.arange(len(words)), [len(each) for each in words])
    joined = np.concatenate([*words, np.zeros(0, np.uint64)])
    unique, inverse = np.unique(joined, return_inverse=True)
    many = max(len(unique), 1)
    pairs, counts = np.unique(rows * many + inverse, return_counts=True)
    row, word = np.divmod(pairs, many)
    spread = np.bincount(word, minlength=many)
    # Of equally common words always the same ones.
    kept = np.lexsort((np.arange(many), -spread))[:COLUMNS]
    column = np.full(many, -1)
    column[kept] = np.arange(len(kept))
    known = column[word] >= 0
    row, word, counts = row[known], word[known], counts[known]
    weight = (1 + np.log(counts)) * np.sqrt(np.log((1 + len(words)) / (1 + spread[word])))
    flat = np.bincount(row * len(kept) + column[word], weight, len(words) * len(kept))
    table = flat.reshape(len(words), len(kept))
    return (table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
            ).astype(np.float32)


def folds_of(groups: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.int64]:
    """(N,) the fold of each row; a group is never divided."""
    _, inverse = np.unique(groups, return_inverse=True)
    order = np.random.default_rng(seed).permutation(int(inverse.max(initial=0)) + 1)
    return order[inverse] % FOLDS


def _scores(known: Floats, given: Flags, asked: Flags, folds: npt.NDArray[np.int64]) -> Floats:
    """(N, M) what is predicted for the rows of each fold by the others.

    What was not asked is filled in with the mean, then with what the model says itself, so that it
    pulls nowhere (an EM of few steps).
    """
    scores = np.zeros(given.shape, np.float32)
    products: list[Floats] = [known[folds == fold].T @ known[folds == fold]
                              for fold in range(FOLDS)]
    whole: Floats = np.sum(products, axis=0)
    for fold in range(FOLDS):
        learn = folds != fold
        if learn.any() and not learn.all():
            inverse = _inverse(whole - products[fold])
            told, mean = asked[learn], given[learn].sum(0) / np.maximum(asked[learn].sum(0), 1)
            targets: Floats = np.where(told, given[learn] - mean, 0).astype(np.float32)
            weights = _weights(known[learn], targets, told, inverse)
            scores[~learn] = known[~learn] @ weights + mean
    return scores


def _inverse(products: Floats) -> Floats:
    """Of the ridge's normal equations."""
    ridge: Doubles = products.astype(np.float64) + _RIDGE * np.eye(len(products))
    return np.linalg.inv(ridge).astype(np.float32)


def _weights(table: Floats, targets: Floats, told: Flags, inverse: Floats) -> Floats:
    """(K, M) the weights of every label."""
    weights = inverse @ (table.T @ targets)
    for _ in range(0 if told.all() else _FILLINGS):
        filled = np.where(told, targets, table @ weights)
        weights = inverse @ (table.T @ filled)
    return weights.astype(np.float32)


def _calibrated(scores: Floats, given: Flags, asked: Flags) -> Floats:
    """(N, M) scores as probabilities: for each label a logistic curve by Newton's steps."""
    found = np.empty_like(scores)
    for column in range(scores.shape[1]):
        told = asked[:, column]
        known = scores[told, column].astype(np.float64)
        spread = float(known.std()) if len(known) else 0.0
        centre = float(known.mean()) if len(known) else 0.0
        level = (scores[:, column] - centre) / max(spread, 1e-9)
        slope, offset = _curve(level[told], given[told, column])
        found[:, column] = _logistic(slope * level + offset)
    return found


def _curve(level: npt.NDArray[np.floating], given: Flags) -> tuple[float, float]:
    """Slope, never falling, and offset; the targets drawn in by a row of each kind, as Platt has
    it."""
    yes, no = int(given.sum()), int((~given).sum())
    weights = np.array([0.0, np.log((yes + 1) / (no + 1))])
    if not yes or not no:
        return 0.0, float(weights[1])
    target = np.where(given, (yes + 1) / (yes + 2), 1 / (no + 2))
    table = np.stack([level.astype(np.float64), np.ones(len(level))], axis=1)
    for _ in range(_STEPS):
        now = _logistic(table @ weights)
        bend = (table * (now * (1 - now))[:, None]).T @ table + _EVEN * len(level) * np.eye(2)
        step = np.linalg.solve(bend, table.T @ (now - target))
        weights = weights - np.clip(step, -_MOST_STEP, _MOST_STEP)
        if np.abs(step).max() < _STILL:
            break
    return max(0.0, float(weights[0])), float(weights[1])


def _logistic(values: npt.NDArray[np.floating]) -> Doubles:
    return 1 / (1 + np.exp(-np.clip(values, -30, 30)))
