"""Changes of a file as replaced stretches of bytes, and the difference that takes them back.

Everything outside the stretches is copied as it is: that is how nothing else can change. Knows
bytes only.
"""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, Protocol

import msgspec

_BLOCK = 1 << 20


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Splice:
    """Bytes `start` up to `end` of a file give way to `data`; start == end only adds."""

    start: int
    end: int
    data: bytes

    @property
    def growth(self) -> int:
        return len(self.data) - (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Change:
    """A splice that knows what it replaced, so that it can be turned round."""

    start: int
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class Copied:
    """SHA-256 of a file as it was read and as it was written, and the latter's size."""

    hash_before: bytes
    hash_after: bytes
    size: int


def splice_of(start: int, old: bytes, new: bytes) -> list[Splice]:
    """The shortest splice that turns `old`, which stands at `start`, into `new`; none if alike."""
    if old == new:
        return []
    most = min(len(old), len(new))
    head = _common(old, new, most)
    tail = _common(old[::-1], new[::-1], most - head)
    return [Splice(start + head, start + len(old) - tail, new[head:len(new) - tail])]


def ordered(splices: Iterable[Splice]) -> tuple[Splice, ...]:
    """Splices in file order. Raises ValueError where two of them overlap."""
    found = sorted(splices, key=lambda splice: (splice.start, splice.end))
    for before, after in pairwise(found):
        if after.start < before.end:
            raise ValueError("two changes of a file overlap")
    return tuple(found)


def growth(splices: Iterable[Splice]) -> int:
    """By how many bytes a file grows."""
    return sum(splice.growth for splice in splices)


def changes(source: BinaryIO, splices: Sequence[Splice]) -> tuple[Change, ...]:
    """The ordered splices of a file with what they replace in it."""
    found: list[Change] = []
    for splice in splices:
        source.seek(splice.start)
        found.append(Change(splice.start, source.read(splice.end - splice.start), splice.data))
    return tuple(found)


def forward(difference: Sequence[Change]) -> tuple[Splice, ...]:
    """The splices that make a change (again)."""
    return tuple(Splice(change.start, change.start + len(change.old), change.new)
                 for change in difference)


def backward(difference: Sequence[Change]) -> tuple[Splice, ...]:
    """The splices that take a change back, in the changed file."""
    shift = 0
    found: list[Splice] = []
    for change in difference:
        start = change.start + shift
        found.append(Splice(start, start + len(change.new), change.old))
        shift += len(change.new) - len(change.old)
    return tuple(found)


def pack(difference: Sequence[Change]) -> bytes:
    """A difference as it is stored."""
    return zlib.compress(msgspec.msgpack.encode(difference), 6)


def unpack(stored: bytes) -> tuple[Change, ...]:
    """A stored difference. Raises ValueError if it is damaged."""
    try:
        return msgspec.msgpack.decode(zlib.decompress(stored), type=tuple[Change, ...])
    except (zlib.error, msgspec.DecodeError) as problem:
        raise ValueError("the record of this change is damaged") from problem


def copy_spliced(source: BinaryIO, target: BinaryIO, splices: Sequence[Splice]) -> Copied:
    """Writes `source` with its splices made into `target`, reading every byte once."""
    before, after = hashlib.sha256(), hashlib.sha256()
    source.seek(0)
    place = size = 0
    for splice in splices:
        size += _pass_on(source, splice.start - place, target, (before, after))
        _pass_on(source, splice.end - splice.start, None, (before,))
        target.write(splice.data)
        after.update(splice.data)
        size += len(splice.data)
        place = splice.end
    size += _pass_on(source, None, target, (before, after))
    return Copied(before.digest(), after.digest(), size)


def file_hash(source: BinaryIO) -> bytes:
    """SHA-256 of a whole file."""
    whole = hashlib.sha256()
    source.seek(0)
    _pass_on(source, None, None, (whole,))
    return whole.digest()


def _pass_on(source: BinaryIO, count: int | None, target: BinaryIO | None,
             hashes: Sequence[_Digest]) -> int:
    """Reads `count` bytes, all that are left for None; EOFError where there are fewer."""
    done = 0
    while count is None or done < count:
        data = source.read(_BLOCK if count is None else min(_BLOCK, count - done))
        if not data:
            if count is None:
                break
            raise EOFError("the file is shorter than it was")
        for one in hashes:
            one.update(data)
        if target is not None:
            target.write(data)
        done += len(data)
    return done


def _common(one: bytes, other: bytes, most: int) -> int:
    """How many bytes both begin with, at most `most`; found by halves, since tags are large."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
