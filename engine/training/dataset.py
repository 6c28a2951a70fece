"""Songs with what people said of them, as arrays a loss can use. Knows numpy, not torch.

A label set could only give the tags of its own list, so each song carries a mask: moods nobody
was asked about are neither present nor absent.
"""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import erf, sqrt
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.evaluation.label_sets import LabelSpace
from engine.inference.tokenizer import Tokenizer
from engine.tagging.excerpts import cut_excerpts
from engine.tagging.reading import lyric_from_text
from engine.tagging.results import Excerpt

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What one label set says of one song: `present` (M,) 0/1, `asked` (M,) loss weights."""

    label_set: int
    present: Floats
    asked: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSong:
    """A song cut into excerpts. `affect` is valence and arousal in -1..1, or None; `dup_group`
    names the songs with almost the same words, "" for none."""

    id: str
    artist: str
    split: str
    excerpts: tuple[Excerpt, ...]
    judgements: tuple[Judgement, ...]
    affect: tuple[float, float] | None
    dup_group: str = ""


def read_songs(
    file: Path, space: LabelSpace, weights: Mapping[str, float], tokenizer: Tokenizer, window: int
) -> Iterator[LabelledSong]:
    """Every song of a JSONL file that has words and something to learn from."""
    for row in read_rows(file):
        excerpts = _excerpts(row, tokenizer, window)
        judgements = tuple(_judgements(row, space, weights))
        affect = _affect(row)
        if excerpts and (judgements or affect):
            yield LabelledSong(
                row["id"],
                row.get("artist", ""),
                row.get("split", ""),
                excerpts,
                judgements,
                affect,
                str(row.get("dup_group") or ""),
            )


def _excerpts(row: Mapping[str, Any], tokenizer: Tokenizer, window: int) -> tuple[Excerpt, ...]:
    try:
        lyric = lyric_from_text(row.get("lyrics") or "", row.get("title", ""))
    except EngineError:
        return ()  # songs known only by their labels
    return cut_excerpts(lyric, tokenizer, window)


def read_rows(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, gzipped or not. EngineError naming the line that is broken."""
    opener = gzip.open if file.suffix == ".gz" else open
    read = 0
    try:
        with opener(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if not isinstance(row, dict) or "id" not in row:
                    raise ValueError("each line is an object with an id")
                yield row
                read += 1
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as broken:
        raise EngineError(f"{file.name} cannot be read at line {read + 1}: {broken}.") from broken


def _judgements(
    row: Mapping[str, Any], space: LabelSpace, weights: Mapping[str, float]
) -> Iterator[Judgement]:
    labels = row.get("labels", {})
    for at, name in enumerate(space.set_names):
        weight = weights.get(name, 0.0)
        if not weight or name not in labels:
            continue
        said = _said(labels[name], space.spelling)
        present = np.array([mood in said for mood in space.moods], np.float32)
        known = set(space.sets[name])
        asked = np.array([weight * (mood in known) for mood in space.moods], np.float32)
        yield Judgement(at, present, asked)


def _said(raw: Any, spelling: Mapping[str, str]) -> set[str]:
    """The canonical tags a label set gave: counts by tag, a list, or one word."""
    words: Iterable[Any] = cast("Iterable[Any]", raw) if isinstance(raw, dict | list) else [raw]
    return {spelling.get(str(word), str(word)) for word in words}


def _affect(row: Mapping[str, Any]) -> tuple[float, float] | None:
    """Deezer's z-scores as places in the population, -1 lowest, 1 highest."""
    valence, arousal = row.get("valence"), row.get("arousal")
    if valence is None or arousal is None:
        return None
    return erf(valence / sqrt(2)), erf(arousal / sqrt(2))


def songs_of(songs: Iterable[LabelledSong], split: str) -> tuple[LabelledSong, ...]:
    return tuple(song for song in songs if song.split == split)


def given_and_asked(songs: Sequence[LabelledSong], moods: int) -> tuple[Flags, Flags]:
    """(S, M) which moods any label set gave S songs, and (S, M) which any could have given.

    Weights of label sets are not looked at, but that a weight of 0 asks nothing.
    """
    given = np.zeros((len(songs), moods), bool)
    asked = np.zeros((len(songs), moods), bool)
    for row, song in enumerate(songs):
        for judgement in song.judgements:
            could = judgement.asked > 0
            asked[row] |= could
            given[row] |= could & (judgement.present > 0)
    return given, asked


def base_rates(
    songs: Sequence[LabelledSong], space: LabelSpace, frame: Sequence[str]
) -> Floats:
    """(M,) how often each mood was given by the first label set of `frame` that knows it."""
    rates = np.zeros(len(space.moods), np.float32)
    for column, mood in enumerate(space.moods):
        speaks = next((name for name in frame if mood in space.sets.get(name, ())), None)
        at = space.set_names.index(speaks) if speaks else -1
        said = [j.present[column] for song in songs for j in song.judgements if j.label_set == at]
        rates[column] = float(np.mean(said)) if said else 0.0
    return rates
