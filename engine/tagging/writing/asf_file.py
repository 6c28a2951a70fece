"""Where moods stand in a WMA file: the extended content description in its header.

Source: Advanced Systems Format (ASF) Specification, revision 01.20.05.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from engine.errors import EngineError
from engine.tagging.writing.splice import Splice, growth, splice_of
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
_SIGNATURE = UUID("2211b3fc-bd23-11d2-b4b7-00a0c955fc6e").bytes_le
_EXTENSION = UUID("5fbf03b5-a92e-11cf-8ee3-00c00c205365").bytes_le
_METADATA = (UUID("c5f8cbea-5baf-4877-8467-aa8c44fa4cca").bytes_le,
             UUID("44231c94-9498-49d1-a141-1d134e457054").bytes_le)
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


@dataclass(frozen=True, slots=True)
class _List:
    """A list of entries: where it stands, its bytes, and where its length is told, (place, width).

    Several values of one field may be spread over three such lists.
    """

    start: int
    data: bytes
    entries: tuple[_Entry, ...]
    lengths: tuple[tuple[int, int], ...]

    @property
    def ours(self) -> list[_Entry]:
        return [entry for entry in self.entries if entry.name in _NAMES]


class AsfFile:
    """The header of an ASF file."""

    label = "WMA"

    def __init__(self, source: Source) -> None:
        self._source = source
        head = source.at(0, _HEAD)
        self._size, self._count = (int.from_bytes(head[16:24], "little"),
                                   int.from_bytes(head[24:28], "little"))
        if self._size > source.size:
            raise damaged()
        self._objects = list(self._walk(_HEAD, self._size))
        if len(self._objects) != self._count:
            raise damaged()
        if any(one.kind == _SIGNATURE for one in self._objects):
            raise EngineError("This recording is sealed by whoever made it, and writing would"
                              " break the seal.", "Write a file beside it instead.")
        found = [self._list(one, ()) for one in self._objects if one.kind == _DESCRIPTION]
        if len(found) > 1:
            raise damaged()
        self._main = found[0] if found else None
        self._lists = [*found, *self._extended()]

    def read(self) -> FileMoods:
        return moods_of((_NAMES[entry.name], entry.value)
                        for one in self._lists for entry in one.ours)

    def normal(self, moods: FileMoods) -> FileMoods:
        return several_values(moods)

    def sound(self) -> Iterator[tuple[int, int]]:
        yield self._size, self._source.size

    def splices(self, moods: FileMoods) -> list[Splice]:
        new = [_entry(_WRITTEN.get(name, name), value) for name, values in fields_of(moods)
               for value in values]
        lengths: Counter[tuple[int, int]] = Counter()
        found = [change for one in self._lists
                 for change in self._edited(one, new if one is self._main else [], lengths)]
        more = 0
        if self._main is None and new:
            data = len(new).to_bytes(2, "little") + b"".join(new)
            whole = _DESCRIPTION + (len(data) + _OBJECT).to_bytes(8, "little") + data
            found.append(Splice(self._size, self._size, whole))
            more = 1
        for (place, width), by in lengths.items():
            told = int.from_bytes(self._source.at(place, width), "little")
            found += self._number(place, width, told + by)
        return [*found, *self._grown(growth(found), more)]

    def _edited(self, one: _List, new: list[bytes], lengths: "Counter[tuple[int, int]]"
                ) -> list[Splice]:
        """One list with `new` in the place of our entries; tells by how much it grows."""
        place = one.ours[0].start if one.ours else len(one.data)
        kept, done = b"", 0
        for entry in one.ours:
            kept += one.data[done:entry.start]
            done = entry.end
        kept += one.data[done:]
        data = kept[:place] + b"".join(new) + kept[place:]
        count = len(one.entries) - len(one.ours) + len(new)
        if count > _MOST_COUNT:
            raise too_large()
        for length in one.lengths:
            lengths[length] += len(data) - len(one.data)
        return [*splice_of(one.start, one.data, data), *self._number(one.start - 2, 2, count)]

    def _grown(self, by: int, more: int) -> list[Splice]:
        """What hangs on the header growing: its length, and the file's; padding takes it up."""
        counted = self._number(24, 4, self._count + more)
        if by == 0:
            return counted
        for room in self._objects:
            if room.kind == _PADDING and room.size - by >= _OBJECT:
                inside = self._source.at(room.start + _OBJECT, room.size - _OBJECT)
                return [*counted, *self._number(room.start + 16, 8, room.size - by),
                        *splice_of(room.start + _OBJECT, inside,
                                   inside[:max(0, len(inside) - by)]
                                   + bytes(max(0, -by)))]
        return [*counted, *self._number(16, 8, self._size + by), *self._file_size(by)]

    def _file_size(self, by: int) -> list[Splice]:
        for one in self._objects:
            if one.kind == _FILE and one.size >= 48:
                told = int.from_bytes(self._source.at(one.start + 40, 8), "little")
                if told == self._source.size:
                    return self._number(one.start + 40, 8, told + by)
        return []

    def _number(self, at: int, width: int, value: int) -> list[Splice]:
        return splice_of(at, self._source.at(at, width), value.to_bytes(width, "little"))

    def _walk(self, place: int, end: int) -> Iterator[_Object]:
        while place < end:
            head = self._source.at(place, _OBJECT)
            one = _Object(head[:16], place, int.from_bytes(head[16:], "little"))
            if one.size < _OBJECT or one.end > end:
                raise damaged()
            yield one
            place = one.end

    def _extended(self) -> Iterator[_List]:
        """The lists within the header's extension."""
        for one in self._objects:
            if one.kind != _EXTENSION:
                continue
            start = one.start + _OBJECT + 22
            if int.from_bytes(self._source.at(start - 4, 4), "little") != one.end - start:
                raise damaged()
            for inner in self._walk(start, one.end):
                if inner.kind in _METADATA:
                    yield self._list(inner, ((one.start + 16, 8), (start - 4, 4)))

    def _list(self, one: _Object, around: tuple[tuple[int, int], ...]) -> _List:
        start = one.start + _OBJECT + 2
        count = int.from_bytes(self._source.at(start - 2, 2), "little")
        data = self._source.at(start, one.end - start)
        read = _described if one.kind == _DESCRIPTION else _noted
        entries: list[_Entry] = []
        place = 0
        for _ in range(count):
            entries.append(read(data, place))
            place = entries[-1].end
        if place != len(data):
            raise damaged()
        return _List(start, data, tuple(entries), ((one.start + 16, 8), *around))


def _described(data: bytes, place: int) -> _Entry:
    """The entry at `place` of the extended content description."""
    name, middle = _counted(data, place)
    value, end = _counted(data, middle + 2)
    kind = int.from_bytes(data[middle:middle + 2], "little")
    return _Entry(place, end, _text(name).upper(), _text(value) if kind == _TEXT else "")


def _noted(data: bytes, place: int) -> _Entry:
    """The entry at `place` of the metadata, or of the metadata library."""
    head = data[place:place + 12]
    name, kind = (int.from_bytes(head[at:at + 2], "little") for at in (4, 6))
    middle = place + 12 + name
    end = middle + int.from_bytes(head[8:12], "little")
    if end > len(data) or len(head) < 12:
        raise damaged()
    value = _text(data[middle:end]) if kind == _TEXT else ""
    return _Entry(place, end, _text(data[place + 12:middle]).upper(), value)


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
