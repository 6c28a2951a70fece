"""How much a zip makes its reader hold before the first of its files is looked at."""

from collections.abc import Iterable
from typing import BinaryIO

_MOST_COMMENT = 1 << 16
_END, _WIDE_END = b"PK\x05\x06", b"PK\x06\x06"


def directory_size(opened: BinaryIO) -> int:
    """How many bytes the list of a zip's files says to take: it is read in whole on opening."""
    size = opened.seek(0, 2)
    tail_at = max(0, size - _MOST_COMMENT - 128)
    opened.seek(tail_at)
    tail = opened.read()
    return max(_sizes(tail, _END, 12, 4), _sizes(tail, _WIDE_END, 40, 8))


def _sizes(tail: bytes, mark: bytes, place: int, width: int) -> int:
    """The largest size that any record with this mark names; all ones say: look elsewhere."""
    found = [int.from_bytes(tail[at + place:at + place + width], "little")
             for at in _places(tail, mark)]
    return max((size for size in found if size != (1 << 8 * width) - 1), default=0)


def _places(tail: bytes, mark: bytes) -> Iterable[int]:
    at = tail.find(mark)
    while at >= 0:
        yield at
        at = tail.find(mark, at + 1)
