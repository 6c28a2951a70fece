"""Where moods stand in an MP4 file (.m4a, .m4b, .mp4): named items of its iTunes list.

Free room beside the list takes up the change where it can; else what follows moves, and every
table that says where the sound lies is told.
"""

from collections.abc import Iterator

from engine.tagging.writing.mp4_atoms import Atom, atom, read_atoms
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

_MEAN = b"com.apple.iTunes"
_TEXT = bytes([0, 0, 0, 1]) + bytes(4)
_ROOM = 1024
_PROBE = 64  # bytes read where the tables say that sound begins
_HANDLER = atom(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))


class Mp4File:
    """The list moov.udta.meta.ilst of a file, or the place where it would be."""

    label = "MP4"

    def __init__(self, source: Source) -> None:
        self._source = source
        self._atoms = read_atoms(source)
        moov = next((one for one in self._atoms if one.name == b"moov"), None)
        if moov is None:
            raise damaged()
        self._path = [moov]
        for name in (b"udta", b"meta", b"ilst"):
            inner = self._path[-1].child(name)
            if inner is None:
                break
            self._path.append(inner)
        self._list = self._path[-1] if self._path[-1].name == b"ilst" else None

    def read(self) -> FileMoods:
        return moods_of((name, value) for item in self._items()
                        if (name := self._name(item)) in NAMES for value in self._values(item))

    def normal(self, moods: FileMoods) -> FileMoods:
        return several_values(moods)

    def sound(self) -> Iterator[tuple[int, int]]:
        for one in self._atoms:
            if one.name == b"mdat":
                yield one.start + one.head, one.end
        for start in self._chunk_places():
            yield start, min(start + _PROBE, self._source.size)

    def splices(self, moods: FileMoods) -> list[Splice]:
        new = b"".join(_item(name, values) for name, values in fields_of(moods))
        if self._list is None:
            return self._with_new_list(new) if new else []
        own = [item for item in self._items() if self._name(item) in NAMES]
        place = own[0].start if own else self._list.end
        first = min([place, *(item.start for item in own)])
        last = max([place, *(item.end for item in own)])
        kept = b"".join(self._source.at(item.start, item.size) for item in self._items()
                        if first <= item.start < last and item not in own)
        old = self._source.at(first, last - first)
        if new + kept == old:
            return []
        return self._replaced(splice_of(first, old, new + kept), len(new + kept) - len(old))

    def _replaced(self, inside: list[Splice], growth: int) -> list[Splice]:
        """A change within the list, with its own length and all that hangs on it."""
        assert self._list is not None
        room = self._free_behind(self._list)
        if growth == 0:
            return inside
        if room is not None and _takes(room.size, growth):
            return [*inside, *self._sizes([self._list], growth), *self._shrunk(room, growth)]
        added = atom(b"free", bytes(_ROOM)) if growth > 0 and room is None else b""
        if room is not None and growth > 0:
            extra = Splice(room.start + room.head, room.start + room.head, bytes(_ROOM))
            return [*inside, extra, *self._sizes([self._list], growth),
                    *self._sizes([room], _ROOM),
                    *self._grown(self._path[:-1], growth + _ROOM, self._list.start)]
        padding = [Splice(self._list.end, self._list.end, added)] if added else []
        if padding and inside[-1].start == self._list.end:
            inside, padding = [Splice(self._list.end, self._list.end, inside[-1].data + added)], []
        return [*inside, *padding, *self._sizes([self._list], growth),
                *self._grown(self._path[:-1], growth + len(added), self._list.start)]

    def _with_new_list(self, items: bytes) -> list[Splice]:
        """The list, and what has to stand around it, at the end of what is there."""
        new = atom(b"ilst", items) + atom(b"free", bytes(_ROOM))
        have = [one.name for one in self._path]
        if b"meta" not in have:
            new = atom(b"meta", bytes(4) + _HANDLER + new)
        if b"udta" not in have:
            new = atom(b"udta", new)
        parent = self._path[-1]
        place = parent.children[-1].end if parent.children else parent.start + parent.head
        return [Splice(place, place, new), *self._grown(self._path, len(new), place)]

    def _grown(self, path: list[Atom], growth: int, place: int) -> list[Splice]:
        """All that hangs on `path` growing at `place`: sizes, and where the sound lies then."""
        sizes = self._sizes(path, growth)
        index = self._atoms.index(path[0])
        behind = self._atoms[index + 1] if index + 1 < len(self._atoms) else None
        if behind is None:
            return sizes
        if behind.name in (b"free", b"skip") and _takes(behind.size, growth):
            return [*sizes, *self._shrunk(behind, growth)]
        return [*sizes, *self._told(growth, place)]

    def _told(self, growth: int, place: int) -> Iterator[Splice]:
        """The tables that name places in the file, for all that lies behind `place`."""
        for parent in self._atoms:
            for width, name in ((4, b"stco"), (8, b"co64")):
                for table in parent.all(name):
                    yield from self._table(table, width, growth, place)
            for table in parent.all(b"tfhd"):
                if self._source.at(table.start + 11, 1)[0] & 1:
                    yield from self._moved(table.start + 16, 8, growth, place)
            for table in parent.all(b"tfra"):
                yield from self._pieces(table, growth, place)

    def _pieces(self, table: Atom, growth: int, place: int) -> Iterator[Splice]:
        """The index of a recording stored in pieces: where each of them begins."""
        head = self._source.at(table.start, 24)
        width = 8 if head[8] else 4
        extra = sum((int.from_bytes(head[16:20]) >> shift & 3) + 1 for shift in (4, 2, 0))
        count = int.from_bytes(head[20:24])
        if table.size != 24 + count * (2 * width + extra):
            raise damaged()
        for number in range(count):
            at = table.start + 24 + number * (2 * width + extra) + width
            yield from self._moved(at, width, growth, place)

    def _table(self, table: Atom, width: int, growth: int, place: int) -> list[Splice]:
        count = int.from_bytes(self._source.at(table.start + 12, 4))
        if table.size < 16 + count * width:
            raise damaged()
        old = self._source.at(table.start + 16, count * width)
        new = b"".join(_shifted(old[at:at + width], growth, place)
                       for at in range(0, len(old), width))
        return splice_of(table.start + 16, old, new)

    def _chunk_places(self) -> Iterator[int]:
        """Where the tables say that the sound lies."""
        for width, name in ((4, b"stco"), (8, b"co64")):
            for table in self._path[0].all(name):
                data = self._source.at(table.start + 16, table.size - 16)
                for at in range(0, len(data) - width + 1, width):
                    yield int.from_bytes(data[at:at + width])

    def _moved(self, at: int, width: int, growth: int, place: int) -> list[Splice]:
        old = self._source.at(at, width)
        return splice_of(at, old, _shifted(old, growth, place))

    def _sizes(self, atoms: list[Atom], growth: int) -> list[Splice]:
        found: list[Splice] = []
        for one in atoms:
            at, width = (one.start + 8, 8) if one.wide else (one.start, 4)
            old = self._source.at(at, width)
            if int.from_bytes(old) == 0:  # "to the end of the file": it still is
                continue
            if one.size + growth >= 1 << 8 * width:
                raise too_large()
            found += splice_of(at, old, (one.size + growth).to_bytes(width))
        return found

    def _free_behind(self, one: Atom) -> Atom | None:
        parent = self._path[-2]
        return next((other for other in parent.children
                     if other.start == one.end and other.name == b"free" and not other.wide), None)

    def _shrunk(self, room: Atom, growth: int) -> list[Splice]:
        """A free box that gives `growth` bytes away, or all of itself."""
        old = self._source.at(room.start, room.size)
        if room.size == growth:
            return [Splice(room.start, room.end, b"")]
        size = room.size - growth
        kept = old[8:8 + size - 8] if growth > 0 else old[8:] + bytes(-growth)
        return [*splice_of(room.start, old[:8], size.to_bytes(4) + old[4:8]),
                *splice_of(room.start + 8, old[8:], kept)]

    def _items(self) -> tuple[Atom, ...]:
        return self._list.children if self._list else ()

    def _name(self, item: Atom) -> str:
        """The name of an item as iTunes names its own, "" for every other."""
        if item.name != b"----":
            return ""
        found = dict(self._inside(item))
        if found.get(b"mean", b"")[4:] != _MEAN:
            return ""
        return found.get(b"name", b"")[4:].decode("utf-8", "replace").upper()

    def _values(self, item: Atom) -> list[str]:
        return [data[8:].decode("utf-8", "replace") for name, data in self._inside(item)
                if name == b"data"]

    def _inside(self, item: Atom) -> Iterator[tuple[bytes, bytes]]:
        place = item.start + item.head
        while place < item.end:
            head = self._source.at(place, 8)
            size = int.from_bytes(head[:4])
            if size < 8 or place + size > item.end:
                raise damaged()
            yield head[4:], self._source.at(place + 8, size - 8)
            place += size


def _item(name: str, values: tuple[str, ...]) -> bytes:
    texts = b"".join(atom(b"data", _TEXT + value.encode()) for value in values)
    return atom(b"----", atom(b"mean", bytes(4) + _MEAN)
                + atom(b"name", bytes(4) + name.encode()) + texts)


def _takes(room: int, growth: int) -> bool:
    """Whether a free box of this size can grow or shrink so that all else stays in place."""
    return room == growth or 8 <= room - growth < 1 << 32


def _shifted(offset: bytes, growth: int, place: int) -> bytes:
    value = int.from_bytes(offset)
    if value < place:
        return offset
    if value + growth >= 1 << 8 * len(offset):
        raise too_large()
    return (value + growth).to_bytes(len(offset))
