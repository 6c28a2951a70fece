"""A file replaced by its changed copy: made beside it, forced to the disk, put in place at once.

The file is at every moment the old one or the new one, whole. Knows nothing of tags.
"""

import errno
import os
import secrets
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from engine.errors import EngineError
from engine.tagging.writing.file_guard import changed, in_use, refused
from engine.tagging.writing.splice import Copied, Splice, copy_spliced

_PREFIX, _SUFFIX = ".undertone-", ".part"
_ACL, _ATTRIBUTES = 1, 4  # COPYFILE_ACL, COPYFILE_XATTR of macOS
_BINARY = getattr(os, "O_BINARY", 0)


def temporary_beside(path: Path) -> Path:
    """A name for a copy in the file's own folder, so that putting it in place is one step. It is
    hidden, and no song to any reader."""
    return path.with_name(f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}")


def is_temporary(path: Path) -> bool:
    """Whether a name is one of `temporary_beside`: nothing else may be removed as such."""
    return path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX)


def make_copy(path: Path, copy: Path, splices: Sequence[Splice]) -> Copied:
    """Writes `path` with its splices made to `copy`, with the same rights, down to the disk.

    EngineError if the disk refuses or the file changes meanwhile; then `copy` is gone.
    """
    try:
        with path.open("rb") as source, os.fdopen(_created(copy), "w+b") as target:
            copied = copy_spliced(source, target, splices)
            target.flush()
            _keep_rights(path, copy)
            _force(target.fileno())
        return copied
    except BaseException as failure:
        remove_copy(copy)
        if isinstance(failure, EOFError):
            raise changed() from failure
        raise refused(failure) if isinstance(failure, OSError) else failure from None


def write_new(copy: Path, data: bytes) -> None:
    """Writes a whole new file down to the disk. EngineError if the disk refuses."""
    try:
        with os.fdopen(_created(copy, 0o666), "w+b") as target:
            target.write(data)
            target.flush()
            _force(target.fileno())
    except BaseException as failure:
        remove_copy(copy)
        raise refused(failure) if isinstance(failure, OSError) else failure from None


def put_in_place(copy: Path, path: Path) -> None:
    """Puts the copy where the file is, in one step that survives a power cut. EngineError if the
    system refuses; then the file is as it was, and the copy gone."""
    try:
        copy.replace(path)
    except OSError as failure:
        remove_copy(copy)
        # Windows does not let go of a file that another program has open.
        held = isinstance(failure, PermissionError) and sys.platform == "win32"
        raise (in_use() if held else refused(failure)) from failure
    with suppress(OSError):
        _force_folder(path.parent)


def remove_copy(copy: Path) -> None:
    """Removes a copy that is not wanted any more; one that is not there is none."""
    if not is_temporary(copy):
        raise EngineError(f"“{copy.name}” is no copy of ours, so it was not removed.")
    with suppress(OSError):
        copy.unlink(missing_ok=True)


def _created(copy: Path, rights: int = 0o600) -> int:
    """Never opens what is already there, nor follows a link."""
    return os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, rights)


def _keep_rights(path: Path, copy: Path) -> None:
    """Rights and extended attributes of the file, as far as the system lets us. EngineError where
    its owner or group would be another, and somebody might not reach it any more."""
    owner = _owner(path)
    for wanted in (owner, (-1, owner[1])):
        if hasattr(os, "chown") and _owner(copy) != owner:
            with suppress(OSError):
                os.chown(copy, *wanted)
    if _owner(copy) != owner:
        raise EngineError("This file belongs to somebody else, and writing would make it yours.",
                          "Ask its owner to write it, or make a copy of your own.")
    with suppress(OSError):
        copy.chmod(stat.S_IMODE(path.stat().st_mode))
    if sys.platform == "darwin":
        # What the Finder keeps of a file; the standard library cannot copy it there.
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).copyfile(os.fsencode(path), os.fsencode(copy), None,
                                       _ACL | _ATTRIBUTES)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(path):
                with suppress(OSError):
                    os.setxattr(copy, name, os.getxattr(path, name))


def _owner(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid


def _force(handle: int) -> None:
    """Waits for the disk; a kind of disk that knows no waiting is not waited for."""
    try:
        os.fsync(handle)
    except OSError as failure:
        if failure.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise


def _force_folder(folder: Path) -> None:
    """The new name of a file is on the disk only once its folder is."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
