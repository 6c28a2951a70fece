"""A Vorbis comment as bytes (FLAC, Ogg): our entries replaced, every other one as it is.

Source: xiph.org, Ogg Vorbis I format specification, comment field.
"""

import struct

from engine.tagging.writing.tag_bytes import NAMES, damaged, fields_of, moods_of
from engine.tagging.writing.values import FileMoods

_VENDOR = b"Undertone"


class VorbisComment:
    """The comment that begins in `data`; `rest` is what stands behind it. Empty: a new one."""

    def __init__(self, data: bytes) -> None:
        data = data or struct.pack("<I", len(_VENDOR)) + _VENDOR + bytes(4)
        self._vendor, place = _counted(data, 0)
        count = _number(data, place)
        place += 4
        self._entries: list[bytes] = []
        if count > len(data):
            raise damaged()
        for _ in range(count):
            entry, place = _counted(data, place)
            self._entries.append(entry)
        self.rest = data[place:]

    def read(self) -> FileMoods:
        """Our fields."""
        return moods_of((name, entry.partition(b"=")[2].decode("utf-8", "replace"))
                        for entry in self._entries if (name := _name(entry)) in NAMES)

    def with_moods(self, moods: FileMoods) -> bytes:
        """The comment with our fields as `moods`, without `rest`."""
        new = [f"{name}={value}".encode() for name, values in fields_of(moods)
               for value in values]
        own = [at for at, entry in enumerate(self._entries) if _name(entry) in NAMES]
        place = own[0] if own else len(self._entries)
        kept = [entry for entry in self._entries if _name(entry) not in NAMES]
        entries = [*kept[:place], *new, *kept[place:]]
        return b"".join((struct.pack("<I", len(self._vendor)), self._vendor,
                         struct.pack("<I", len(entries)),
                         *(struct.pack("<I", len(entry)) + entry for entry in entries)))


def _name(entry: bytes) -> str:
    return entry.partition(b"=")[0].decode("ascii", "replace").upper()


def _number(data: bytes, place: int) -> int:
    if place + 4 > len(data):
        raise damaged()
    return int.from_bytes(data[place:place + 4], "little")


def _counted(data: bytes, place: int) -> tuple[bytes, int]:
    """The text at `place` and where the next thing stands."""
    end = place + 4 + _number(data, place)
    if end > len(data):
        raise damaged()
    return data[place + 4:end], end
