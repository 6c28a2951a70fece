"""Reads lyrics from a JSONL file, plain or gzipped: {"id", "lyrics", "artist"?, "title"?} a line.

A line that is wrong becomes a problem with its number; it never stops the others.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from engine.errors import EngineError
from engine.tagging.lyric import Lyric
from engine.tagging.reading import lyric_from_text
from engine.tagging.requests import NamedLyric
from engine.tagging.song_identity import place_of

Id = str | int | float | None


class _Line(msgspec.Struct):
    lyrics: str
    id: Id = None
    artist: str | None = None
    title: str | None = None


class _OnlyId(msgspec.Struct):
    id: Id = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the file: its id as written there, and a lyric or what is wrong with it."""

    number: int
    id: Id
    artist: str = ""
    title: str = ""
    lyric: NamedLyric | None = None
    problem: EngineError | None = None


def read_entries(file: Path) -> Iterator[Entry]:
    """Every line that is not blank, in order. EngineError where the file itself cannot be read."""
    taken: set[str] = set()
    try:
        with _opened(file) as lines:
            for number, line in enumerate(lines, 1):
                line = line.removeprefix(b"\xef\xbb\xbf").strip()
                if line:
                    yield _entry(line, number, file, taken)
    except (OSError, EOFError, zlib.error) as failure:
        why = getattr(failure, "strerror", None) or failure
        raise EngineError(f"{file} cannot be read: {why}.",
                          "Check the path, and that the file is whole.") from failure


def _opened(file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(file)) if file.suffix == ".gz" else file.open("rb")


def _entry(line: bytes, number: int, file: Path, taken: set[str]) -> Entry:
    try:
        found = msgspec.json.decode(line, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        return Entry(number, _id_of(line), problem=EngineError(
            f"Line {number} of {file.name} cannot be used: {wrong}.",
            'Each line is an object with texts: {"id": …, "lyrics": …, "artist": …, "title": …}.'))
    artist, title = found.artist or "", found.title or ""
    try:
        lyric = _lyric(found.lyrics, title, artist)
    except EngineError as problem:
        return Entry(number, found.id, artist, title, problem=problem)
    place = f"{place_of(file)}#{number if found.id is None else found.id}"
    if place in taken:  # the same id twice: both are answered, each under a place of its own
        place = f"{place}#{number}"
    taken.add(place)
    return Entry(number, found.id, artist, title, NamedLyric(place, lyric))


def _lyric(text: str, title: str, artist: str) -> Lyric:
    """An empty text is a song without words here, not a mistake of the person."""
    if not text.strip():
        return Lyric((), title, artist, source="jsonl")
    return lyric_from_text(text, title, artist, "jsonl")


def _id_of(line: bytes) -> Id:
    """The id of a line whose other fields are wrong, None where there is none to be had."""
    try:
        return msgspec.json.decode(line, type=_OnlyId).id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
