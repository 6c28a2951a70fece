"""What a tagger says of many songs, one row a song: all that a new mood is learned from.

Knows no label and no file. Rows come from the library, or from texts read for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.tagging.own_moods import Floats, said
from engine.tagging.results import Excerpt, ExcerptScores
from engine.tagging.song_scores import StackedScores

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class KnownSongs:
    """S songs as `tagger` (model and version) sees them.

    `keys` (S,) name the songs for whoever asked, `artists` theirs, "" where nobody knows.
    `looks` (S, M + 2 + D): the mean logits of the `moods` (M,), the affect, the vector of length 1.
    """

    tagger: str
    moods: tuple[str, ...]
    keys: tuple[int, ...]
    artists: tuple[str, ...]
    looks: Floats

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, keys: Sequence[int]) -> Places:
        """The rows of those of these keys that are here."""
        at = {key: row for row, key in enumerate(self.keys)}
        return np.array([at[key] for key in keys if key in at], np.int64)

    def named(self, rows: Places) -> tuple[int, ...]:
        """The keys of these rows."""
        places: list[int] = rows.tolist()
        return tuple(self.keys[row] for row in places)

    def and_more(self, others: "KnownSongs") -> "KnownSongs":
        """These songs and those of `others` that are not among them."""
        here = set(self.keys)
        fresh = [row for row, key in enumerate(others.keys) if key not in here]
        if not fresh:
            return self
        if not len(self):
            return others
        return KnownSongs(
            self.tagger, self.moods, (*self.keys, *(others.keys[row] for row in fresh)),
            (*self.artists, *(others.artists[row] for row in fresh)),
            np.concatenate([self.looks, others.looks[fresh]]))


def looks_of(scores: Floats, affect: Floats, vector: Floats, weights: npt.NDArray[np.floating]
             ) -> Floats:
    """(M + 2 + D,) of one song: of its excerpts' `scores` (E, M) and `affect` (E, 2) the means by
    `weights` (E,), in logits; beside them its `vector` (D,)."""
    each = said(scores, affect, np.zeros((len(scores), 1), np.float32))[:, :-1]
    mean = np.average(each, axis=0, weights=weights)
    return np.concatenate([mean, _unit(vector)]).astype(np.float32)


def looks_of_excerpts(excerpts: Sequence[Excerpt], scores: ExcerptScores, moods: int) -> Floats:
    """The same of what a tagger just said; only its first `moods` scores are looked at."""
    weights = np.array([excerpt.weight for excerpt in excerpts])
    vector = np.average(scores.vectors, axis=0, weights=weights)
    return looks_of(scores.moods[:, :moods], scores.affect, vector, weights)


def looks_of_stacked(stacked: StackedScores, vectors: Floats, moods: int) -> Floats:
    """(S, M + 2 + D) of the S songs a library holds excerpts of; `vectors` (S, D)."""
    count = len(stacked.songs)
    if not count:
        return np.zeros((0, moods + 2 + vectors.shape[1]), np.float32)
    each = said(stacked.scores[:, :moods], stacked.affect.astype(np.float32),
                np.zeros((len(stacked.scores), 1), np.float32))[:, :-1]
    weights = stacked.weights[:, None]
    total = np.add.reduceat(weights, stacked.starts)
    mean = np.add.reduceat(each * weights, stacked.starts) / total
    length = np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-9)
    return np.concatenate([mean, vectors / length], axis=1, dtype=np.float32)


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
