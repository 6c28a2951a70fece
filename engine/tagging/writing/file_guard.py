"""Whether a file may be replaced now: asked of the system before anything is written.

Every no is a sentence. Knows files and disks; knows nothing of tags.
"""

import errno
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from engine.errors import EngineError
from engine.tagging.readers.text_file import unreadable
from engine.tagging.writing.values import FileMark

_SPARE = 4 << 20  # bytes left on the disk when all is done
_FULL = (errno.ENOSPC, errno.EDQUOT)
_SHARING = (32, 33)  # Windows: another program has the file open, or a part of it locked


def real_file(path: Path) -> Path:
    """The file itself, links followed. EngineError where it is gone or no file."""
    try:
        found = path.resolve(strict=True)
        if not stat.S_ISREG(found.stat().st_mode):
            raise EngineError("This is not a file.", "Choose recordings.")
    except (OSError, RuntimeError) as failure:
        raise unreadable(failure if isinstance(failure, OSError) else OSError()) from failure
    return found


def mark_of(path: Path) -> FileMark:
    """What tells later whether the file is still the same. EngineError where it is gone."""
    try:
        found = path.stat()
    except OSError as failure:
        raise unreadable(failure) from failure
    return FileMark(found.st_size, found.st_mtime_ns)


def check_replaceable(path: Path, growth: int) -> None:
    """EngineError unless the file may be replaced by one that is `growth` bytes longer."""
    found = path.stat()
    if found.st_nlink > 1:
        raise EngineError(
            "This file has a second name elsewhere (a hard link), and writing would part the two.",
            "Make a copy of it, or write a file beside it instead.")
    check_writable(path)
    check_closed(path)
    check_room(path.parent, found.st_size + max(growth, 0))


def check_writable(path: Path) -> None:
    """EngineError for a file, or a folder, that may not be changed."""
    # An administrator may write everything; a file marked read-only still means what it says.
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise read_only()
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise EngineError("The folder of this file may not be written to.",
                          "Change its permissions, then try again.")
    try:
        os.close(os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0)))
    except OSError as failure:
        raise refused(failure) from failure


def check_closed(path: Path) -> None:
    """EngineError if another program has the file open, where the system can tell."""
    if sys.platform != "linux":
        return  # Windows says so when the file is replaced; macOS cannot tell
    handle = os.open(path, os.O_RDONLY)
    try:
        is_open = _is_open_twice(handle)
    finally:
        os.close(handle)
    if is_open and _can_tell(path.parent):
        raise in_use()


def _is_open_twice(handle: int) -> bool:
    """Whether somebody beside us has this file open: only then the system grants no lease."""
    import fcntl
    import signal

    try:
        # The system asks for a lease back by a signal; the one it uses by itself ends a program.
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as failure:
        # Every other answer means that this disk or this person's rights cannot tell.
        return failure.errno == errno.EAGAIN
    return False


def _can_tell(folder: Path) -> bool:
    """Some network disks never grant a lease, not even on a file that nobody else can know."""
    try:
        with tempfile.TemporaryFile(dir=folder) as nobodys:
            return not _is_open_twice(nobodys.fileno())
    except OSError:
        return True


def check_room(folder: Path, size: int) -> None:
    """EngineError unless the disk has room for a copy of `size` bytes."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return  # it will say so when it is written to
    if free < size + _SPARE:
        raise full()


def refused(failure: OSError) -> EngineError:
    """The sentence for what the system said when a file was to be written or replaced."""
    if failure.errno in _FULL:
        return full()
    if getattr(failure, "winerror", None) in _SHARING or failure.errno in (errno.EBUSY,
                                                                           errno.ETXTBSY):
        return in_use()
    if failure.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return read_only()
    if isinstance(failure, FileNotFoundError):
        return unreadable(failure)
    return EngineError(f"The disk refused to write this file ({failure.strerror}).",
                       "Check the disk or the connection to it, then try again.")


def read_only() -> EngineError:
    return EngineError("This file is read-only.",
                       "Allow writing to it, then try again; nothing was changed.")


def in_use() -> EngineError:
    return EngineError("This file is open in another program.",
                       "Close it there, then try again; nothing was changed.")


def full() -> EngineError:
    return EngineError("The disk has no room for a copy of this file.",
                       "Free some space, then try again; nothing was changed.")


def changed() -> EngineError:
    return EngineError("This file was changed since the preview.",
                       "Look at it again, then write; nothing was changed.")
