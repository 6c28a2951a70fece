"""Where moods stand in MPEG sound (.mp3, .aac): an ID3v2 tag in front, an APEv2 tag behind.

A file keeps the kind of tag it has: players that find a new kind of tag may look at no other.
"""

from collections.abc import Iterator

from engine.tagging.writing.ape_tag import ApeTag, ape_tag_end, sound_end
from engine.tagging.writing.id3_tag import HEADER, Id3Tag, tag_length, tag_of_texts
from engine.tagging.writing.id3_version_1 import LENGTH, old_tag
from engine.tagging.writing.splice import Splice
from engine.tagging.writing.tag_bytes import Source, TagHolder, unique
from engine.tagging.writing.values import FileMoods


class FrontTag:
    """An ID3v2 tag at the start of a file; a file without one gets one of version 2.4.

    What an old ID3v1 tag at the end tells is then told in the new tag too: a player that finds
    the new one does not look for the old one.
    """

    def __init__(self, source: Source, kind: str) -> None:
        length = tag_length(source.some(0, HEADER))
        self.is_new = not length
        if length:
            self._tag = Id3Tag(source.at(0, length))
        else:
            self._tag = Id3Tag(_from_version_1(source.some(source.size - LENGTH, LENGTH)),
                               is_new=True)
        self._sound = length, sound_end(source)
        self.label = f"{kind}, {self._tag.label}"

    def read(self) -> FileMoods:
        return self._tag.read()

    def normal(self, moods: FileMoods) -> FileMoods:
        return self._tag.normal(moods)

    def sound(self) -> Iterator[tuple[int, int]]:
        yield self._sound

    def splices(self, moods: FileMoods) -> list[Splice]:
        return [] if self.is_new and moods == FileMoods() else self._tag.splices(moods)


class BothTags:
    """A file with an ID3v2 tag and an APEv2 tag that holds moods as well: they must agree."""

    def __init__(self, front: FrontTag, back: ApeTag) -> None:
        self._front, self._back = front, back
        self.label = f"{front.label} and APEv2"

    def read(self) -> FileMoods:
        front, back = self._front.read(), self._back.read()
        return FileMoods(unique((*front.moods, *back.moods)), front.tagger or back.tagger,
                         front.scores or back.scores)

    def normal(self, moods: FileMoods) -> FileMoods:
        return self._front.normal(moods)

    def sound(self) -> Iterator[tuple[int, int]]:
        return self._front.sound()

    def splices(self, moods: FileMoods) -> list[Splice]:
        return self._front.splices(moods) + self._back.splices(moods)


def mpeg_holder(source: Source, kind: str) -> TagHolder:
    """The tag of MPEG sound that is to hold its moods."""
    has_front = bool(tag_length(source.some(0, HEADER)))
    if ape_tag_end(source) is None:
        return FrontTag(source, kind)
    back = ApeTag(source, kind)
    if not has_front:
        return back
    front = FrontTag(source, kind)
    return BothTags(front, back) if back.read() != FileMoods() else front


def _from_version_1(tail: bytes) -> bytes:
    """What an ID3v1 tag tells, as an ID3v2.4 tag; empty where there is none."""
    old = old_tag(tail)
    if old is None:
        return b""
    return tag_of_texts(((b"TIT2", old.title), (b"TPE1", old.artist), (b"TALB", old.album),
                         (b"TDRC", old.year), (b"COMM", old.comment), (b"TRCK", old.track),
                         (b"TCON", old.genre)))
