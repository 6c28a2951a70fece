"""Linear heads upon the vector of a whole song, whatever made the vector. Plain numpy.

How heads are learned is told elsewhere, as is what a song's vector is made from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.events import Report
from engine.training.dataset import Floats, LabelledSong


class SongVectors(Protocol):
    """Turns whole songs into vectors, without any label."""

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        """Reads the songs once, so that every fold finds them read."""
        ...

    def of(self, songs: Sequence[LabelledSong]) -> Floats:
        """(S, D) the vectors of S songs."""
        ...

    def encoder_weights(self) -> Mapping[str, Floats]:
        """The fp32 arrays that make these vectors within a graph, by name."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """`moods` (M, D) with `moods_bias` (M,) give logits, `affect` (2, D) with `affect_bias` (2,)
    the places of valence and arousal before their tanh."""

    moods: Floats
    moods_bias: Floats
    affect: Floats
    affect_bias: Floats

    def say(self, vectors: Floats) -> tuple[Floats, Floats]:
        """(S, D) vectors -> (S, M) logits and (S, 2) affect in -1..1."""
        logits = vectors @ self.moods.T + self.moods_bias
        return logits, np.tanh(vectors @ self.affect.T + self.affect_bias)

    def arrays(self) -> dict[str, Floats]:
        """By the names the graph builder knows."""
        return {
            "moods.weight": self.moods,
            "moods.bias": self.moods_bias,
            "affect.weight": self.affect,
            "affect.bias": self.affect_bias,
        }


class VectorModel:
    """Heads upon song vectors: what has been learned by any way that trains only heads."""

    def __init__(self, moods: Sequence[str], heads: Heads, vectors: SongVectors) -> None:
        self.moods = tuple(moods)
        self.heads = heads
        self.vectors = vectors

    def logits(self, songs: Sequence[LabelledSong]) -> tuple[Floats, Floats]:
        return self.heads.say(self.vectors.of(songs))

    def weights(self) -> dict[str, Floats]:
        return {**self.vectors.encoder_weights(), **self.heads.arrays()}


def affect_of(songs: Sequence[LabelledSong]) -> Floats:
    """(S, 2) valence and arousal of the songs, nan where they are not known."""
    nobody = (np.nan, np.nan)
    return np.array([song.affect or nobody for song in songs], np.float32).reshape(-1, 2)
