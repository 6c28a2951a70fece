"""The one door to text files: bounded in size, never blocking, every failure a sentence.

Knows files and bytes; what the text means is the business of the readers beside it.
"""

import stat
from pathlib import Path

from engine.errors import EngineError
from engine.tagging.readers.encoding import decode

MOST_BYTES = 2 * 1024 * 1024

_DOCUMENTS = {
    b"%PDF": "a PDF document",
    b"{\\rtf": "an RTF document",
    b"PK\x03\x04": "a packed document",
    b"\xd0\xcf\x11\xe0": "a word processor document",
}


def read_text(path: Path) -> str:
    """The decoded text of a file. EngineError where there is none to be had."""
    data = read_start(path, MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        size = max(path.stat().st_size, len(data))
        raise EngineError(f"This file holds {_megabytes(size)} of text, far more than one song.",
                          "Give each song a file of its own, 2 MB at most.")
    if not data.strip(b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise EngineError("This file is empty.", "Put the lyric into it, or remove it.")
    for magic, name in _DOCUMENTS.items():
        if data.startswith(magic):
            raise EngineError(f"This file is {name}, not plain text.",
                              "Save it as plain text (.txt), or paste the lyric.")
    return decode(data)


def read_start(path: Path, most: int) -> bytes:
    """At most the first `most` bytes of a regular file. EngineError if it cannot be opened."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise EngineError("This is not a file.", "Drop files or folders of songs.")
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        raise unreadable(error) from error


def unreadable(error: OSError | ValueError) -> EngineError:
    """The sentence for what the system said when a file or folder was opened."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return EngineError("This file is no longer there.",
                           "It may have been moved or renamed: drop it again from its new place.")
    if isinstance(error, PermissionError):
        return EngineError("This file may not be read: the system refused.",
                           "Change its permissions, or copy it to a folder of your own.")
    reason = error.strerror if isinstance(error, OSError) else ""
    return EngineError(f"This file could not be read{f' ({reason})' if reason else ''}.",
                       "Check the disk or the connection to it, then try again.")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB" if size < 10_000_000 else f"{size // 1_000_000:,} MB"
