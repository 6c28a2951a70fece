"""Only one window at a time writes into files: a lock that the system lets go when we end.

Knows one file and nothing of what is done while it is held.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import EngineError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def writing_lock(file: Path) -> Generator[None]:
    """Holds the lock within. EngineError where another window has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _taken(handle):
            raise EngineError("Another window of Undertone is writing into files.",
                              "Wait until it is done, then try again.")
        yield
    finally:
        os.close(handle)  # which lets go of the lock


def _taken(handle: int) -> bool:
    """Tries once, without waiting. A disk that knows no locks holds nobody back."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
