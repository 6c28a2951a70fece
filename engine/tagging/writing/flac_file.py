"""Where moods stand in a FLAC file: its Vorbis comment, with the padding taking up the change.

Source: xiph.org and RFC 9639, FLAC format, metadata blocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.tagging.writing.id3_tag import HEADER, tag_length
from engine.tagging.writing.splice import Splice, splice_of
from engine.tagging.writing.tag_bytes import Source, damaged, several_values, too_large
from engine.tagging.writing.values import FileMoods
from engine.tagging.writing.vorbis_comment import VorbisComment

_MARK = b"fLaC"
_STREAM, _PADDING, _COMMENT, _INVALID = 0, 1, 4, 127
_LAST = 0x80
_HEAD = 4
_MOST = 1 << 24


@dataclass(frozen=True, slots=True)
class _Block:
    kind: int
    last: bool
    start: int
    size: int

    @property
    def end(self) -> int:
        return self.start + _HEAD + self.size


class FlacFile:
    """A native FLAC stream, also behind an ID3v2 tag, which is left alone."""

    label = "FLAC"

    def __init__(self, source: Source) -> None:
        start = tag_length(source.some(0, HEADER))
        if source.some(start, 4) != _MARK:
            raise damaged()
        self._source = source
        self._blocks = self._walk(start + len(_MARK))
        found = [block for block in self._blocks if block.kind == _COMMENT]
        if len(found) > 1:
            raise damaged()
        self._block = found[0] if found else None
        self._old = source.at(self._block.start + _HEAD, self._block.size) if self._block else b""
        self._comment = VorbisComment(self._old)

    def read(self) -> FileMoods:
        return self._comment.read()

    def normal(self, moods: FileMoods) -> FileMoods:
        return several_values(moods)

    def sound(self) -> Iterator[tuple[int, int]]:
        yield self._blocks[-1].end, self._source.size

    def splices(self, moods: FileMoods) -> list[Splice]:
        if self._block is None and moods == FileMoods():
            return []
        new = self._comment.with_moods(moods) + self._comment.rest
        if len(new) >= _MOST:
            raise too_large()
        if self._block is None:
            place = self._blocks[0].end
            last = self._blocks[0].last
            added = Splice(place, place, bytes([_COMMENT | (_LAST if last else 0)])
                           + len(new).to_bytes(3) + new)
            first = self._blocks[0]
            return [*splice_of(first.start, bytes([first.kind | (_LAST if last else 0)]),
                               bytes([first.kind])), added, *self._padded(len(new) + _HEAD)]
        return (splice_of(self._block.start + 1, self._block.size.to_bytes(3),
                          len(new).to_bytes(3))
                + splice_of(self._block.start + _HEAD, self._old, new)
                + self._padded(len(new) - self._block.size))

    def _padded(self, growth: int) -> list[Splice]:
        """Takes the growth from a padding block that has it, so that the sound stays in place."""
        for block in self._blocks:
            size = block.size - growth
            if block.kind == _PADDING and growth and 0 <= size < _MOST:
                inside = self._source.at(block.start + _HEAD, block.size)
                if inside.strip(b"\0"):
                    continue
                return (splice_of(block.start + 1, block.size.to_bytes(3), size.to_bytes(3))
                        + splice_of(block.start + _HEAD, inside, bytes(size)))
        return []

    def _walk(self, place: int) -> list[_Block]:
        blocks: list[_Block] = []
        last = False
        while not last:
            head = self._source.at(place, _HEAD)
            last = bool(head[0] & _LAST)
            block = _Block(head[0] & ~_LAST, last, place, int.from_bytes(head[1:]))
            if block.kind == _INVALID or block.end > self._source.size or (
                    (block.kind == _STREAM) != (not blocks)):
                raise damaged()
            blocks.append(block)
            place = block.end
        return blocks
