"""What the 128 bytes of an old ID3v1 tag tell, for a new tag to tell it too.

A player that finds a new tag does not look for the old one. Source: id3.org, ID3v1 and ID3v1.1.
"""

from dataclasses import dataclass

LENGTH = 128


@dataclass(frozen=True, slots=True)
class OldTag:
    """The fields as bytes, in whatever encoding their writer used; b"" where it told none.

    `genre` is a number of the list of ID3v1.
    """

    title: bytes
    artist: bytes
    album: bytes
    year: bytes
    comment: bytes
    track: bytes
    genre: bytes


def old_tag(tail: bytes) -> OldTag | None:
    """The tag that is the end of a file, None where there is none."""
    tag = tail[-LENGTH:]
    if len(tag) != LENGTH or tag[:3] != b"TAG":
        return None
    has_track = not tag[125] and tag[126]
    return OldTag(_text(tag[3:33]), _text(tag[33:63]), _text(tag[63:93]), _text(tag[93:97]),
                  _text(tag[97:125 if has_track else 127]),
                  str(tag[126]).encode() if has_track else b"",
                  str(tag[127]).encode() if tag[127] != 0xFF else b"")


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0].strip()
