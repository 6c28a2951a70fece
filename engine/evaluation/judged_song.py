"""Songs with what people said of them, read for judging taggers. Runs no model.

Unlike training, which needs masks and token ids, this keeps the words and the counts as given.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import msgspec

from engine.errors import EngineError
from engine.evaluation.label_sets import COUNTED, WEAK, LabelSpace
from engine.events import Note, Report

Given = Mapping[str, Mapping[str, int]]
Counts = Mapping[str, Mapping[str, int]]
_MOST = 1_000_000  # who says so; above it is a slip, and no number that can be reckoned with
_COUNTS_HINT = 'Each line is an object: {"id": …, "counts": {tag: number, …}}.'
_HINT = 'Each line is an object: {"id": …, "lyrics": …, "artist": …, "split": …, "labels": {…}}.'


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
    given: Given
    affect: tuple[float, float] | None = None
    dup_group: str = ""


class _Row(msgspec.Struct):
    id: str | int
    lyrics: str | None = None
    artist: str | None = None
    title: str | None = None
    split: str | None = None
    labels: dict[str, Any] | None = None
    valence: float | None = None
    arousal: float | None = None
    dup_group: str | int | None = None


class _Counted(msgspec.Struct):
    id: str | int
    counts: dict[str, int]


_Read = TypeVar("_Read", _Row, _Counted)


def read_judged_songs(
    file: Path, space: LabelSpace, counts_file: Path | None = None, report: Report | None = None
) -> tuple[JudgedSong, ...]:
    """Every song of a JSONL file (.gz too) that has words and something to be judged by.

    `counts_file` holds {"id", "counts"} a line: how many annotators gave each tag of gems9.
    What is left out is told to `report`. EngineError, naming the line, for what cannot be read.
    """
    counts: Counts = _read_counts(counts_file, space) if counts_file else {}
    songs: dict[str, JudgedSong] = {}
    wordless = silent = 0
    for number, row in _lines(file, _Row):
        song = _song(row, space, counts, f"{file.name} cannot be used at line {number}")
        if song.id in songs:
            raise EngineError(f"{file.name} has the song “{song.id}” twice, again at line "
                              f"{number}.", "Leave only one of them.")
        wordless += not song.lyrics.strip()
        judged = song.affect is not None or any(space.kinds[name] != WEAK for name in song.given)
        silent += bool(song.lyrics.strip()) and not judged
        if song.lyrics.strip() and judged:
            songs[song.id] = song
    if report is not None:
        report(Note(message=f"{len(songs):,} songs to measure with; {wordless:,} without words and "
                            f"{silent:,} that nobody judged are left out"))
    return tuple(songs.values())


def songs_of_split(songs: Iterable[JudgedSong], split: str) -> tuple[JudgedSong, ...]:
    """The songs of "train" or "valid"; all of them for "all"."""
    return tuple(song for song in songs if split in ("all", song.split))


def _song(row: _Row, space: LabelSpace, counts: Counts, where: str) -> JudgedSong:
    name = _name(row.id)
    try:
        # Null is how a table with a column for each label set says "not judged".
        given = {label_set: _said(raw, space.spelling)
                 for label_set, raw in (row.labels or {}).items()
                 if label_set in space.sets and raw is not None}
    except ValueError as broken:
        raise EngineError(f"{where}: {broken}.", _HINT) from broken
    if COUNTED in given and name in counts:
        counted = counts[name]
        given[COUNTED] = {tag: max(count, counted.get(tag, 1)) if count else 0
                          for tag, count in given[COUNTED].items()}
    affect = None
    if row.valence is not None and row.arousal is not None:
        affect = (row.valence, row.arousal)
    return JudgedSong(name, row.artist or "", row.title or "", row.split or "", row.lyrics or "",
                      given, affect, "" if row.dup_group is None else str(row.dup_group))


def _name(told: str | int) -> str:
    """An id as it can be kept in a table of scores, which ends texts at a zero."""
    return str(told).replace("\0", "")


def _said(raw: Any, spelling: Mapping[str, str]) -> dict[str, int]:
    """The canonical tags a label set gave: counts by tag, a list, or one word."""
    said: dict[str, int] = {}
    if isinstance(raw, dict):
        pairs = [(str(word), _count(count)) for word, count in cast("dict[Any, Any]", raw).items()]
    elif isinstance(raw, list | str):
        words = cast("list[Any]", raw) if isinstance(raw, list) else [raw]
        pairs = [(str(word), 1) for word in words]
    else:
        raise ValueError(f"a label is a word, a list or counts, not {raw!r}")
    for word, count in pairs:
        tag = spelling.get(word, word)
        said[tag] = max(count, said.get(tag, count))
    return said


def _count(raw: Any) -> int:
    """How many said so, 0 for nobody. ValueError for what is no number."""
    try:
        return min(max(int(raw), 0), _MOST)
    except (TypeError, ValueError):
        raise ValueError(f"how many gave a tag is a number, not {raw!r}") from None


def _read_counts(file: Path, space: LabelSpace) -> Counts:
    return {_name(row.id): {space.spelling.get(tag, tag): _count(count)
                            for tag, count in row.counts.items()}
            for _, row in _lines(file, _Counted, _COUNTS_HINT)}


def _lines(file: Path, kind: type[_Read], hint: str = _HINT) -> Iterator[tuple[int, _Read]]:
    """Every line that is not blank with its number. EngineError for the first broken one."""
    number = 0
    try:
        with _opened(file) as lines:
            for number, line in enumerate(lines, 1):
                text = line.removeprefix(b"\xef\xbb\xbf").strip()
                if text:
                    yield number, msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        raise EngineError(f"{file.name} cannot be used at line {number}: {broken}.",
                          hint) from broken
    except (OSError, EOFError, zlib.error) as broken:
        why = getattr(broken, "strerror", None) or broken
        raise EngineError(f"{file.name} cannot be read after line {number}: {why}.",
                          "Check the path, and that the file is whole.") from broken


def _opened(file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(file)) if file.suffix == ".gz" else file.open("rb")
