"""A way of learning that needs no model: it counts two words. Passes the contract of real ones."""

from collections.abc import Sequence

import numpy as np

from engine.events import Report
from engine.training.dataset import LabelledSong


class FakeWay:
    """A Way that hears two words, by how much more often a mood's songs hold them.

    `fits` are the ids of the songs of every fit, `prepared` those it was prepared with.
    """

    def __init__(self, moods: Sequence[str] = ("sadness", "happiness")) -> None:
        self.moods = tuple(moods)
        self.fits: list[tuple[str, ...]] = []
        self.prepared: tuple[str, ...] = ()

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        self.prepared = tuple(song.id for song in songs)

    def fit(self, learning: Sequence[LabelledSong], report: Report) -> "FakeLearned":
        self.fits.append(tuple(song.id for song in learning))
        present = np.zeros((len(learning), len(self.moods)), np.float32)
        for row, song in enumerate(learning):
            for judgement in song.judgements:
                present[row] = np.maximum(present[row], judgement.present[: len(self.moods)])
        heard = _heard(learning)
        slopes = (present - present.mean(0)).T @ (heard - heard.mean(0)) * 4 / len(learning)
        return FakeLearned(self.moods, slopes, present.mean(0))


class FakeLearned:
    """What a FakeWay has learned."""

    def __init__(self, moods: tuple[str, ...], slopes: np.ndarray, bias: np.ndarray) -> None:
        self.moods = moods
        self._slopes = slopes
        self._bias = bias

    def logits(self, songs: Sequence[LabelledSong]) -> tuple[np.ndarray, np.ndarray]:
        heard = _heard(songs)
        logits = heard @ self._slopes.T + self._bias
        return logits.astype(np.float32), np.tanh(heard[:, ::-1] / 9)

    def weights(self) -> dict[str, np.ndarray]:
        return {"moods.weight": self._slopes.astype(np.float32),
                "moods.bias": self._bias.astype(np.float32),
                "affect.weight": np.eye(2, dtype=np.float32), "affect.bias": np.zeros(2, "f4")}


def _heard(songs: Sequence[LabelledSong]) -> np.ndarray:
    """(S, 2) how often each song says "tears" and "sun"."""
    texts = [" ".join(excerpt.text for excerpt in song.excerpts) for song in songs]
    counts = [[text.count(word) for word in ("tears", "sun")] for text in texts]
    return np.array(counts, np.float32).reshape(-1, 2)
