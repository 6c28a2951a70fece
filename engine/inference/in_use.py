"""Whether the person uses the models just now: held while a reply is written or songs are tagged.

A lock of the system on one file, which it gives back however a process ends, so that a mark is
never left behind. A training looks at it and steps back. Knows nothing of either.
"""

import contextlib
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PLACES = 64  # Windows: so many may hold it at once, a byte each


class InUse:
    """The mark at `file`; many may hold it at once. A disk without locks knows no mark."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def held(self) -> Generator[None]:
        """Holds the mark within. Never fails and never waits long: it is a courtesy."""
        handle = self.hold()
        try:
            yield
        finally:
            self.let_go(handle)

    def hold(self) -> int | None:
        """Holds the mark until `let_go` of what is returned."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return None
        with contextlib.suppress(OSError):
            _share(handle)
        return handle

    @staticmethod
    def let_go(handle: int | None) -> None:
        """Takes the mark back."""
        if handle is not None:
            with contextlib.suppress(OSError):
                os.close(handle)

    def somebody(self) -> bool:
        """Whether anybody holds the mark. Some microseconds: one open, one system call."""
        try:
            handle = os.open(self._file, os.O_RDWR)
        except OSError:
            return False  # nobody ever held it
        try:
            return not _alone(handle)
        except OSError:
            return False
        finally:
            os.close(handle)


def _share(handle: int) -> None:
    """Whoever looks has the whole lock for an instant, so this waits for that instant."""
    if sys.platform == "win32":
        for place in range(_PLACES):
            os.lseek(handle, place, os.SEEK_SET)
            with contextlib.suppress(OSError):
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
                return
    else:
        fcntl.flock(handle, fcntl.LOCK_SH)


def _alone(handle: int) -> bool:
    """Whether the whole lock can be had, which is given back when the handle closes."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, _PLACES)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, _PLACES)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
