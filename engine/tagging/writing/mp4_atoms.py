"""The boxes of an MP4 file as a tree of stretches; what is inside most of them is not known here.

Source: ISO/IEC 14496-12 (ISO base media file format).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.tagging.writing.tag_bytes import Source, damaged

_PARENTS = frozenset({b"moov", b"udta", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf",
                      b"mfra", b"ilst"})
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Atom:
    """One box. `head` is how long its header is, a meta box's version included."""

    name: bytes
    start: int
    size: int
    head: int
    wide: bool
    children: tuple["Atom", ...] = ()

    @property
    def end(self) -> int:
        return self.start + self.size

    def child(self, name: bytes) -> "Atom | None":
        """The first child of this name."""
        return next((atom for atom in self.children if atom.name == name), None)

    def all(self, name: bytes) -> Iterator["Atom"]:
        """Every box of this name below this one."""
        for atom in self.children:
            if atom.name == name:
                yield atom
            yield from atom.all(name)


def read_atoms(source: Source) -> tuple[Atom, ...]:
    """The boxes of a whole file. EngineError where they do not hold together."""
    return tuple(_walk(source, 0, source.size, b"", 0))


def atom(name: bytes, data: bytes) -> bytes:
    """A new box."""
    return (len(data) + 8).to_bytes(4) + name + data


def _walk(source: Source, place: int, end: int, within: bytes, depth: int) -> Iterator[Atom]:
    if depth > _DEEPEST:
        raise damaged()
    while place < end:
        if within == b"udta" and end - place == 4 and not any(source.at(place, 4)):
            return  # QuickTime ends its user data with four zeros
        found = _header(source, place, end, within == b"")
        children: tuple[Atom, ...] = ()
        if found.name in _PARENTS or (found.name == b"meta" and within in (b"udta", b"moov")):
            children = tuple(_walk(source, place + found.head, found.end, found.name, depth + 1))
        yield Atom(found.name, place, found.size, found.head, found.wide, children)
        place = found.end


def _header(source: Source, place: int, end: int, is_top: bool) -> Atom:
    if end - place < 8:
        raise damaged()
    head = source.at(place, 8)
    size, name, length, wide = int.from_bytes(head[:4]), head[4:], 8, False
    if size == 1:
        size, length, wide = int.from_bytes(source.at(place + 8, 8)), 16, True
    elif size == 0 and is_top:
        size = end - place
    if size < length or place + size > end:
        raise damaged()
    if name == b"meta" and size >= length + 12 and source.at(place + length + 4, 4) != b"hdlr":
        length += 4
    return Atom(name, place, size, length, wide)
