"""Where moods stand in WAV, AIFF and DSF: an ID3v2 tag in a place of its own among the chunks.

Sources: Microsoft RIFF, Apple AIFF 1.3, Sony DSF 1.01.
"""

from collections.abc import Iterator
from typing import Literal

from engine.tagging.writing.id3_tag import Id3Tag, tag_length, tag_of_texts
from engine.tagging.writing.splice import Splice, splice_of
from engine.tagging.writing.tag_bytes import Source, damaged, too_large
from engine.tagging.writing.values import FileMoods

_TAGS = (b"ID3 ", b"id3 ")
_LISTED = ((b"INAM", b"TIT2"), (b"IART", b"TPE1"), (b"IPRD", b"TALB"), (b"ICRD", b"TDRC"),
           (b"IGNR", b"TCON"), (b"ITRK", b"TRCK"), (b"IPRT", b"TRCK"), (b"ICMT", b"COMM"),
           (b"ICOP", b"TCOP"), (b"ISFT", b"TSSE"))
_SOUND = (b"data", b"SSND")
_HEAD = 8
_MOST = 1 << 32


class ChunkFile:
    """The ID3 chunk of a RIFF/WAVE (.wav) or FORM/AIFF (.aif) file, or one to come at its end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        is_wave = source.at(0, 4) == b"RIFF"
        self._order: Literal["little", "big"] = "little" if is_wave else "big"
        self._new_name = b"id3 " if is_wave else b"ID3 "
        self._form = self._int(4)
        self._end = _HEAD + self._form
        if self._form < 4 or self._end > source.size:
            raise damaged()
        self._place, self._size = self._found()
        inside = source.at(self._place + _HEAD, self._size) if self._place else b""
        self._inside = inside
        length = tag_length(inside[:10])
        if inside.strip(b"\0") and not length:
            raise damaged()
        self.is_new = not length
        self._tag = Id3Tag(inside[:length]) if length else Id3Tag(self._information(), is_new=True)
        self.label = f"{'WAV' if is_wave else 'AIFF'}, {self._tag.label}"

    def read(self) -> FileMoods:
        return self._tag.read()

    def normal(self, moods: FileMoods) -> FileMoods:
        return self._tag.normal(moods)

    def splices(self, moods: FileMoods) -> list[Splice]:
        if not self._place and moods == FileMoods():
            return []
        new = self._tag.with_moods(moods)
        if self._place:
            return self._in_place(new)
        lead = bytes(self._end % 2)
        chunk = lead + self._new_name + self._bytes(len(new)) + new + bytes(len(new) % 2)
        return [Splice(self._end, self._end, chunk), *self._grown(len(chunk))]

    def sound(self) -> Iterator[tuple[int, int]]:
        for name, place, size in self._chunks():
            if name in _SOUND:
                yield place + _HEAD, place + _HEAD + size

    def _in_place(self, new: bytes) -> list[Splice]:
        start = self._place + _HEAD
        if len(new) < self._size:
            new += bytes(self._size - len(new))
        old = self._inside + self._source.some(start + self._size,
                                               min(self._size % 2, self._end - start - self._size))
        padded = new + bytes(len(new) % 2)
        if len(new) == self._size:
            old, padded = self._inside, new
        return [*splice_of(self._place + 4, self._bytes(self._size), self._bytes(len(new))),
                *splice_of(start, old, padded), *self._grown(len(padded) - len(old))]

    def _grown(self, growth: int) -> list[Splice]:
        return splice_of(4, self._bytes(self._form), self._bytes(self._form + growth))

    def _found(self) -> tuple[int, int]:
        """Where the ID3 chunk starts, and how long it is; (0, 0) without one."""
        found = [(place, size) for name, place, size in self._chunks() if name in _TAGS]
        if len(found) > 1:
            raise damaged()
        return found[0] if found else (0, 0)

    def _chunks(self) -> Iterator[tuple[bytes, int, int]]:
        """Name, place and size of every chunk."""
        place = 12
        while place + _HEAD <= self._end:
            size = self._int(place + 4)
            if place + _HEAD + size > self._end:
                raise damaged()
            yield self._source.at(place, 4), place, size
            place += _HEAD + size + size % 2

    def _information(self) -> bytes:
        """What a WAV file's own list of texts tells, as a tag: players that find a tag do not
        look at the list any more."""
        for name, place, size in self._chunks():
            if name == b"LIST" and self._source.some(place + _HEAD, 4) == b"INFO":
                listed = dict(self._listed(place + _HEAD + 4, place + _HEAD + size))
                return tag_of_texts((frame, listed.get(key, b"")) for key, frame in _LISTED)
        return b""

    def _listed(self, place: int, end: int) -> Iterator[tuple[bytes, bytes]]:
        while place + _HEAD <= end:
            size = self._int(place + 4)
            if place + _HEAD + size > end:
                return
            text = self._source.at(place + _HEAD, size)
            yield self._source.at(place, 4), text.partition(b"\0")[0].strip()
            place += _HEAD + size + size % 2

    def _int(self, at: int) -> int:
        return int.from_bytes(self._source.at(at, 4), self._order)

    def _bytes(self, value: int) -> bytes:
        if value >= _MOST:
            raise too_large()
        return value.to_bytes(4, self._order)


class DsfFile:
    """The ID3 tag at the end of a DSF file; its header says where that is."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._size = int.from_bytes(source.at(12, 8), "little")
        self._place = int.from_bytes(source.at(20, 8), "little")
        if self._size != source.size or not 0 <= self._place <= source.size:
            raise damaged()
        data = source.at(self._place, source.size - self._place) if self._place else b""
        self._length = tag_length(data[:10])
        if data and not self._length:
            raise damaged()
        self._tag = Id3Tag(data[:self._length])
        self.label = f"DSF, {self._tag.label}"

    def read(self) -> FileMoods:
        return self._tag.read()

    def normal(self, moods: FileMoods) -> FileMoods:
        return self._tag.normal(moods)

    def splices(self, moods: FileMoods) -> list[Splice]:
        if not self._place and moods == FileMoods():
            return []
        found = self._tag.splices(moods, self._place or self._size)
        growth = sum(splice.growth for splice in found)
        return [*splice_of(12, self._size.to_bytes(8, "little"),
                           (self._size + growth).to_bytes(8, "little")),
                *([] if self._place else splice_of(20, bytes(8),
                                                   self._size.to_bytes(8, "little"))), *found]

    def sound(self) -> Iterator[tuple[int, int]]:
        yield 28, self._place or self._size
