"""An ID3v2 tag as bytes: our frames found in it and replaced, every other frame left as it is.

Versions 2.2, 2.3 and 2.4 stay what they are. Never decodes a frame that is not ours. Where in a
file the tag lies is not known here.
Source: id3.org, ID3v2.2.0, ID3v2.3.0 and ID3v2.4.0 (structure and native frames).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.tagging.writing.splice import Splice, splice_of
from engine.tagging.writing.tag_bytes import (
    JOINT,
    MOOD,
    NAMES,
    damaged,
    fields_of,
    moods_of,
    one_value,
    several_values,
    too_large,
)
from engine.tagging.writing.values import FileMoods

HEADER = 10
_ROOM = 1024  # padding after a tag that had to grow, so that the next write moves nothing
_MOST = 1 << 28
_UNSYNCHRONISED, _EXTENDED, _FOOTER = 0x80, 0x40, 0x10
_CODECS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
_ID = {2: re.compile(rb"[A-Z0-9]{3}"), 3: re.compile(rb"[A-Z0-9]{3}[A-Z0-9 \x00]"),
       4: re.compile(rb"[A-Z0-9]{3}[A-Z0-9 \x00]")}


@dataclass(frozen=True, slots=True)
class _Frame:
    """A frame's stretch of the tag's body, header included, and its texts where it is ours."""

    id: bytes
    start: int
    end: int
    texts: tuple[tuple[str, str], ...] = ()


class Id3Tag:
    """One ID3v2 tag: `data` from its "ID3" to its end. EngineError if it does not hold together.

    `is_new` is a tag that is not in the file yet. Without `data` it is an empty one of version 2.4.
    """

    def __init__(self, data: bytes, is_new: bool = False) -> None:
        self._data = data or b"ID3\x04\x00\x00" + bytes(4)
        self._is_new = is_new or not data
        self._version, self._flags = self._data[3], self._data[5]
        if self._data[:3] != b"ID3" or self._version not in _ID or (
                self._version == 2 and self._flags & _EXTENDED):
            raise damaged()
        body = self._data[HEADER:HEADER + _synchsafe(self._data[6:10])]
        if self._whole_is_unsynchronised:
            body = synchronised(body)
        self._skipped = self._extension(body)
        self._body = body[self._skipped:]
        self._plain_sizes = False
        self._frames = self._parsed()
        self._end = self._frames[-1].end if self._frames else 0

    @property
    def label(self) -> str:
        """The tag's name with its version."""
        return f"ID3v2.{self._version}"

    def read(self) -> FileMoods:
        """Our fields. TMOO and TXXX:MOOD are one."""
        found = [text for frame in self._frames for text in frame.texts]
        first = sorted(range(len(found)), key=lambda at: found[at][0] != "TMOO")
        return moods_of((MOOD if found[at][0] == "TMOO" else found[at][0], found[at][1])
                        for at in first)

    def normal(self, moods: FileMoods) -> FileMoods:
        """Only version 2.4 knows several values of a field."""
        return several_values(moods) if self._version == 4 else one_value(moods)

    def splices(self, moods: FileMoods, start: int = 0) -> list[Splice]:
        """The changes of a file in which this tag stands at `start`."""
        if self._is_new:
            return [Splice(start, start, self.with_moods(moods))]
        cut = len(self._data)  # each part by itself: a picture in front of the padding is none
        if not self._whole_is_unsynchronised:
            cut = HEADER + self._skipped + self._end
        old = self._data[:HEADER], self._data[HEADER:cut], self._data[cut:]
        found: list[Splice] = []
        for before, after in zip(old, self._rendered(self._edited(moods)), strict=True):
            found += splice_of(start, before, after)
            start += len(before)
        return found

    def with_moods(self, moods: FileMoods) -> bytes:
        """The whole tag with our fields as `moods`. It keeps its size while there is room."""
        return b"".join(self._rendered(self._edited(moods)))

    def _edited(self, moods: FileMoods) -> bytes:
        """All frames, ours as `moods` where ours stood, or behind the others."""
        ours = b"".join(self._ours(moods))
        own = [frame for frame in self._frames if frame.texts]
        place = own[0].start if own else self._end
        pieces: list[bytes] = []
        done = 0
        for frame in own:
            pieces.append(self._body[done:frame.start])
            done = frame.end
        kept = b"".join((*pieces, self._body[done:self._end]))
        return kept[:place] + ours + kept[place:]

    def _rendered(self, frames: bytes) -> tuple[bytes, bytes, bytes]:
        """Header, frames and padding of the whole tag."""
        flags = self._flags & ~(_EXTENDED | (_FOOTER if self._version == 4 else 0))
        if self._whole_is_unsynchronised:
            frames = unsynchronised(frames)
        room = len(self._data) - HEADER
        size = room if len(frames) <= room else len(frames) + _ROOM
        if size >= _MOST:
            raise too_large()
        return (self._data[:5] + bytes([flags]) + _to_synchsafe(size), frames,
                bytes(size - len(frames)))

    def _ours(self, moods: FileMoods) -> Iterator[bytes]:
        """Our frames. TXXX:MOOD too before 2.4, which has no TMOO of its own, and where it was."""
        user = b"TXX" if self._version == 2 else b"TXXX"
        had = any(name == MOOD for frame in self._frames for name, _ in frame.texts)
        for name, values in fields_of(moods):
            text = ("\0" if self._version == 4 else JOINT).join(values)
            if name == MOOD and self._version != 2:
                yield self._framed(b"TMOO", self._encoded((text,)))
            if name != MOOD or self._version != 4 or had:
                yield self._framed(user, self._encoded((name, text)))

    def _encoded(self, texts: tuple[str, ...]) -> bytes:
        whole = "".join(texts)
        if whole.isascii():
            return b"\x00" + b"\x00".join(text.encode() for text in texts)
        if self._version == 4:
            return b"\x03" + b"\x00".join(text.encode() for text in texts)
        return b"\x01" + b"\x00\x00".join(b"\xff\xfe" + text.encode("utf-16-le")
                                          for text in texts)

    def _framed(self, name: bytes, body: bytes) -> bytes:
        if self._version == 2:
            return name + len(body).to_bytes(3) + body
        plain = self._version == 3 or self._plain_sizes
        size = len(body).to_bytes(4) if plain else _to_synchsafe(len(body))
        return name + size + b"\0\0" + body

    @property
    def _whole_is_unsynchronised(self) -> bool:
        return self._version < 4 and bool(self._flags & _UNSYNCHRONISED)

    def _extension(self, body: bytes) -> int:
        """The length of the extended header, which tells of the tag's storage only."""
        if not self._flags & _EXTENDED:
            return 0
        size = (_synchsafe(body[:4]) if self._version == 4
                else int.from_bytes(body[:4]) + 4)
        if not 6 <= size <= len(body):
            raise damaged()
        return size

    def _parsed(self) -> list[_Frame]:
        """The frames. Some programs wrote plain sizes into 2.4: whichever reads to the end."""
        for plain in ((False, True) if self._version == 4 else (True,)):
            self._plain_sizes = plain and self._version == 4
            frames = self._walked(plain)
            if frames is not None:
                return frames
        raise damaged()

    def _walked(self, plain: bool) -> list[_Frame] | None:
        """Every frame up to the padding, None where the sizes lead astray."""
        frames: list[_Frame] = []
        head, place = (6 if self._version == 2 else 10), 0
        while place < len(self._body) and self._body[place]:
            name = self._body[place:place + head - 6 if head == 10 else place + 3]
            if not _ID[self._version].fullmatch(name) or place + head > len(self._body):
                return None
            count = self._body[place + len(name):place + len(name) * 2]
            size = int.from_bytes(count) if plain else _synchsafe_or_none(count)
            if size is None or place + head + size > len(self._body):
                return None
            end = place + head + size
            frames.append(_Frame(name, place, end, self._texts(name, place + head, end)))
            place = end
        return None if self._body[place:].strip(b"\0") else frames

    def _texts(self, name: bytes, start: int, end: int) -> tuple[tuple[str, str], ...]:
        """(field, value) of a frame that is ours, nothing for every other."""
        if name not in (b"TMOO", b"TXXX", b"TXX"):
            return ()
        body = self._plain_body(self._body[start:end], start)
        if not body or body[0] not in _CODECS:
            return ()
        texts = _decoded(body)
        if name == b"TMOO":
            return tuple(("TMOO", text) for text in texts) or (("TMOO", ""),)
        field = texts[0].upper()
        return tuple((field, text) for text in texts[1:] or [""]) if field in NAMES else ()

    def _plain_body(self, body: bytes, start: int) -> bytes:
        """A frame's body without what its flags put in front; empty where they hide it."""
        if self._version == 2:
            return body
        flags = self._body[start - 1]
        if self._version == 3:
            return b"" if flags & 0xC0 else body[1:] if flags & 0x20 else body
        if flags & 0x0C:
            return b""
        body = body[(1 if flags & 0x40 else 0) + (4 if flags & 0x01 else 0):]
        return synchronised(body) if flags & 0x02 or self._flags & _UNSYNCHRONISED else body


def _decoded(body: bytes) -> list[str]:
    """The texts of a text frame's body, its encoding byte in front."""
    text = body[1:].decode(_CODECS[body[0]], "replace") if body[0] != 1 else _utf16(body[1:])
    return [part.lstrip("\ufeff") for part in text.rstrip("\0").split("\0")]


def _utf16(data: bytes) -> str:
    big = data[:2] == b"\xfe\xff"
    return data.decode("utf-16-be" if big else "utf-16-le", "replace")


def synchronised(data: bytes) -> bytes:
    """Unsynchronised bytes as they were meant."""
    return data.replace(b"\xff\x00", b"\xff")


def unsynchronised(data: bytes) -> bytes:
    """Bytes in which nothing looks like the start of sound (ID3v2.3.0, section 5)."""
    safe = re.sub(rb"\xff(?=[\xe0-\xff\x00])", b"\xff\x00", data)
    return safe + b"\x00" if safe.endswith(b"\xff") else safe


def tag_length(head: bytes) -> int:
    """How long the tag is whose first ten bytes these are; 0 where they begin none."""
    if head[:3] != b"ID3" or len(head) < HEADER or any(byte & 0x80 for byte in head[6:10]):
        return 0
    footer = HEADER if head[3] == 4 and head[5] & _FOOTER else 0
    return HEADER + _synchsafe(head[6:10]) + footer


def tag_of_texts(texts: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A version 2.4 tag of texts (frame id, bytes as found elsewhere); b"" without any."""
    body = b""
    for name, text in texts:
        inside = (b"\0eng\0" if name == b"COMM" else b"\0") + text
        body += name + _to_synchsafe(len(inside)) + b"\0\0" + inside if text else b""
    return b"ID3\x04\x00\x00" + _to_synchsafe(len(body)) + body if body else b""


def _synchsafe(data: bytes) -> int:
    return sum((byte & 0x7F) << shift for byte, shift in zip(data, (21, 14, 7, 0), strict=True))


def _synchsafe_or_none(data: bytes) -> int | None:
    return None if any(byte & 0x80 for byte in data) else _synchsafe(data)


def _to_synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
