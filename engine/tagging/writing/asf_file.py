"""Where moods stand in a WMA file: the extended content description in its header.

Source: Advanced Systems Format (ASF) Specification, revision 01.20.05.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from engine.tagging.writing.splice import Splice, splice_of
from engine.tagging.writing.tag_bytes import (
    MOOD,
    NAMES,
    Source,
    damaged,
    fields_of,
    moods_of,
    several_values,
    too_large,
)
from engine.tagging.writing.values import FileMoods

HEADER = UUID("75b22630-668e-11cf-a6d9-00aa0062ce6c").bytes_le
_DESCRIPTION = UUID("d2d0a440-e307-11d2-97f0-00a0c95ea850").bytes_le
_FILE = UUID("8cabdca1-a947-11cf-8ee4-00c00c205365").bytes_le
_PADDING = UUID("1806d474-cadf-4509-a4ba-9aabcb96aae8").bytes_le
_HEAD, _OBJECT = 30, 24
_TEXT = 0
_MOST_VALUE, _MOST_COUNT = 65535, 65535
_NAMES = {"WM/MOOD": MOOD, **{name: name for name in NAMES}}
_WRITTEN = {MOOD: "WM/Mood"}


@dataclass(frozen=True, slots=True)
class _Object:
    kind: bytes
    start: int
    size: int

    @property
    def end(self) -> int:
        return self.start + self.size


@dataclass(frozen=True, slots=True)
class _Entry:
    start: int
    end: int
    name: str
    value: str


class AsfFile:
    """The header of an ASF file."""

    label = "WMA"

    def __init__(self, source: Source) -> None:
        self._source = source
        head = source.at(0, _HEAD)
        self._size, self._count = (int.from_bytes(head[16:24], "little"),
                                   int.from_bytes(head[24:28], "little"))
        self._objects = list(self._walk())
        found = [one for one in self._objects if one.kind == _DESCRIPTION]
        if len(found) > 1:
            raise damaged()
        self._place = found[0] if found else None
        self._entries = self._parsed() if found else []

    def read(self) -> FileMoods:
        return moods_of((_NAMES[entry.name], entry.value) for entry in self._ours())

    def normal(self, moods: FileMoods) -> FileMoods:
        return several_values(moods)

    def sound(self) -> Iterator[tuple[int, int]]:
        yield self._size, self._source.size

    def splices(self, moods: FileMoods) -> list[Splice]:
        new = [_entry(_WRITTEN.get(name, name), value) for name, values in fields_of(moods)
               for value in values]
        if self._place is None:
            if not new:
                return []
            data = len(new).to_bytes(2, "little") + b"".join(new)
            whole = _DESCRIPTION + (len(data) + _OBJECT).to_bytes(8, "little") + data
            return [Splice(self._size, self._size, whole), *self._grown(len(whole), 1)]
        start = self._place.start + _OBJECT + 2
        old = self._source.at(start, self._place.end - start)
        ours = self._ours()
        place = ours[0].start if ours else len(old)
        kept, done = b"", 0
        for entry in ours:
            kept += old[done:entry.start]
            done = entry.end
        kept += old[done:]
        data = kept[:place] + b"".join(new) + kept[place:]
        count = len(self._entries) - len(ours) + len(new)
        if count > _MOST_COUNT:
            raise too_large()
        growth = len(data) - len(old)
        return [*splice_of(start, old, data),
                *self._number(start - 2, 2, count),
                *self._number(self._place.start + 16, 8, self._place.size + growth),
                *self._grown(growth, 0)]

    def _grown(self, growth: int, more: int) -> list[Splice]:
        """What hangs on the header growing: its length, and the file's; padding takes it up."""
        counted = self._number(24, 4, self._count + more)
        if growth == 0:
            return counted
        for room in self._objects:
            if room.kind == _PADDING and room.size - growth >= _OBJECT:
                inside = self._source.at(room.start + _OBJECT, room.size - _OBJECT)
                return [*counted, *self._number(room.start + 16, 8, room.size - growth),
                        *splice_of(room.start + _OBJECT, inside,
                                   inside[:max(0, len(inside) - growth)]
                                   + bytes(max(0, -growth)))]
        return [*counted, *self._number(16, 8, self._size + growth), *self._file_size(growth)]

    def _file_size(self, growth: int) -> list[Splice]:
        for one in self._objects:
            if one.kind == _FILE and one.size >= 48:
                told = int.from_bytes(self._source.at(one.start + 40, 8), "little")
                if told == self._source.size:
                    return self._number(one.start + 40, 8, told + growth)
        return []

    def _number(self, at: int, width: int, value: int) -> list[Splice]:
        return splice_of(at, self._source.at(at, width), value.to_bytes(width, "little"))

    def _walk(self) -> Iterator[_Object]:
        place = _HEAD
        for _ in range(self._count):
            head = self._source.at(place, _OBJECT)
            one = _Object(head[:16], place, int.from_bytes(head[16:], "little"))
            if one.size < _OBJECT or one.end > self._size:
                raise damaged()
            yield one
            place = one.end
        if place != self._size or self._size > self._source.size:
            raise damaged()

    def _parsed(self) -> list[_Entry]:
        assert self._place is not None
        start = self._place.start + _OBJECT
        count = int.from_bytes(self._source.at(start, 2), "little")
        data = self._source.at(start + 2, self._place.end - start - 2)
        entries: list[_Entry] = []
        place = 0
        for _ in range(count):
            name, middle = _counted(data, place)
            value, end = _counted(data, middle + 2)
            kind = int.from_bytes(data[middle:middle + 2], "little")
            entries.append(_Entry(place, end, _text(name).upper(),
                                  _text(value) if kind == _TEXT else ""))
            place = end
        if place != len(data):
            raise damaged()
        return entries

    def _ours(self) -> list[_Entry]:
        return [entry for entry in self._entries if entry.name in _NAMES]


def _entry(name: str, value: str) -> bytes:
    texts = [(text + "\0").encode("utf-16-le") for text in (name, value)]
    if len(texts[1]) > _MOST_VALUE:
        raise too_large()
    return (len(texts[0]).to_bytes(2, "little") + texts[0] + _TEXT.to_bytes(2, "little")
            + len(texts[1]).to_bytes(2, "little") + texts[1])


def _counted(data: bytes, place: int) -> tuple[bytes, int]:
    if place + 2 > len(data):
        raise damaged()
    end = place + 2 + int.from_bytes(data[place:place + 2], "little")
    if end > len(data):
        raise damaged()
    return data[place + 2:end], end


def _text(data: bytes) -> str:
    return data.decode("utf-16-le", "replace").rstrip("\0")
