"""Puts a backup of the library in the library's place, after the present one was backed up too.

The window and other programs may have the library open: they see the other one from then on, and
must read anew what they hold by number.
"""

import shutil
from pathlib import Path

from engine.errors import EngineError
from engine.events import Progress, Report
from engine.library.backup import Backup, BackupKind, BackupShelf
from engine.library.database import DamagedLibraryError
from engine.library.foreign import make_at_home
from engine.library.incoming import Incoming
from engine.library.library_copy import need_room, silent
from engine.paths import AppPaths


def restore_library(paths: AppPaths, file: Path, report: Report = silent) -> Backup | None:
    """The library as it was kept in `file`. Returns the backup of what stood there until now, by
    which this can be undone: None where there was nothing, or nothing that could be read.

    EngineError where the file cannot be used, or the library not be written: then nothing changed.
    """
    incoming = Incoming(paths)
    with incoming.claimed():
        _copy_in(file, incoming.library, report)
        incoming.prepare_library(report)
        if file.resolve().parent != paths.backups.resolve():
            make_at_home(incoming.library)
        before = _keep_present(paths, report)
        incoming.ready()
        try:
            incoming.place_library(report)
        except BaseException:
            incoming.give_up()
            raise
        incoming.place_files()
    BackupShelf(paths).tidy(BackupKind.RESTORE)
    return before


def _copy_in(file: Path, place: Path, report: Report) -> None:
    """A file of its own, for it may have to be brought up to date; the backup stays as it is."""
    report(Progress(done=0, message="Checking the backup"))
    try:
        need_room(place.parent, 2 * file.stat().st_size)
        shutil.copyfile(file, place)
    except OSError as failure:
        raise EngineError(f"{file.name} could not be read: {failure.strerror or failure}.",
                          "Choose another backup.") from failure


def _keep_present(paths: AppPaths, report: Report) -> Backup | None:
    """None where there is none, or a damaged one, whose files are kept as they are."""
    if not paths.library_file.exists():
        return None
    shelf = BackupShelf(paths)
    try:
        return shelf.make(BackupKind.RESTORE, report)
    except DamagedLibraryError:
        shelf.keep_damaged()
        return None
