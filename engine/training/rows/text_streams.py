"""Opens a text file of any size as a stream: packed or not, whatever its encoding.

Knows bytes and encodings, not what stands in the text. Nothing is held in memory whole.
"""

import gzip
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from engine.errors import EngineError
from engine.tagging.readers.legacy import best_legacy

_SAMPLE, _STEP = 1 << 20, 1 << 14
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
BROKEN = (OSError, EOFError, zlib.error, UnicodeDecodeError)
"""What reading a damaged file may raise, at any place in it."""


@contextmanager
def open_text(file: Path) -> Generator[TextIO]:
    """The text of a file with its line ends as found. EngineError where it cannot be opened; what
    breaks later is one of BROKEN."""
    try:
        encoding = _encoding(file)
        stream = _opened(file)
    except BROKEN as failure:
        raise unreadable(file, failure) from failure
    with TextIOWrapper(stream, encoding, "replace", newline="") as text:
        yield text


def unreadable(file: Path, failure: Exception) -> EngineError:
    """The sentence for a file that cannot be read."""
    if isinstance(failure, FileNotFoundError):
        return EngineError(f"{file.name} is no longer there.",
                           "It may have been moved: choose it again.")
    if isinstance(failure, IsADirectoryError):
        return EngineError(f"{file.name} is a folder.", "Choose a file in it.")
    why = getattr(failure, "strerror", None) or failure
    return EngineError(f"{file.name} cannot be read: {why}.",
                       "Check the path, and that the file is whole.")


def _opened(file: Path) -> BinaryIO:
    packed = file.suffix.casefold() == ".gz"
    return cast(BinaryIO, gzip.open(file)) if packed else file.open("rb")


def _beginning(stream: BinaryIO) -> bytes:
    """Of a packed file that breaks off what can be had."""
    found = b""
    try:
        while len(found) < _SAMPLE and (read := stream.read(_STEP)):
            found += read
    except (EOFError, zlib.error):
        if not found:
            raise
    return found


def _encoding(file: Path) -> str:
    """By a mark, else UTF-8 where the beginning can be that, else what reads most like text."""
    with _opened(file) as stream:
        sample = _beginning(stream)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    whole = sample[:sample.rfind(b"\n") + 1] if len(sample) >= _SAMPLE else sample
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return best_legacy(whole[:1 << 16])
    return "utf-8"
