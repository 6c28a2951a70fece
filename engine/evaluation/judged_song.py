"""Songs with what people said of them, read for judging taggers. Runs no model.

Unlike training, which needs masks and token ids, this keeps the words and the counts as given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.evaluation.label_sets import LabelSpace
from engine.events import Report


@dataclass(frozen=True, slots=True, eq=False)
class JudgedSong:
    """A song and its labels.

    `given`: label set -> canonical tag -> how many said so, 1 where nobody counted; a set that is
    not there did not judge this song. `affect` are valence and arousal as raw z-scores.
    `dup_group` names the songs with almost the same words, "" for none.
    """

    id: str
    artist: str
    title: str
    split: str
    lyrics: str
    given: Mapping[str, Mapping[str, int]]
    affect: tuple[float, float] | None = None
    dup_group: str = ""


def read_judged_songs(
    file: Path, space: LabelSpace, counts_file: Path | None = None, report: Report | None = None
) -> tuple[JudgedSong, ...]:
    """Every song of a JSONL file (.gz too) that has words and something to be judged by.

    `counts_file` holds {"id", "counts"} a line: how many annotators gave each tag of gems9.
    What is left out is told to `report`. EngineError, naming the line, for what cannot be read.
    """
    raise NotImplementedError


def songs_of_split(songs: Iterable[JudgedSong], split: str) -> tuple[JudgedSong, ...]:
    """The songs of "train" or "valid"; all of them for "all"."""
    return tuple(song for song in songs if split in ("all", song.split))
