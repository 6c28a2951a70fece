"""Judged songs and score tables small enough to check by hand, or drawn by chance."""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.score_table import ScoreTable

MOODS = ("sadness", "power", "happiness")
SPACE = LabelSpace({"lastfm27": ("sadness", "happiness"), "gems9": ("sadness", "power"),
                    "nju4": ("happiness", "sadness", "anger"),
                    "moodylyrics_lexicon": ("sadness",)},
                   (*MOODS, "anger"), {}, {"moodylyrics_lexicon": "weak"})


def judged(name: str, given: Mapping[str, Mapping[str, int] | Sequence[str]] | None = None,
           affect: tuple[float, float] | None = None, artist: str = "", split: str = "valid",
           lyrics: str = "The rain came down") -> JudgedSong:
    """A song; tags without counts count 1."""
    said = {label_set: dict(tags) if isinstance(tags, Mapping) else dict.fromkeys(tags, 1)
            for label_set, tags in (given or {}).items()}
    return JudgedSong(name, artist or name, "", split, lyrics, said, affect)


def table(scores: Mapping[str, Sequence[float]], moods: tuple[str, ...] = MOODS,
          thresholds: Sequence[float] | None = None, name: str = "one@1",
          affect: np.ndarray | None = None, fold: Sequence[int] | None = None) -> ScoreTable:
    """A score table from song id -> scores."""
    return ScoreTable(name, name.partition("@")[0].title(), tuple(scores), moods,
                      np.array(list(scores.values()), np.float32).reshape(len(scores), len(moods)),
                      affect, tuple(thresholds or [0.5] * len(moods)),
                      None if fold is None else np.array(fold, np.int8))


def drawn(seed: int, songs: int = 60, tags: int = 4, ties: bool = True
          ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`scores`, `present` and `asked` (S, M) by chance: scores say something, many are equal."""
    chance = np.random.default_rng(seed)
    present = chance.random((songs, tags)) < chance.uniform(0.15, 0.6, tags)
    scores = np.clip(chance.random((songs, tags)) * 0.7 + present * 0.25, 0.01, 1)
    asked = chance.random((songs, tags)) < 0.8
    return (np.round(scores, 1) if ties else scores).astype(np.float32), present, asked
