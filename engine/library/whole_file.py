"""Files for other programs, written whole or not at all. Knows no format."""

import os
from contextlib import suppress
from pathlib import Path

from engine.errors import EngineError


def write_whole(file: Path, data: bytes) -> None:
    """Beside the file first, then in its place. EngineError where it cannot be written."""
    fresh = file.with_name(f".{file.name}.part")
    try:
        with fresh.open("wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        fresh.replace(file)
    except OSError as why:
        with suppress(OSError):
            fresh.unlink()
        raise EngineError(f"{file.name} could not be written: {why.strerror or why}.",
                          "Choose another folder, or make room on the disk.") from why
