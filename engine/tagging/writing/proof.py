"""Proof that a copy differs from its original in our fields alone: read back through mutagen.

mutagen is a second library: it writes nothing here. What it tells of both files is compared field
by field, and so is their sound, byte for byte.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from engine.errors import EngineError
from engine.tagging.writing.tag_bytes import MOOD, NAMES, TagHolder, moods_of
from engine.tagging.writing.values import FileMoods

_BLOCK = 1 << 20
_FREEFORM = "----:com.apple.iTunes:"
_OWN = {"TMOO": MOOD, "MOOD": MOOD, "WM/MOOD": MOOD, **{name: name for name in NAMES}}


class Told:
    """What mutagen tells of a file: `moods` our fields, `others` all else, comparable; `texts` the
    texts among these, without the names of their fields."""

    def __init__(self, moods: FileMoods, others: frozenset[tuple[str, str]],
                 texts: frozenset[str]) -> None:
        self.moods = moods
        self.others = others
        self.texts = texts


def prove(original: Path, copy: Path, wanted: FileMoods, is_new_tag: bool = False) -> None:
    """EngineError unless `copy` has our fields as `wanted` and all others as `original` has.

    `is_new_tag`: the original had none but an older kind, which spells its fields differently.
    """
    reader = reader_of(original)
    before, after = told(reader, original), told(reader, copy)
    if after.moods != wanted and _loosely(after.moods) != _loosely(wanted):
        raise unlike()
    if before.others != after.others and not (is_new_tag and before.texts <= after.texts):
        raise unlike()


def prove_sound(original: BinaryIO, before: TagHolder, copy: BinaryIO, after: TagHolder) -> None:
    """EngineError unless both files hold the same sound."""
    if sound_hash(original, before) != sound_hash(copy, after):
        raise unlike()


def sound_hash(file: BinaryIO, holder: TagHolder) -> str:
    """SHA-256 of the sound of a recording, without any of its tags."""
    whole = hashlib.sha256()
    for start, end in holder.sound():
        file.seek(start)
        left = end - start
        while left > 0 and (data := file.read(min(left, _BLOCK))):
            whole.update(data)
            left -= len(data)
    return whole.hexdigest()


def reader_of(path: Path) -> Any:
    """The mutagen class for a recording. EngineError where there is none."""
    import mutagen  # slow to import; only writing needs it
    from mutagen.id3 import ID3

    if path.suffix.lower() == ".aac":
        return cast("Any", ID3)  # mutagen does not look for a tag in front of plain AAC
    try:
        audio: Any = cast("Any", mutagen).File(path)
    except Exception as failure:  # damaged files reach every corner of a parser
        raise _unread() from failure
    if audio is None:
        raise _unread()
    return cast("Any", type(audio))


def told(reader: Any, path: Path) -> Told:
    """The fields of a recording as mutagen reads them."""
    try:
        audio: Any = reader(path)
        fields = list(_fields(audio))
        if reader.__name__ == "MP3":
            fields += [(f"APE {name}", value) for name, value in _ape_behind(path)]
    except Exception as failure:
        raise _unread() from failure
    own = [(name, value) for name, value in fields if name.upper() in _OWN]
    others = frozenset((name, value) for name, value in fields
                       if name.upper().removeprefix("APE ") not in _OWN)
    return Told(moods_of((_OWN[name.upper()], value) for name, value in own), others,
                frozenset(_texts(audio)))


def _fields(audio: Any) -> Iterator[tuple[str, str]]:
    """(name, value) of every field; values that are no text as their hash."""
    for picture in getattr(audio, "pictures", ()):
        yield "picture", _digest(picture.write())
    tags: Any = audio if hasattr(audio, "getall") else audio.tags
    if tags is None:
        return
    for frame in getattr(tags, "unknown_frames", ()):
        yield "unknown", _digest(frame)
    if hasattr(tags, "getall"):
        yield from _id3_fields(tags.values())
        return
    for key in dict.fromkeys(tags.keys()):
        values = tags[key]
        for value in _each(values):
            yield key.removeprefix(_FREEFORM), value


def _id3_fields(frames: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for frame in frames:
        if frame.FrameID == "TMOO" or (frame.FrameID == "TXXX" and frame.desc.upper() in NAMES):
            for value in frame.text:
                yield getattr(frame, "desc", "TMOO"), str(value)
        else:
            yield frame.HashKey, _digest(repr(frame).encode("utf-8", "replace"))


def _each(values: Any) -> Iterator[str]:
    """The values of one field, whatever mutagen wraps them in."""
    if isinstance(values, str):
        yield values
    elif isinstance(values, list):
        for value in cast("list[Any]", values):
            yield from _each(value)
    elif isinstance(values, bytes):
        try:
            yield values.decode()
        except UnicodeDecodeError:
            yield _digest(values)
    elif hasattr(values, "kind"):  # APEv2
        yield from (cast("Iterable[str]", values) if values.kind == 0 else [_digest(values.value)])
    elif hasattr(values, "value") and isinstance(values.value, str):  # ASF
        yield values.value
    else:
        yield repr(values)


def _ape_behind(path: Path) -> Iterator[tuple[str, str]]:
    """The fields of an APEv2 tag that stands behind another tag."""
    from mutagen.apev2 import APENoHeaderError, APEv2

    try:
        tags: Any = APEv2(path)
    except APENoHeaderError:
        return
    for key in tags:
        for value in _each(tags[key]):
            yield key, value


def _texts(audio: Any) -> Iterator[str]:
    """The texts of an ID3 tag; what an ID3v1 tag told must be in the new one under any name."""
    tags: Any = audio if hasattr(audio, "getall") else audio.tags
    if tags is not None and hasattr(tags, "getall"):
        for frame in tags.values():
            if isinstance(getattr(frame, "text", None), list):
                yield from map(str, frame.text)


def _loosely(moods: FileMoods) -> tuple[str, ...]:
    return tuple(sorted((*moods.moods, moods.tagger, moods.scores)))


def unlike() -> EngineError:
    """The refusal where a copy did not become what it should."""
    return EngineError(
        "Written to a copy, this file did not read back as it should, so it was left as it is.",
        "Its tag may be damaged. Write a file beside it instead.")


def _unread() -> EngineError:
    return EngineError(
        "This recording is damaged, so nothing is written into it.",
        "Copy it again from where it came from, or write a file beside it instead.")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
