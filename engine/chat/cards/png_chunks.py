"""The chunks of a PNG or APNG: texts out of it, texts into it, and the picture without them.

Every length is checked before it is believed. Nothing of the picture itself is decoded. Knows no
card, only which keywords cards use.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CARD_WORDS = ("ccv3", "chara", "chara_card_v3")
ASSET_WORD = "chara-ext-asset_"

_MOST_CHUNKS = 50_000
_MOST_TEXT = 24 << 20
_MOST_PACKED = 4
_MOST_PIXELS = 64_000_000
_MOST_EDGE = 32_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk. `sound`: its checksum is right."""

    kind: bytes
    data: bytes
    sound: bool = True

    @property
    def written(self) -> bytes:
        check = zlib.crc32(self.kind + self.data)
        return struct.pack(">I", len(self.data)) + self.kind + self.data + struct.pack(">I", check)


@dataclass(frozen=True, slots=True)
class PngText:
    """A text chunk: its keyword, and what it holds as bytes. `sound`: its checksum is right."""

    keyword: str
    data: bytes
    sound: bool = True


def read_chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks up to the end, the first one that is cut off, or the most that are looked at."""
    view = memoryview(data)
    place = len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if place + 12 > len(data):
            return
        length = int.from_bytes(view[place:place + 4])
        kind = bytes(view[place + 4:place + 8])
        end = place + 8 + length
        if end + 4 > len(data) or not kind.isalpha() or not kind.isascii():
            return
        check = int.from_bytes(view[end:end + 4])
        yield Chunk(kind, bytes(view[place + 8:end]), zlib.crc32(view[place + 4:end]) == check)
        if kind == b"IEND":
            return
        place = end + 4


def card_texts(chunks: Iterable[Chunk]) -> list[PngText]:
    """The texts of cards and of files that belong to one; broken ones are passed over. Of packed
    ones only some are unpacked, as each may be a thousand times as large then."""
    found: list[PngText] = []
    packed = 0
    for chunk in chunks:
        if not is_card_text(chunk):
            continue
        packed += chunk.kind != b"tEXt"
        text = _text_in(chunk) if chunk.kind == b"tEXt" or packed <= _MOST_PACKED else None
        if text:
            word = chunk.data.partition(b"\0")[0].decode("latin-1").strip()
            found.append(PngText(word, text, chunk.sound))
    return found


def _text_in(chunk: Chunk) -> bytes | None:
    rest = chunk.data.partition(b"\0")[2]
    if chunk.kind == b"tEXt":
        return rest
    return _inflated(rest[1:]) if chunk.kind == b"zTXt" else _international(rest)


def _international(rest: bytes) -> bytes | None:
    """What follows the keyword of iTXt: packed or not, how, language, keyword in it, text."""
    parts = rest[2:].split(b"\0", 2)
    if len(rest) < 2 or len(parts) < 3:
        return None
    return _inflated(parts[2]) if rest[0] == 1 else parts[2]


def _inflated(packed: bytes) -> bytes | None:
    """Unpacked, None where it is broken or far too large."""
    machine = zlib.decompressobj()
    try:
        text = machine.decompress(packed, _MOST_TEXT)
    except zlib.error:
        return None
    return None if machine.unconsumed_tail else text


def is_card_text(chunk: Chunk) -> bool:
    """Whether a card is written in it, or a file that belongs to one."""
    if chunk.kind not in (b"tEXt", b"zTXt", b"iTXt"):
        return False
    word = chunk.data[:2048].partition(b"\0")[0].decode("latin-1").strip()
    return word.casefold() in CARD_WORDS or word.startswith(ASSET_WORD)


def is_whole(chunks: Sequence[Chunk]) -> bool:
    """Whether a program can show the picture: all its parts are there, sound, and of a size that
    fits into memory."""
    kinds = [chunk.kind for chunk in chunks]
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        return False
    width, height = size_of(chunks[0])
    picture = (chunk.sound for chunk in chunks if not is_card_text(chunk))
    return (0 < width <= _MOST_EDGE and 0 < height <= _MOST_EDGE
            and width * height <= _MOST_PIXELS and all(picture))


def size_of(header: Chunk) -> tuple[int, int]:
    """Width and height in pixels from IHDR, (0, 0) where it is broken."""
    if len(header.data) != 13:
        return 0, 0
    return int.from_bytes(header.data[:4]), int.from_bytes(header.data[4:8])


def picture_alone(data: bytes) -> bytes:
    """The PNG without the card in it and what stands behind its end; b"" if it is damaged."""
    chunks = list(read_chunks(data)) if data.startswith(SIGNATURE) else []
    if not is_whole(chunks):
        return b""
    return SIGNATURE + b"".join(chunk.written for chunk in chunks if not is_card_text(chunk))


def with_texts(picture: bytes, texts: Sequence[tuple[str, bytes]]) -> bytes:
    """A sound PNG with tEXt chunks in it, instead of the card it held before.

    They stand right behind the header: some readers look at the first text only, others stop
    where the pixels begin.
    """
    header, *others = [chunk for chunk in read_chunks(picture) if not is_card_text(chunk)]
    added = [Chunk(b"tEXt", word.encode("latin-1") + b"\0" + text) for word, text in texts]
    return SIGNATURE + b"".join(chunk.written for chunk in (header, *added, *others))
