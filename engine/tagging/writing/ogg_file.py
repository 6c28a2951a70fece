"""Where moods stand in Ogg (Vorbis, Opus, Speex, FLAC): the comment packet, paged anew.

The packet grows into as many pages as before where it can; else the pages behind it are counted
anew, and nothing else of them changes.
Source: RFC 3533 (Ogg), RFC 7845 (Opus in Ogg), Ogg Vorbis I, Ogg FLAC mapping.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from engine.tagging.writing.splice import Splice, splice_of
from engine.tagging.writing.tag_bytes import (
    Source,
    damaged,
    several_values,
    too_large,
    unsupported,
)
from engine.tagging.writing.values import FileMoods
from engine.tagging.writing.vorbis_comment import VorbisComment

_HEAD = 27
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_MOST_SEGMENTS = 255
_UNFINISHED = b"\xff" * 8
_BITS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
# How the first packet of a stream begins, its name, and how its comment packet begins.
_KINDS = ((b"\x01vorbis", "Ogg Vorbis", b"\x03vorbis"), (b"OpusHead", "Opus", b"OpusTags"),
          (b"\x7fFLAC", "Ogg FLAC", b""), (b"Speex   ", "Speex", b""))


@dataclass(frozen=True, slots=True)
class _Page:
    start: int
    head: bytes
    lacing: bytes

    @property
    def flags(self) -> int:
        return self.head[5]

    @property
    def granule(self) -> bytes:
        return self.head[6:14]

    @property
    def serial(self) -> bytes:
        return self.head[14:18]

    @property
    def number(self) -> int:
        return int.from_bytes(self.head[18:22], "little")

    @property
    def body(self) -> int:
        return self.start + _HEAD + len(self.lacing)

    @property
    def end(self) -> int:
        return self.body + sum(self.lacing)


class OggFile:
    """The first sound stream of an Ogg file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._pages = self._comment_pages()
        lacing = b"".join(page.lacing for page in self._pages)
        data = b"".join(source.at(page.body, sum(page.lacing)) for page in self._pages)
        segments = next((at + 1 for at, size in enumerate(lacing) if size < 255), 0)
        if not segments:
            raise damaged()
        size = sum(lacing[:segments])
        self._packet = data[:size]
        self._after, self._after_lacing = data[size:], lacing[segments:]
        self._prefix = self._comment_prefix()
        self._comment = VorbisComment(self._packet[len(self._prefix):])

    def read(self) -> FileMoods:
        return self._comment.read()

    def normal(self, moods: FileMoods) -> FileMoods:
        return several_values(moods)

    def sound(self) -> Iterator[tuple[int, int]]:
        place = self._pages[-1].end
        yield place - len(self._after), place  # whatever begins behind the comment on its page
        while (page := self._page(place)) is not None:
            yield page.body, page.end
            place = page.end

    def splices(self, moods: FileMoods) -> list[Splice]:
        packet = self._with(moods)
        if packet == self._packet:
            return []
        lacing = bytes([255]) * (len(packet) // 255) + bytes([len(packet) % 255])
        lacing += self._after_lacing
        pages = list(self._paged(lacing, packet + self._after))
        found = [change for page, new in zip(self._pages, pages, strict=False)
                 for change in splice_of(page.start, self._bytes(page), new)]
        end = self._pages[-1].end
        if len(pages) > len(self._pages):
            found.append(Splice(end, end, b"".join(pages[len(self._pages):])))
        found += [Splice(page.start, page.end, b"") for page in self._pages[len(pages):]]
        if len(pages) != len(self._pages):
            found += self._counted_anew(end, len(pages) - len(self._pages))
        return found

    def _with(self, moods: FileMoods) -> bytes:
        """The comment packet with our fields; padding in it takes up the change if it can."""
        comment = self._prefix + self._comment.with_moods(moods)
        rest = self._comment.rest
        framing = rest[:1] if self._prefix == b"\x03vorbis" else b""
        padding = rest[len(framing):]
        if padding and not padding.strip(b"\0"):
            room = len(self._packet) - len(comment) - len(framing)
            padding = bytes(max(room, 0))
        packet = comment + framing + padding
        if self._kind == "Ogg FLAC":
            size = len(packet) - 4
            if size >= 1 << 24:
                raise too_large()
            packet = packet[:1] + size.to_bytes(3) + packet[4:]
        return packet

    def _paged(self, lacing: bytes, data: bytes) -> Iterator[bytes]:
        """Pages of these segments: as many as there were, or as few as hold them."""
        least = -(-len(lacing) // _MOST_SEGMENTS)
        count = max(least, min(len(self._pages), len(lacing)))
        each, more = divmod(len(lacing), count)
        place = done = 0
        open_before = False
        for at in range(count):
            part = lacing[place:place + each + (at < more)]
            last = at == count - 1
            granule = (self._pages[-1].granule if last
                       else bytes(8) if any(size < 255 for size in part) else _UNFINISHED)
            flags = (self._pages[-1].flags & _LAST if last else 0) | (
                _CONTINUED if open_before else 0)
            yield _page(flags, granule, self._pages[0].serial, self._pages[0].number + at,
                        part, data[done:done + sum(part)])
            place += len(part)
            done += sum(part)
            open_before = part[-1] == 255

    def _counted_anew(self, place: int, more: int) -> Iterator[Splice]:
        """The pages of this stream behind the comment, each with its new number and checksum."""
        serial = self._pages[0].serial
        while place < self._source.size:
            page = self._page(place)
            if page is None:
                return
            if page.serial == serial:
                old = self._bytes(page)
                number = ((page.number + more) & 0xFFFFFFFF).to_bytes(4, "little")
                new = _summed(old[:18] + number + old[22:])
                yield Splice(page.start + 18, page.start + 26, new[18:26])
                if page.flags & _LAST:
                    return
            place = page.end

    def _comment_pages(self) -> list[_Page]:
        """The pages from the start of the comment packet to its end."""
        place = 0
        serial = b""
        pages: list[_Page] = []
        while not pages or all(size == 255 for page in pages for size in page.lacing):
            page = self._page(place)
            if page is None:
                raise damaged() if serial else unsupported("Ogg files of this kind")
            place = page.end
            if page.flags & _FIRST and not serial:
                serial = page.serial if self._is_sound(page) else b""
            elif page.serial == serial:
                pages.append(page)
        if pages[0].flags & _CONTINUED:
            raise damaged()
        return pages

    def _is_sound(self, page: _Page) -> bool:
        start = self._source.at(page.body, min(8, sum(page.lacing)))
        for first, name, comment in _KINDS:
            if start.startswith(first):
                if sum(size < 255 for size in page.lacing) != 1:
                    raise damaged()  # the comment must begin on a page of its own
                self.label = self._kind = name
                self._mark = comment
                return True
        return False

    def _comment_prefix(self) -> bytes:
        """What stands in front of the comment in its packet."""
        if self._kind == "Ogg FLAC":
            if self._packet[:1] and self._packet[0] & 0x7F == 4:
                return self._packet[:4]
            raise damaged()
        if not self._packet.startswith(self._mark):
            raise damaged()
        return self._mark

    def _page(self, place: int) -> _Page | None:
        """The page at `place`, None where none begins."""
        head = self._source.some(place, _HEAD)
        if len(head) < _HEAD or head[:5] != b"OggS\0":
            return None
        page = _Page(place, head, self._source.at(place + _HEAD, head[26]))
        if page.end > self._source.size:
            raise damaged()
        return page

    def _bytes(self, page: _Page) -> bytes:
        return self._source.at(page.start, page.end - page.start)


def _page(flags: int, granule: bytes, serial: bytes, number: int, lacing: bytes,
          data: bytes) -> bytes:
    return _summed(b"OggS\0" + bytes([flags]) + granule + serial
                   + (number & 0xFFFFFFFF).to_bytes(4, "little") + bytes(4)
                   + bytes([len(lacing)]) + lacing + data)


def _summed(page: bytes) -> bytes:
    """A page with its checksum: CRC-32 with its bits the other way round, from 0."""
    bare = page[:22] + bytes(4) + page[26:]
    checksum = ~zlib.crc32(bare.translate(_BITS), 0xFFFFFFFF) & 0xFFFFFFFF
    return page[:22] + checksum.to_bytes(4, "big").translate(_BITS) + page[26:]
