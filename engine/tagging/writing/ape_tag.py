"""An APEv2 tag at the end of a file: our items found in it and replaced, the others as they are.

Source: hydrogenaud.io, APEv2 specification.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.tagging.writing.id3_version_1 import LENGTH, old_tag
from engine.tagging.writing.splice import Splice, splice_of
from engine.tagging.writing.tag_bytes import (
    NAMES,
    Source,
    damaged,
    fields_of,
    moods_of,
    several_values,
    too_large,
)
from engine.tagging.writing.values import FileMoods

_MARK = b"APETAGEX"
_FRAME = 32
_HAS_HEADER, _IS_HEADER, _NO_FOOTER = 0x80000000, 0x20000000, 0x40000000
_MOST = 1 << 24
_KINDS = 0x6  # the bits of an item that tell text (0) from other things
_SPELLING = {"MOOD": "Mood"}


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    end: int
    name: str
    values: tuple[str, ...]


class ApeTag:
    """The APEv2 tag of a file, or one to come before what else stands at its end."""

    def __init__(self, source: Source, kind: str) -> None:
        self.label = f"{kind}, APEv2"
        end = ape_tag_end(source)
        self._start = self._end = _tail(source)
        self._items, self._count = b"", 0
        self._version, self._flags, self._reserved = 2000, _HAS_HEADER, bytes(8)
        self._has_header = True
        if source.some(0, 8) == _MARK:
            raise damaged()  # a tag in front, as nobody has written for decades
        self.is_new = end is None
        if end is not None:
            self._take(source, end)
        else:
            self._items, self._count = _from_version_1(source.some(source.size - LENGTH, LENGTH))
        self._found = self._parsed()

    def read(self) -> FileMoods:
        return moods_of((item.name, value) for item in self._ours() for value in item.values)

    def normal(self, moods: FileMoods) -> FileMoods:
        return several_values(moods)

    def sound(self) -> Iterator[tuple[int, int]]:
        yield 0, self._start

    def splices(self, moods: FileMoods) -> list[Splice]:
        if self.is_new and moods == FileMoods():
            return []
        ours = self._ours()
        place = ours[0].start if ours else len(self._items)
        kept, done = b"", 0
        for item in ours:
            kept += self._items[done:item.start]
            done = item.end
        kept += self._items[done:]
        new = b"".join(_item(_SPELLING.get(name, name), values)
                       for name, values in fields_of(moods))
        items = kept[:place] + new + kept[place:]
        count = self._count - len(ours) + len(fields_of(moods))
        return self._framed(items, count)

    def _framed(self, items: bytes, count: int) -> list[Splice]:
        """Each part by itself, so that nothing between them is stored as changed."""
        if len(items) + 2 * _FRAME >= _MOST:
            raise too_large()
        footer = self._frame(len(items), count, 0)
        header = self._frame(len(items), count, _IS_HEADER) if self._has_header else b""
        if self._start == self._end:
            return [Splice(self._start, self._end, header + items + footer)]
        first = self._start + len(header)
        return (splice_of(self._start, self._old_header, header)
                + splice_of(first, self._items, items)
                + splice_of(first + len(self._items), self._old_footer, footer))

    def _frame(self, size: int, count: int, flag: int) -> bytes:
        flags = self._flags & ~_IS_HEADER | flag
        return (_MARK + self._version.to_bytes(4, "little")
                + (size + _FRAME).to_bytes(4, "little") + count.to_bytes(4, "little")
                + flags.to_bytes(4, "little") + self._reserved)

    def _take(self, source: Source, end: int) -> None:
        """Reads the tag whose footer ends at `end`."""
        footer = source.at(end - _FRAME, _FRAME)
        self._version, size, self._count, self._flags = (
            int.from_bytes(footer[at:at + 4], "little") for at in (8, 12, 16, 20))
        self._reserved = footer[24:]
        self._has_header = bool(self._flags & _HAS_HEADER)
        if size < _FRAME or self._flags & (_IS_HEADER | _NO_FOOTER):
            raise damaged()
        items = end - size
        self._items = source.at(items, size - _FRAME)
        self._old_footer = footer
        self._old_header = source.at(items - _FRAME, _FRAME) if self._has_header else b""
        if self._has_header and self._old_header[:8] != _MARK:
            raise damaged()
        self._start, self._end = items - len(self._old_header), end

    def _parsed(self) -> list[_Item]:
        items: list[_Item] = []
        place = 0
        for _ in range(self._count):
            head = re.compile(rb"(.{4})(.{4})([\x20-\x7e]{2,255})\x00", re.DOTALL).match(
                self._items, place)
            if head is None:
                raise damaged()
            end = head.end() + int.from_bytes(head[1], "little")
            if end > len(self._items):
                raise damaged()
            is_text = not int.from_bytes(head[2], "little") & _KINDS
            value = self._items[head.end():end].decode("utf-8", "replace") if is_text else ""
            items.append(_Item(place, end, head[3].decode().upper(), tuple(value.split("\0"))))
            place = end
        if place != len(self._items):
            raise damaged()
        return items

    def _ours(self) -> list[_Item]:
        return [item for item in self._found if item.name in NAMES]


def ape_tag_end(source: Source) -> int | None:
    """Where the APEv2 tag of a file ends, None where it has none."""
    for end in dict.fromkeys((source.size, _tail(source))):
        if source.some(end - _FRAME, _FRAME)[:8] == _MARK and end >= _FRAME:
            return end
    return None


def sound_end(source: Source) -> int:
    """Where the tags at the end of a file begin."""
    end = ape_tag_end(source)
    if end is None:
        return _tail(source)
    flags = int.from_bytes(source.at(end - 12, 4), "little")
    size = int.from_bytes(source.at(end - 20, 4), "little")
    return max(0, end - size - (_FRAME if flags & _HAS_HEADER else 0))


def _tail(source: Source) -> int:
    """Where the old tags begin that stand behind all others: ID3v1 and Lyrics3."""
    end = source.size
    if end >= 128 and source.at(end - 128, 3) == b"TAG":
        end -= 128
    mark = source.some(end - 15, 15)
    if mark[6:] == b"LYRICS200" and mark[:6].isdigit() and end - 15 >= int(mark[:6]):
        end -= 15 + int(mark[:6])
    return end


def _item(name: str, values: tuple[str, ...]) -> bytes:
    value = "\0".join(values).encode()
    return len(value).to_bytes(4, "little") + bytes(4) + name.encode() + b"\0" + value


def _from_version_1(tail: bytes) -> tuple[bytes, int]:
    """The items of what an ID3v1 tag tells, and how many these are."""
    old = old_tag(tail)
    if old is None:
        return b"", 0
    from mutagen.id3 import TCON  # slow to import; few files need it

    genres = TCON.GENRES
    genre = genres[int(old.genre)] if old.genre and int(old.genre) < len(genres) else ""
    told = (("Title", old.title), ("Artist", old.artist), ("Album", old.album),
            ("Year", old.year), ("Comment", old.comment), ("Track", old.track),
            ("Genre", genre.encode()))
    items = [_item(name, (text.decode("latin-1"),)) for name, text in told if text]
    return b"".join(items), len(items)
