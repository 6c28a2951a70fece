"""Songs as shares of words: tf-idf of the encoder's own tokens, excerpt by excerpt.

An excerpt's words are counted (1 + log of the count), weighted by how rare they are among songs,
and scaled to length 1; a song is its excerpts' weighted mean, as everywhere. Written so that a
graph can do the same. Plain numpy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.inference.tokenizer import Ids
from engine.training.dataset import Floats, LabelledSong

_Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SparseRows:
    """A sparse matrix (S, V): `values` (n,) at `rows`, `columns` (n,), each place named once."""

    rows: _Places
    columns: _Places
    values: Floats
    shape: tuple[int, int]

    def picked(self, kept: npt.NDArray[np.bool_]) -> "SparseRows":
        """The rows where `kept` (S,) holds, in their order."""
        inside = kept[self.rows]
        renumbered = np.cumsum(kept) - 1
        return SparseRows(renumbered[self.rows[inside]], self.columns[inside],
                          self.values[inside], (int(kept.sum()), self.shape[1]))

    def narrowed(self) -> tuple["SparseRows", _Places]:
        """Only the columns that hold anything (N of them), and their places (N,) among all."""
        used, renumbered = np.unique(self.columns, return_inverse=True)
        shape = (self.shape[0], len(used))
        return SparseRows(self.rows, renumbered.astype(np.int64), self.values, shape), used

    def scaled(self, factor: float) -> "SparseRows":
        return SparseRows(self.rows, self.columns, self.values * np.float32(factor), self.shape)

    def total_variance(self) -> float:
        """The variances of all columns, added up."""
        songs, size = self.shape
        square = np.bincount(self.columns, self.values.astype(np.float64) ** 2, size) / songs
        mean = np.bincount(self.columns, self.values, size) / songs
        return float((square - mean**2).sum())


def word_rarity(songs: Sequence[LabelledSong], vocabulary: int, rarest: int) -> Floats:
    """(V,) 1 + log of songs / songs with the word; 0 for one in fewer than `rarest` songs."""
    found = np.zeros(vocabulary, np.int64)
    for song in songs:
        found[np.unique(np.concatenate([_inside(e.token_ids) for e in song.excerpts]))] += 1
    rarity = 1 + np.log((1 + len(songs)) / (1 + found))
    return np.where(found >= rarest, rarity, 0).astype(np.float32)


def word_shares(songs: Sequence[LabelledSong], rarity: Floats) -> SparseRows:
    """(S, V) the songs' words."""
    rows: list[_Places] = []
    columns: list[_Places] = []
    values: list[Floats] = []
    for at, song in enumerate(songs):
        total = sum(excerpt.weight for excerpt in song.excerpts)
        for excerpt in song.excerpts:
            words, strength = _excerpt_shares(excerpt.token_ids, rarity)
            rows.append(np.full(len(words), at))
            columns.append(words)
            values.append(strength * np.float32(excerpt.weight / total))
    return _joined(rows, columns, values, (len(songs), len(rarity)))


def _excerpt_shares(ids: Ids, rarity: Floats) -> tuple[_Places, Floats]:
    """The words of one excerpt and their shares, of length 1 together."""
    words, count = np.unique(_inside(ids), return_counts=True)
    strength = (1 + np.log(count)) * rarity[words]
    length = np.sqrt((strength**2).sum())
    kept = strength > 0
    return words[kept], (strength[kept] / max(float(length), 1e-6)).astype(np.float32)


def _inside(ids: Ids) -> Ids:
    """Without the special tokens at both ends."""
    return ids[1:-1]


def _joined(rows: list[_Places], columns: list[_Places], values: list[Floats],
            shape: tuple[int, int]) -> SparseRows:
    """Values of one place added up: a word stands in several excerpts."""
    if not rows:
        nothing = np.zeros(0, np.int64)
        return SparseRows(nothing, nothing, np.zeros(0, np.float32), shape)
    flat = np.concatenate(rows) * shape[1] + np.concatenate(columns)
    places, inverse = np.unique(flat, return_inverse=True)
    summed = np.bincount(inverse, np.concatenate(values)).astype(np.float32)
    return SparseRows(places // shape[1], places % shape[1], summed, shape)
