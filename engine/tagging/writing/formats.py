"""Which kind of recording a file is, told by what is in it, and where moods stand in that kind.

Opens nothing by itself. The name of a file is asked only where its bytes leave it open.
"""

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from engine.errors import EngineError
from engine.tagging.writing.ape_tag import ApeTag
from engine.tagging.writing.asf_file import HEADER as ASF_HEADER
from engine.tagging.writing.asf_file import AsfFile
from engine.tagging.writing.chunk_file import ChunkFile, DsfFile
from engine.tagging.writing.flac_file import FlacFile
from engine.tagging.writing.id3_tag import HEADER, tag_length
from engine.tagging.writing.mp4_file import Mp4File
from engine.tagging.writing.mpeg_file import mpeg_holder
from engine.tagging.writing.ogg_file import OggFile
from engine.tagging.writing.splice import Splice, ordered
from engine.tagging.writing.tag_bytes import Source, TagHolder, damaged, unsupported
from engine.tagging.writing.values import FileMoods

_STARTS: Mapping[bytes, Callable[[Source], TagHolder]] = {
    b"fLaC": FlacFile,
    b"OggS": OggFile,
    b"DSD ": DsfFile,
    b"MAC ": lambda source: ApeTag(source, "Monkey's Audio"),
    b"wvpk": lambda source: ApeTag(source, "WavPack"),
    b"MPCK": lambda source: ApeTag(source, "Musepack"),
    b"MP+": lambda source: ApeTag(source, "Musepack"),
    ASF_HEADER: AsfFile,
}
_FORMS = {(b"RIFF", b"WAVE"), (b"FORM", b"AIFF"), (b"FORM", b"AIFC")}
# What a damaged file may make of reading it, beside the refusals that were thought of.
_ASTRAY = (ValueError, IndexError, KeyError, OverflowError, RecursionError, struct.error)
_SEARCHED = 1 << 16  # how far behind a tag the sound of an .mp3 may begin


def tag_holder(file: BinaryIO, path: Path) -> TagHolder:
    """Where the moods of an open recording stand. EngineError where it has no such place."""
    try:
        return _holder(Source(file), path)
    except _ASTRAY as failure:
        raise damaged() from failure


def mood_splices(holder: TagHolder, moods: FileMoods) -> tuple[Splice, ...]:
    """What to change in a recording so that its fields are `moods`, in file order. EngineError
    where it cannot be done."""
    try:
        return ordered(holder.splices(moods))
    except _ASTRAY as failure:
        raise damaged() from failure


def _holder(source: Source, path: Path) -> TagHolder:
    front = tag_length(source.some(0, HEADER))
    start = source.some(front, 16)
    for mark, opened in _STARTS.items():
        if start.startswith(mark):
            return opened(source)
    if (start[:4], start[8:12]) in _FORMS:
        return ChunkFile(source)
    if start[4:8] == b"ftyp" and not front:
        return Mp4File(source)
    return _mpeg(source, path, front)


def _mpeg(source: Source, path: Path, front: int) -> TagHolder:
    suffix = path.suffix.lower()
    if suffix == ".aac":
        if front:
            return mpeg_holder(source, "AAC")
        raise unsupported("Plain .aac files without a tag")
    if suffix == ".mp3" and _has_sound(source.some(front, _SEARCHED)):
        return mpeg_holder(source, "MP3")
    raise EngineError("This file is damaged or of a kind that moods cannot be written into.",
                      "Copy it again from where it came from, or write a file beside it instead.")


def _has_sound(data: bytes) -> bool:
    """Whether a frame of MPEG sound begins here: eleven bits, and no value that is never used."""
    at = data.find(b"\xff")
    while 0 <= at < len(data) - 3:
        second, third = data[at + 1], data[at + 2]
        if (second & 0xE0 == 0xE0 and second & 0x18 != 0x08 and second & 0x06
                and third & 0xF0 != 0xF0 and third & 0x0C != 0x0C):
            return True
        at = data.find(b"\xff", at + 1)
    return False
