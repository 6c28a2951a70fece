"""A .moods.json beside a file that cannot hold moods: the document that an export writes, short.

    {"format": "undertone-moods", "version": 1, "tagger": "...", "tags": [{"tag": .., "score": ..}]}
"""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from engine.errors import EngineError
from engine.tagging.playlists.song_documents import (
    MOST_SIDECAR_BYTES,
    SIDECAR_FORMAT,
    SIDECAR_VERSION,
)
from engine.tagging.writing.splice import Splice, splice_of
from engine.tagging.writing.tag_bytes import several_values
from engine.tagging.writing.values import FileMoods


class _Tag(msgspec.Struct):
    tag: str
    score: float = 1.0


class _Sidecar(msgspec.Struct):
    format: str
    version: int
    tagger: str = ""
    tags: list[_Tag] = []


class SidecarHolder:
    """The moods file beside a song; `data` is empty where there is none yet. Its moods are ids.

    EngineError where something else stands under its name: that is never overwritten.
    """

    label = "A file beside it"

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._moods = _parsed(data) if data else FileMoods()

    def read(self) -> FileMoods:
        return self._moods

    def normal(self, moods: FileMoods) -> FileMoods:
        return several_values(moods)

    def sound(self) -> Iterator[tuple[int, int]]:
        return iter(())

    def splices(self, moods: FileMoods) -> list[Splice]:
        return splice_of(0, self._data, rendered(moods, self._data))


def open_sidecar(file: BinaryIO) -> SidecarHolder:
    """The sidecar in an open file. EngineError if it is none of ours."""
    data = file.read(MOST_SIDECAR_BYTES + 1)
    if not data or len(data) > MOST_SIDECAR_BYTES:
        raise _foreign()
    return SidecarHolder(data)


def rendered(moods: FileMoods, before: bytes = b"") -> bytes:
    """The content of a sidecar. What an export told besides in the one `before` stays."""
    scores = dict(_scores(moods.scores))
    tags = [_Tag(mood, scores.get(mood, 1.0)) for mood in moods.moods]
    stored = _Sidecar(SIDECAR_FORMAT, SIDECAR_VERSION, moods.tagger, tags)
    told = msgspec.json.decode(before, type=dict[str, Any]) if before else {}
    told |= msgspec.to_builtins(stored)
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def scores_text(scores: Iterable[tuple[str, float]]) -> str:
    """Scores as one field of a tag: "Hope=0.93; Calm=0.71"."""
    return "; ".join(f"{name}={score:.2f}" for name, score in scores)


def _scores(text: str) -> Iterator[tuple[str, float]]:
    for part in text.split(";"):
        name, _, score = part.strip().rpartition("=")
        try:
            value = float(score)
        except ValueError:
            continue
        yield name, value


def _parsed(data: bytes) -> FileMoods:
    try:
        stored = msgspec.json.decode(data, type=_Sidecar)
    except msgspec.DecodeError as failure:
        raise _foreign() from failure
    if stored.format != SIDECAR_FORMAT or stored.version != SIDECAR_VERSION:
        raise _foreign()
    return FileMoods(tuple(tag.tag for tag in stored.tags), stored.tagger,
                     scores_text((tag.tag, tag.score) for tag in stored.tags))


def _foreign() -> EngineError:
    return EngineError("Another file stands beside this one under the name that moods would have.",
                       "Rename it, then write again.")
