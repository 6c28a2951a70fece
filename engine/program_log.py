"""What the program did, in a file on this computer: starts, jobs, failures. For the person, and for
whoever they choose to show it to; nothing sends it anywhere.

Words of songs and chats are never written into it.
"""

import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

NAME = "undertone"
FILE = "undertone.log"
_MOST_BYTES, _OLDER = 500_000, 2
_MOST_CHAINED = 5
_FORM = "%(asctime)s %(levelname)s %(message)s"


def log() -> logging.Logger:
    """Where rooms write a line. Without `open_log` lines go nowhere."""
    logger = logging.getLogger(NAME)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger


def open_log(folder: Path) -> None:
    """From now on lines go into a file of `folder`, a few of them at most; nothing happens where it
    cannot be written."""
    close_log()
    logger = log()
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / FILE, maxBytes=_MOST_BYTES, backupCount=_OLDER,
                                      encoding="utf-8", errors="backslashreplace")
    except OSError:
        return
    handler.setFormatter(logging.Formatter(_FORM))
    logger.addHandler(handler)


def close_log() -> None:
    """Lets the file go."""
    logger = logging.getLogger(NAME)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def without_words(problem: BaseException) -> str:
    """Which exception it was, and where: its own words may be a file's name or a song's."""
    told: list[str] = []
    seen: BaseException | None = problem
    while seen is not None and len(told) < _MOST_CHAINED:
        places = "".join(traceback.format_tb(seen.__traceback__))
        told.append(f"{type(seen).__name__}\n{places}")
        seen = seen.__cause__ or seen.__context__
    return "from\n".join(told).rstrip()


def newest_lines(folder: Path, most: int = 200) -> list[str]:
    """The end of what was written, oldest first; nothing where there is no file."""
    try:
        with (folder / FILE).open(encoding="utf-8", errors="replace") as opened:
            return opened.read()[-_MOST_BYTES:].splitlines()[-most:]
    except OSError:
        return []
