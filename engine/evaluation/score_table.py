"""What one tagger said of many songs, as one table that can be kept in a file.

Knows neither labels nor how the scores came about. Nothing is unpickled.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError

Floats = npt.NDArray[np.float32]
Folds = npt.NDArray[np.int8]
_FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTable:
    """S songs and M moods: `scores` (S, M) 0..1, `affect` (S, 2) valence and arousal or None.

    `thresholds` (M,) are the scores from which a mood is a tag, inf where it never is one.
    `fold` (S,) says which fold held each song out, None where nothing was learned from them.
    `seconds` is the time scoring took, 0 where nobody looked. `fixed`: the thresholds were set
    without a look at any song, so they stand in every fold.
    """

    tagger: str
    name: str
    ids: tuple[str, ...]
    moods: tuple[str, ...]
    scores: Floats
    affect: Floats | None
    thresholds: tuple[float, ...]
    fold: Folds | None = None
    seconds: float = 0.0
    fixed: bool = False

    def __post_init__(self) -> None:
        songs, moods = len(self.ids), len(self.moods)
        shapes = [self.scores.shape == (songs, moods), len(self.thresholds) == moods,
                  self.affect is None or self.affect.shape == (songs, 2),
                  self.fold is None or self.fold.shape == (songs,),
                  len(set(self.ids)) == songs, len(set(self.moods)) == moods]
        if not all(shapes):
            raise ValueError("a score table whose parts do not fit together")

    def column(self, mood: str) -> Floats:
        """(S,) the scores of one mood. KeyError for a mood this tagger does not know."""
        if mood not in self.moods:
            raise KeyError(mood)
        return self.scores[:, self.moods.index(mood)]

    def rows(self, ids: Sequence[str]) -> "ScoreTable":
        """The table of these songs alone, in this order. KeyError for one that is not in it."""
        place = {song: row for row, song in enumerate(self.ids)}
        rows = [place[song] for song in ids]
        return ScoreTable(self.tagger, self.name, tuple(ids), self.moods, self.scores[rows],
                          None if self.affect is None else self.affect[rows], self.thresholds,
                          None if self.fold is None else self.fold[rows], self.seconds,
                          self.fixed)

    def write(self, file: Path) -> None:
        """Writes an .npz, whole or not at all."""
        parts = {"format": np.array(_FORMAT), "tagger": np.array(self.tagger),
                 "name": np.array(self.name), "ids": np.array(self.ids, np.str_),
                 "moods": np.array(self.moods, np.str_), "scores": self.scores,
                 "thresholds": np.array(self.thresholds, np.float64),
                 "seconds": np.array(self.seconds), "fixed": np.array(self.fixed)}
        if self.affect is not None:
            parts["affect"] = self.affect
        if self.fold is not None:
            parts["fold"] = self.fold
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.new")
        with fresh.open("wb") as opened:
            np.savez_compressed(opened, allow_pickle=False, **parts)
        fresh.replace(file)

    @classmethod
    def read(cls, file: Path) -> "ScoreTable":
        """Reads what `write` wrote. EngineError where the file is not that."""
        try:
            with file.open("rb") as opened, np.load(opened, allow_pickle=False) as parts:
                return cls(
                    str(parts["tagger"]), str(parts["name"]),
                    tuple(parts["ids"].tolist()), tuple(parts["moods"].tolist()),
                    parts["scores"].astype(np.float32),
                    parts["affect"].astype(np.float32) if "affect" in parts else None,
                    tuple(parts["thresholds"].tolist()),
                    parts["fold"].astype(np.int8) if "fold" in parts else None,
                    float(parts["seconds"]), bool(parts["fixed"]))
        except (OSError, KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as broken:
            raise EngineError(f"The scores in {file.name} cannot be read: {broken}.",
                              "Measure the tagger again.") from broken
