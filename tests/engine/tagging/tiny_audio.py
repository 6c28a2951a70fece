"""Recordings of a few hundred bytes, written from their formats' layouts, with room for tags.

Only headers that mutagen insists on are there; no player would make a sound of them.
"""

import io
import struct
import wave
from pathlib import Path

from mutagen.ogg import OggPage

_MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")


def write_tiny(path: Path) -> Path:
    """Writes a recording of the kind its ending says; gives the path back."""
    path.write_bytes(_MAKERS[path.suffix.lower()]())
    return path


def _mp3() -> bytes:
    return _MP3_FRAME * 8


def _flac() -> bytes:
    stream = struct.pack(">HH", 4096, 4096) + bytes(6) + (
        (44100 << 44 | 1 << 41 | 15 << 36).to_bytes(8)) + bytes(16)
    return b"fLaC" + b"\x80" + len(stream).to_bytes(3) + stream


def _comments() -> bytes:
    return struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)


def _ogg(*packets: bytes) -> bytes:
    pages = b""
    for number, packet in enumerate(packets):
        page = OggPage()
        page.serial, page.sequence, page.position = 1, number, 0
        page.first, page.last = number == 0, number == len(packets) - 1
        page.packets = [packet]
        pages += page.write()
    return pages


def _vorbis() -> bytes:
    head = b"\x01vorbis" + struct.pack("<IBIIIIBB", 0, 2, 44100, 0, 128000, 0, 0xB8, 1)
    return _ogg(head, b"\x03vorbis" + _comments() + b"\x01", b"\x05vorbis" + bytes(8), bytes(8))


def _opus() -> bytes:
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 0, 48000, 0, 0)
    return _ogg(head, b"OpusTags" + _comments(), bytes(8))


def _atom(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


def _mp4() -> bytes:
    movie = bytes(12) + struct.pack(">II", 1000, 1000) + bytes(80)
    return _atom(b"ftyp", b"M4A \x00\x00\x00\x00M4A mp42") + _atom(b"moov", _atom(b"mvhd", movie))


def _asf() -> bytes:
    file = _ASF_FILE + struct.pack("<Q", 104) + bytes(80)
    return _ASF_HEADER + struct.pack("<QIBB", 30 + len(file), 1, 1, 2) + file


def _aiff() -> bytes:
    rate = b"\x40\x0e\xac\x44" + bytes(6)  # 44100 as an 80 bit float
    common = b"COMM" + struct.pack(">IhIh", 18, 1, 0, 16) + rate
    sound = b"SSND" + struct.pack(">I", 8) + bytes(8)
    return b"FORM" + struct.pack(">I", 4 + len(common) + len(sound)) + b"AIFF" + common + sound


def _wav() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(160))
    return buffer.getvalue()


def _ape() -> bytes:
    descriptor = b"MAC " + struct.pack("<HHIIIIIII", 3990, 0, 52, 24, 0, 0, 0, 0, 0) + bytes(16)
    return descriptor + struct.pack("<HHIIIHHI", 2000, 0, 73728, 0, 0, 16, 1, 44100)


def _dsf() -> bytes:
    form = b"fmt " + struct.pack("<QIIIIIIQII", 52, 1, 0, 1, 1, 2822400, 1, 0, 4096, 0)
    data = b"data" + struct.pack("<Q", 12)
    return b"DSD " + struct.pack("<QQQ", 28, 28 + len(form) + len(data), 0) + form + data


def _wavpack() -> bytes:
    return b"wvpk" + struct.pack("<IHBBIIIII", 24, 0x410, 0, 0, 0, 0, 0, 9 << 23, 0)


def _musepack() -> bytes:
    return b"MP+\x07" + bytes(60)


_MAKERS = {
    ".mp3": _mp3, ".flac": _flac, ".ogg": _vorbis, ".opus": _opus, ".m4a": _mp4, ".mp4": _mp4,
    ".wma": _asf, ".aiff": _aiff, ".wav": _wav, ".ape": _ape, ".dsf": _dsf, ".wv": _wavpack,
    ".mpc": _musepack}
