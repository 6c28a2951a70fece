"""The lyric fields of every tag format mutagen reads: ID3, Vorbis comments, MP4, APEv2, ASF.

Hands on texts and synchronised lines as found; which of them wins is decided in audio.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.tagging.readers.draft import DraftLine, text_lines
from engine.tagging.readers.encoding import latin1_repaired
from engine.tagging.readers.lrc import with_ends

_LATIN1 = 0
_MILLISECONDS = 2
_LYRIC_TYPES = frozenset({0, 1, 2})  # other, lyrics, transcription
_PLAIN_KEYS = ("lyrics", "unsyncedlyrics", "unsynced lyrics", "syncedlyrics", "synced lyrics")
_ASF_KEYS = ("wm/lyrics_synchronised", "wm/lyrics", *_PLAIN_KEYS)
_NAMES = {"title": ("title", "TIT2", "\xa9nam"), "artist": ("artist", "TPE1", "\xa9ART", "author"),
          "album": ("album", "TALB", "\xa9alb", "wm/albumtitle")}
_FREEFORM = "----:com.apple.iTunes:"


@dataclass(frozen=True, slots=True)
class Field:
    """One lyric found in a tag: its `text`, or its `lines` where the tag keeps times itself."""

    source: str
    text: str = ""
    lines: tuple[DraftLine, ...] = ()


def lyric_fields(tags: Any) -> Iterator[Field]:
    """Every field of a mutagen tag object that may hold a lyric, synchronised ones first."""
    if hasattr(tags, "getall"):
        yield from _id3_fields(tags)
        return
    for key, value in _pairs(tags):
        name = key.removeprefix(_FREEFORM).lower()
        if key == "\xa9lyr":
            yield Field("MP4 \xa9lyr", _joined(value))
        elif name in _ASF_KEYS and (text := _joined(value)):
            yield Field(_source(tags, key), text)


def names(tags: Any) -> dict[str, str]:
    """Title, artist and album as the tag gives them, "" where it does not."""
    found = {key.lower(): value for key, value in _pairs(tags)}
    told: dict[str, str] = {}
    for name, keys in _NAMES.items():
        values = (found[key.lower()] for key in keys if key.lower() in found)
        told[name] = " ".join(_joined(next(values, ""), separator=", ").split())
    return told


def synchronised_lines(pieces: Iterable[tuple[str, int]]) -> tuple[DraftLine, ...]:
    """SYLT pieces, whole lines or syllables with line breaks among them, as timed lines."""
    pieces = list(pieces)
    by_syllable = any("\n" in text.strip("\n") or text.startswith("\n") for text, _ in pieces)
    lines: list[tuple[str, int]] = []
    for text, time in pieces:
        first, *following = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if by_syllable and lines and lines[-1][0]:
            lines[-1] = (lines[-1][0] + first, lines[-1][1])
        else:
            lines.append((first, time))
        lines.extend((part, time) for part in following if part or by_syllable)
    return with_ends(DraftLine(" ".join(" ".join(text_lines(text)).split()), max(0, time))
                     for text, time in sorted(lines, key=lambda line: line[1]))


def _id3_fields(tags: Any) -> Iterator[Field]:
    for frame in tags.getall("SYLT"):
        if frame.format == _MILLISECONDS and frame.type in _LYRIC_TYPES:
            pieces = [(_frame_text(frame, text), time) for text, time in frame.text]
            yield Field("ID3 SYLT", lines=synchronised_lines(pieces))
    for frame in tags.getall("USLT"):
        yield Field("ID3 USLT", _frame_text(frame, frame.text))
    for frame in tags.getall("TXXX"):
        if frame.desc.lower() in _PLAIN_KEYS:
            yield Field(f"ID3 TXXX:{frame.desc}", _joined(frame))


def _pairs(tags: Any) -> Iterator[tuple[str, Any]]:
    """(key, value) of any tag object, each key once."""
    keys: Iterable[str] = tags.keys()
    for key in dict.fromkeys(keys):
        yield key, tags[key]


def _source(tags: Any, key: str) -> str:
    kind = type(tags).__name__
    name = key.removeprefix(_FREEFORM)
    if key.startswith(_FREEFORM):
        return f"MP4 {name}"
    return f"APEv2 {name}" if "APE" in kind else name if "ASF" in kind else f"Vorbis {name.upper()}"


def _joined(value: Any, separator: str = "\n") -> str:
    """The text of a tag value, whatever mutagen wraps it in; several values joined."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if hasattr(value, "encoding") and hasattr(value, "text"):
        return separator.join(_frame_text(value, str(text)) for text in value.text)
    if hasattr(value, "__iter__"):
        return separator.join(part for item in value if (part := _joined(item, separator)))
    inner = getattr(value, "value", "")
    return inner if isinstance(inner, str) else ""


def _frame_text(frame: Any, text: str) -> str:
    """Many programs wrote other encodings into frames that say Latin-1."""
    return latin1_repaired(text) if frame.encoding == _LATIN1 else text
