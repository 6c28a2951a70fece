"""Word vectors learned from the company words keep in the lyrics. Knows ids, not texts or labels.

Positive pointwise mutual information, cut down to its strongest directions: what skip-grams with
negative sampling come to (Levy and Goldberg 2014), but the same texts always give the same vectors,
in seconds, and with nothing to install that a newer Python lacks.
"""
# scipy and scikit-learn are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false, reportMissingImports=false

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sparse
from sklearn.utils.extmath import randomized_svd

from engine.inference.tokenizer import Ids
from engine.training.dataset import Floats
from engine.training.word_tokenizer import UNKNOWN

_SMOOTHING = 0.75  # of the frequency of contexts, as in word2vec (Levy, Goldberg and Dagan 2015)
_WEIGHTING = 0.5  # of the singular values: the square root serves likeness best (the same)
_CHUNK_TOKENS = 400_000  # bounds the memory of counting
_ROUNDS = 4  # of power iteration


def word_vectors(
    texts: Iterable[Ids], vocabulary: int, width: int, reach: int, seed: int
) -> Floats:
    """(V, D) one vector of length 1 a word, for ids up to `vocabulary` (V).

    `texts` are word ids in reading order; words up to `reach` apart count as company, nearer ones
    more. Padding and unknown words, and words without company, have zeros. D is `width`, or less
    where the words are fewer.
    """
    likeness = positive_information(company(texts, vocabulary, reach))
    rounds: Any = _ROUNDS  # a number, though its type says otherwise
    left, strength, _ = randomized_svd(
        likeness,
        min(width, vocabulary),
        n_iter=rounds,
        random_state=np.random.RandomState(seed),
    )
    vectors = left * strength**_WEIGHTING
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1e-9)
    return vectors.astype(np.float32)


def company(texts: Iterable[Ids], vocabulary: int, reach: int) -> Any:
    """(V, V) sparse, symmetric: how often words stand together, 1 side by side, 1 / d at d."""
    total = sparse.csr_matrix((vocabulary, vocabulary), dtype=np.float64)
    for ids in _chunks(texts, reach):
        for apart in range(1, reach + 1):
            left, right = ids[:-apart], ids[apart:]
            known = (left > UNKNOWN) & (right > UNKNOWN)
            counts = np.full(int(known.sum()), 1 / apart)
            size = (vocabulary, vocabulary)
            total = total + sparse.csr_matrix((counts, (left[known], right[known])), size)
    return (total + total.T).tocsr()


def _chunks(texts: Iterable[Ids], reach: int) -> Iterator[Ids]:
    """Texts joined by gaps so wide that no word sees the next text."""
    gap = np.full(reach, UNKNOWN, np.int64)
    parts: list[Ids] = []
    size = 0
    for ids in texts:
        parts += [ids, gap]
        size += len(ids)
        if size >= _CHUNK_TOKENS:
            yield np.concatenate(parts)
            parts, size = [], 0
    if parts:
        yield np.concatenate(parts)


def positive_information(counts: Any) -> Any:
    """(V, V) sparse: log of how much likelier a pair is than chance would have it, where it is."""
    pairs = counts.tocoo()
    if not pairs.nnz:
        return counts
    words = np.asarray(counts.sum(1)).ravel()
    contexts = words**_SMOOTHING
    chance = words[pairs.row] * contexts[pairs.col] / contexts.sum()
    information = np.log(pairs.data / chance)
    kept = information > 0
    places = (pairs.row[kept], pairs.col[kept])
    return sparse.csr_matrix((information[kept], places), counts.shape)


def mean_vectors(texts: Sequence[Ids], vectors: Floats) -> Floats:
    """(n, D) the mean vector of the known words of each text, zeros where none is known."""
    means = np.zeros((len(texts), vectors.shape[1]), np.float32)
    for row, ids in enumerate(texts):
        known = ids[ids > UNKNOWN]
        if len(known):
            means[row] = vectors[known].mean(0)
    return means
