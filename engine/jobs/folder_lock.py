"""Who runs a job folder: at most one process, and whether it lives.

The lock belongs to the operating system, which gives it back however the process ends. So there
are no stale locks, and the process number beside it can be trusted exactly while the lock is held.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import EngineError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE_TRIES = 20
PATIENCE_SECONDS = 0.05


class FolderLock:
    """The lock of one job folder: files `lock` and `pid.json`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "lock"
        self._pid_file = folder / "pid.json"

    def held(self) -> bool:
        """True while a process runs this folder. Cheap: one open, one system call."""
        try:
            with self._file.open("rb") as file:
                return not _lock(file.fileno(), shared=True)
        except OSError:
            return False  # no such file, or a disk on which nobody could take the lock either

    def holder(self) -> int | None:
        """The number of the process that runs this folder, None if none does."""
        return self._recorded() if self.held() else None

    def was_taken(self) -> bool:
        """True once any process has begun to run this folder."""
        return self._pid_file.exists()

    def take(self, pause: Callable[[float], None] = time.sleep) -> int:
        """Takes the lock until the returned file is closed or this process is gone.

        EngineError if another process has it, or if the disk cannot lock files.
        """
        try:
            file = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise EngineError("The job's folder cannot be written.",
                              f"The system says: {error.strerror}.") from error
        try:
            _lock_patiently(file, pause)
            self._record()
        except BaseException:
            os.close(file)
            raise
        return file

    @contextmanager
    def taken(self) -> Generator[None]:
        """Takes the lock for the length of a with block. EngineError as `take`."""
        file = self.take()
        try:
            yield
        finally:
            os.close(file)

    def _record(self) -> None:
        fresh = self._pid_file.with_suffix(".new")
        fresh.write_text(json.dumps({"pid": os.getpid(), "at": time.time()}), "utf-8")
        fresh.replace(self._pid_file)

    def _recorded(self) -> int | None:
        try:
            pid = json.loads(self._pid_file.read_text("utf-8"))["pid"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return pid if isinstance(pid, int) and pid > 0 else None


def _lock_patiently(file: int, pause: Callable[[float], None]) -> None:
    # Whoever looks whether the lock is held holds it for an instant, so try more than once.
    for attempt in range(PATIENCE_TRIES):
        try:
            if _lock(file, shared=False):
                return
        except OSError as error:
            raise EngineError("The disk that holds the jobs cannot lock files.",
                              "Move the program's data to a disk of this computer.") from error
        if attempt + 1 < PATIENCE_TRIES:
            pause(PATIENCE_SECONDS)
    raise EngineError("This job is already running.",
                      'Follow it in the job bar or with "jobs show".')


def _lock(file: int, shared: bool) -> bool:
    """Tries once, without waiting. OSError if this disk knows no locks.

    Windows knows no shared lock here: two lookers at one instant may both read "held".
    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
