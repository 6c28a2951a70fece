"""Lyrics embedded in recordings, read through mutagen. Never decodes sound, never writes.

Synchronised words win over plain ones unless they are clearly fewer.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from engine.errors import EngineError
from engine.tagging.readers.draft import Draft, plain_draft
from engine.tagging.readers.lrc import looks_like_lrc, parse_lrc
from engine.tagging.readers.tag_fields import Field, lyric_fields, names
from engine.tagging.readers.text_file import MOST_BYTES, read_start, unreadable


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recording's tags say: names, and the embedded lyric if there is one."""

    title: str = ""
    artist: str = ""
    album: str = ""
    lyric: Draft | None = None
    source: str = ""


def read_recording(path: Path) -> Recording:
    """The tags of a recording. EngineError where it cannot be opened or is damaged."""
    if not read_start(path, 16).strip(b"\x00"):
        raise EngineError("This recording is empty.", "Copy it again from where it came from.")
    tags = _tags(path)
    if tags is None:
        return Recording()
    told = names(tags)
    fields = [field for field in lyric_fields(tags) if field.text or field.lines]
    if not fields:
        return Recording(told["title"], told["artist"], told["album"])
    drafts = [(_draft(field), field.source) for field in fields]
    lyric, source = _best(drafts)
    return Recording(told["title"] or lyric.title, told["artist"] or lyric.artist,
                     told["album"] or lyric.album, lyric, source)


def _tags(path: Path) -> Any:
    """The mutagen tag object of a file, None where it carries none."""
    import mutagen  # slow to import; only recordings need it

    try:
        audio: Any = cast("Any", mutagen).File(path)
    except OSError as error:
        raise unreadable(error) from error
    except Exception as error:
        # Damaged files reach every corner of a parser: what it raises then is no bug of ours.
        return _tags_alone(path, error)
    if audio is None:
        return _tags_alone(path, None)
    return audio.tags if audio.tags else _ape_alone(path)


def _tags_alone(path: Path, error: Exception | None) -> Any:
    """The tag at the head of a file whose sound is damaged: its words may still be whole."""
    from mutagen.id3 import ID3

    try:
        return ID3(path)
    except Exception:
        raise EngineError("This recording is damaged or of a kind that cannot be read.",
                          "If it plays elsewhere, drop its .lrc beside it, or paste the lyric."
                          ) from error


def _ape_alone(path: Path) -> Any:
    """An APEv2 tag at the end of a file whose own format has none."""
    from mutagen.apev2 import APEv2

    try:
        return APEv2(path)
    except Exception:  # no such tag, or a broken one: either way there are no words in it
        return None


def _draft(field: Field) -> Draft:
    if field.lines:
        return Draft(field.lines)
    text = field.text[:MOST_BYTES]
    return parse_lrc(text) if looks_like_lrc(text) else plain_draft(text)


def _best(drafts: list[tuple[Draft, str]]) -> tuple[Draft, str]:
    longest = max(map(_length, (draft for draft, _ in drafts)))
    enough = [found for found in drafts if _length(found[0]) * 2 >= longest]
    return max(enough, key=lambda found: (_timed(found[0]), _length(found[0])))


def _length(draft: Draft) -> int:
    return sum(len(line.text) for line in draft.lines)


def _timed(draft: Draft) -> bool:
    return any(line.start_ms is not None for line in draft.lines)
