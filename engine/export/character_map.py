"""The compiled character map of a SentencePiece model: which characters become which.

A double-array trie whose keys are UTF-8 sequences; at each place of a text the longest key counts.
Looks up and enumerates; how a tokenizer may do the same is in character_rules.
"""

import struct
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Units = npt.NDArray[np.uint32]

_LEAF = 1 << 8
_LABEL = (1 << 31) | 0xFF
_SURROGATES = range(0xD800, 0xE000)
_LENGTHS = ((0x01, 0x80, 1), (0x80, 0x800, 2), (0x800, 0x10000, 3), (0x10000, 0x110000, 4))
_LEADS = {1: 0, 2: 0xC0, 3: 0xE0, 4: 0xF0}


class CharacterMap:
    """What SentencePiece does to characters before it looks for pieces. ValueError if broken."""

    def __init__(self, blob: bytes) -> None:
        if len(blob) < 8:
            raise ValueError("its character map is cut off")
        length = int(struct.unpack_from("<I", blob)[0])
        if length % 4 or not 4 <= length <= len(blob) - 4:
            raise ValueError("its character map is cut off")
        self._units: Units = np.frombuffer(blob, "<u4", length // 4, 4)
        self._walked = [int(unit) for unit in self._units]
        self._values = blob[4 + length :]

    @property
    def size(self) -> int:
        """Units of the trie: a measure of how many keys there are."""
        return len(self._walked)

    def normalized(self, text: str) -> str:
        """`text` with every longest key replaced, from the left."""
        content = text.encode("utf-8")
        parts: list[bytes] = []
        place = 0
        while place < len(content):
            length, value = self._longest(content, place)
            if value is None:
                length = _character_length(content[place])
                value = content[place : place + length]
            parts.append(value)
            place += length
        return b"".join(parts).decode("utf-8", "replace")

    def singles(self) -> dict[str, str]:
        """Every single character that is a key, with its value."""
        found: dict[str, str] = {}
        for first, end, length in _LENGTHS:
            points = np.arange(first, end, dtype=np.uint32)
            leaves, values = self._probe(_encoded(points, length))
            for point, value in zip(points[leaves].tolist(), values.tolist(), strict=True):
                if point not in _SURROGATES:
                    found[chr(point)] = self._value(value).decode("utf-8", "replace")
        return found

    def keys(self) -> Iterator[str]:
        """All keys, by trying every byte after every beginning: for small maps only."""
        beginnings = [(b"", self._offset(0))]
        while beginnings:
            prefix, node = beginnings.pop()
            for byte in range(1, 256):
                place = node ^ byte
                if place >= len(self._walked) or self._walked[place] & _LABEL != byte:
                    continue
                if self._walked[place] & _LEAF:
                    yield (prefix + bytes([byte])).decode("utf-8", "replace")
                beginnings.append((prefix + bytes([byte]), place ^ self._offset(place)))

    def _offset(self, place: int) -> int:
        unit = self._walked[place]
        return (unit >> 10) << ((unit & (1 << 9)) >> 6)

    def _longest(self, content: bytes, start: int) -> tuple[int, bytes | None]:
        """Length and value of the longest key at `start`; (0, None) if there is none."""
        best: tuple[int, bytes | None] = (0, None)
        node = self._offset(0)
        for at in range(start, len(content)):
            node ^= content[at]
            if node >= len(self._walked) or self._walked[node] & _LABEL != content[at]:
                break
            leaf = self._walked[node] & _LEAF
            node ^= self._offset(node)
            if leaf:
                best = (at + 1 - start, self._value(self._walked[node] & 0x7FFFFFFF))
        return best

    def _value(self, place: int) -> bytes:
        return self._values[place : self._values.index(b"\0", place)]

    def _probe(self, keys: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.bool_], Units]:
        """Which of the keys (n, bytes) are there (n,), and the places of the values of those."""
        units = self._units
        offsets = (units >> np.uint32(10)) << ((units & np.uint32(1 << 9)) >> np.uint32(6))
        nodes = np.full(len(keys), offsets[0], np.uint32)
        there = np.ones(len(keys), np.bool_)
        leaf = there
        for column in keys.T:
            nodes = np.where(there, nodes ^ column, 0)
            there = there & (nodes < len(units))
            nodes = np.where(there, nodes, 0)
            there = there & ((units[nodes] & np.uint32(_LABEL)) == column)
            leaf = there & ((units[nodes] & np.uint32(_LEAF)) != 0)
            nodes = nodes ^ offsets[nodes]
        return leaf, units[nodes[leaf]] & np.uint32(0x7FFFFFFF)


def _encoded(points: npt.NDArray[np.uint32], length: int) -> npt.NDArray[np.uint32]:
    """(n, length) the UTF-8 bytes of code points that all take `length` bytes."""
    columns = [(points >> np.uint32(6 * at)) & np.uint32(0x3F) | np.uint32(0x80)
               for at in range(length - 1, 0, -1)]
    last = points & np.uint32(0x7F if length == 1 else 0x3F)
    columns.append(last | np.uint32(0 if length == 1 else 0x80))
    if length > 1:
        columns[0] = (points >> np.uint32(6 * (length - 1))) | np.uint32(_LEADS[length])
    return np.stack(columns, 1)


def _character_length(lead: int) -> int:
    return 1 if lead < 0xC0 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
