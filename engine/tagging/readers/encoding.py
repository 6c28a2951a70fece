"""Bytes to text, for lyrics that never say how they were encoded.

Sure signs first (marks, zero bytes, valid UTF-8), then the legacy encoding whose reading looks
most like a language. Short texts decide on letters, not on statistics. Refuses what is no text.
"""

import re
import unicodedata

from engine.errors import EngineError
from engine.tagging.readers.legacy import best_legacy

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
)
_SAMPLE = 8192
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f\ufffd]")
_EVERYDAY = re.compile(r"[ \n\r\ta-zA-Z\u3000\u3001\u3002\uff0c\u3042-\u3093]")


def decode(data: bytes) -> str:
    """The text in `data`, without a byte order mark. EngineError if it is no text."""
    text = _decoded(data)
    odd = len(_CONTROLS.findall(text))
    if odd > 4 and odd * 20 > len(text):
        raise EngineError("This file is not text.",
                          "If it is a recording, it needs an ending such as .mp3 or .flac.")
    return text.replace("\x00", "")


def latin1_repaired(text: str) -> str:
    """Text that a tag declared Latin-1, read again as what its bytes really were."""
    if text.isascii():
        return text
    try:
        return decode(text.encode("latin-1"))
    except (UnicodeEncodeError, EngineError):
        return text


def _decoded(data: bytes) -> str:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark):].decode(codec, "replace")
    if b"\x00" in data:
        wide = _without_mark(data)
        if wide is not None:
            return wide
    if b"\x1b$" in data or b"\x1b(" in data:
        return data.decode("iso2022_jp", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _broken_or_legacy(data)


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without its mark; None where neither byte order reads like text."""
    readings = [text for codec in ("utf-16-le", "utf-16-be")
                if (text := _wide(data, codec)) is not None]
    best = max(readings, key=lambda text: len(_EVERYDAY.findall(text[:_SAMPLE])), default=None)
    return best if best and _EVERYDAY.search(best[:_SAMPLE]) else None


def _wide(data: bytes, codec: str) -> str | None:
    try:
        text = data[:len(data) // 2 * 2].decode(codec)
    except UnicodeDecodeError:
        return None
    sample = text[:_SAMPLE].replace("\r", "").replace("\n", "").replace("\t", "")
    odd = sum(unicodedata.category(sign) in ("Cc", "Cn", "Co") for sign in sample)
    return text if odd * 20 <= len(sample) else None


def _broken_or_legacy(data: bytes) -> str:
    """UTF-8 with a few broken places keeps the rest; else it was never UTF-8."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(sign > "\x7f" for sign in text) - broken
    if whole > 4 * broken:
        return text
    return data.decode(best_legacy(data), "replace")
