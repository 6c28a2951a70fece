"""Songs like a conversation: those of the library that feel alike and speak of the same.

Compares what one tagger, in one version, said of both; other songs are left out. Exact, over the
whole library at once. Reads the library and runs no model.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.interplay.talk_moods import TalkMoods
from engine.settings import Settings
from engine.tagging.collation import combine
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.results import Scores, SongMoods
from engine.tagging.song import SongRow, SongState
from engine.tagging.tagger import Tagger

_CERTAIN = 1e-6
_FEW = 1e-9
_MOODS_SHARED = 3

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class SimilarSong:
    """A song with how near it is, -1 to 1: the mean of how alike the moods are (`by_moods`) and
    the vectors (`by_vector`). `shared` are the moods that stand out in both, the clearest first.
    """

    row: SongRow
    nearness: float
    by_moods: float
    by_vector: float
    shared: tuple[str, ...]


class SimilarSongs:
    """Searches one library; belongs to the thread of its store."""

    def __init__(self, store: LyricStore) -> None:
        self._store = store

    def like(self, talk: TalkMoods, tagger: Tagger, settings: Settings,
             most: int = 10) -> tuple[SimilarSong, ...]:
        """The `most` songs nearest to the talk, the nearest first; none where nothing is heard
        in the talk, or this tagger has read no song."""
        moods = talk.song.moods
        if moods is None or talk.vector is None:
            return ()
        stacked, vectors = self._store.read_by(tagger)
        if not len(stacked.songs):
            return ()
        songs = combine(stacked.scores, stacked.affect, stacked.weights, stacked.starts,
                        settings.collation)
        bars = _bars(tagger)
        profiles = profiled(songs.scores, bars)
        own = profiled(moods.scores[None], bars)[0]
        by_moods = profiles @ own
        by_vector = _cosines(vectors, talk.vector)
        nearness = (by_moods + by_vector) / 2
        order = np.argsort(-nearness, kind="stable")
        found = self._rows(stacked.songs[order].tolist(), settings)
        places = {song: at for at, song in enumerate(stacked.songs.tolist())}
        near: list[SimilarSong] = []
        for song, row in found:
            at = places[song]
            denied = {mood for mood, verdict in self._store.labels(song).items()
                      if verdict is Verdict.REJECTED}
            shared = _shared(moods, songs.scores[at], bars, denied)
            near.append(SimilarSong(row, float(nearness[at]), float(by_moods[at]),
                                    float(by_vector[at]), shared))
            if len(near) == most:
                break
        return tuple(near)

    def _rows(self, songs: Sequence[int], settings: Settings) -> Iterator[tuple[int, SongRow]]:
        """The songs that are still there and not abstained from."""
        for number in songs:
            song = self._store.song(number, settings)
            if song is not None and song.places and song.row.state is SongState.TAGGED:
                yield number, song.row


def profiled(scores: Floats, bars: Floats) -> Floats:
    """(S, M) rows of length 1: how far each mood stands above its bar, beside the other moods.

    The mean of a row is taken away: talk moves every score down a little, and that is no mood.
    """
    above = _logits(scores) - bars
    above = above - above.mean(axis=1, keepdims=True)
    return above / np.maximum(np.linalg.norm(above, axis=1, keepdims=True), _FEW)


def _bars(tagger: Tagger) -> Floats:
    """(M,) the thresholds as logits; of moods that are measured too badly, those for trial."""
    bars = [tagger.experimental.get(mood, bar)
            for mood, bar in zip(tagger.moods, tagger.thresholds, strict=True)]
    return _logits(np.minimum(np.array(bars, np.float64), 1.0))


def _shared(moods: SongMoods, scores: Scores, bars: Floats,
            denied: AbstractSet[str]) -> tuple[str, ...]:
    """The clearest moods of both, without those the person said the song has not."""
    least = np.minimum(_logits(moods.scores), _logits(scores)) - bars
    best: list[int] = np.argsort(-least, kind="stable").tolist()
    return tuple(moods.moods[at] for at in best if least[at] >= 0
                 and moods.moods[at] not in denied)[:_MOODS_SHARED]


def _cosines(vectors: Scores, vector: Scores) -> Floats:
    if vectors.shape[1] != len(vector):
        return np.zeros(len(vectors), np.float32)
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector)
    return vectors @ vector / np.maximum(lengths, _FEW)


def _logits(scores: Floats) -> Floats:
    clear = np.clip(scores.astype(np.float64), _CERTAIN, 1 - _CERTAIN)
    return np.log(clear / (1 - clear))
