"""Puts any backup back, and takes such a step back: the one door for the window and the terminal.

The library is in its place afterwards; files beside it are put there by `settle`.
"""

from pathlib import Path

from engine.errors import EngineError
from engine.events import Report
from engine.library.archive.bringing_in import Way, bring_in
from engine.library.backup import Backup, BackupKind, BackupShelf
from engine.library.library_copy import silent
from engine.library.restoring import restore_library
from engine.paths import AppPaths

_BEFORE = (BackupKind.RESTORE, BackupKind.IMPORT)


def put_back(paths: AppPaths, file: Path, report: Report = silent) -> Path | None:
    """A backup of the library, or an archive of everything, in the place of what is here. Returns
    what brings that back, None where it could not be read. EngineError: then nothing changed."""
    if file.suffix == ".zip":
        return bring_in(paths, file, Way.REPLACE, report=report).before
    before = restore_library(paths, file, report)
    return before.file if before else None


def last_before(shelf: BackupShelf) -> Backup:
    """What was here before the last restore or import. EngineError where there was none."""
    for backup in shelf.all():
        if backup.kind in _BEFORE:
            return backup
    raise EngineError("Nothing was restored or imported yet.", "There is nothing to undo.")
