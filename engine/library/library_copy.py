"""Library files apart from the one in use: a whole copy, what stands in one, whether it is sound.

A copy is made with SQLite's backup interface while others read and write. Knows no folder and no
reason why a copy is made.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Cancelled, EngineError
from engine.events import Progress, Report
from engine.library.database import BUSY_SECONDS, DamagedLibraryError, sentences
from engine.library.migrations import APPLICATION_ID, NEWEST

# So many pages of 4 KB are copied before the next look whether the person wants to stop.
_PAGES_AT_ONCE = 512
# So many of SQLite's own steps are done between two such looks while a file is checked.
_STEPS_AT_ONCE = 2_000_000
_BUSY_STEP_SECONDS = 0.02
_ROOM_LEFT = 16 << 20
_TALKED = "SELECT count(*) FROM conversation WHERE trashed_at IS NULL"


@dataclass(frozen=True, slots=True)
class LibraryFigures:
    """What stands in a library file. `version` counts the steps of the schema it has taken, `size`
    is in bytes; `labels` are the person's own words on moods."""

    version: int
    songs: int
    talks: int
    labels: int
    size: int


def silent(event: object) -> None:
    """A report that nobody listens to."""


def copy_library(source: Path, target: Path, report: Report = silent) -> LibraryFigures:
    """Copies the library at `source` as it is at this moment, and checks the copy.

    EngineError where it cannot be read, is damaged, or the disk has no room: then there is no
    `target`. It never has a half of it, and it is one file: nothing lies beside it.
    """
    size = whole_size(source)
    need_room(target.parent, size)
    unfinished = target.with_name(f"{target.name}.part")
    with sentences(source), _whole_or_not(unfinished):
        unfinished.unlink(missing_ok=True)
        with closing(_connected(source)) as origin, closing(sqlite3.connect(unfinished)) as copy:
            # A reader's view of the file stands still, whatever others write meanwhile.
            origin.execute("BEGIN")
            origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
            overwrite(origin, copy, "Copying the library", size, report)
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        check_library(unfinished, report)
        figures = figures_of(unfinished)
        sync_file(unfinished)
        unfinished.replace(target)
    return figures


def overwrite(origin: sqlite3.Connection, target: sqlite3.Connection, words: str, size: int,
              report: Report) -> None:
    """All of one library into another, in one transaction. EngineError where somebody writes to
    either for longer than one waits; then, and when `report` stops it, nothing has changed."""
    patience = time.monotonic() + BUSY_SECONDS

    def told(status: int, remaining: int, total: int) -> None:
        nonlocal patience
        if status in (sqlite3.SQLITE_OK, sqlite3.SQLITE_DONE):
            patience = time.monotonic() + BUSY_SECONDS
        elif time.monotonic() > patience:  # sqlite3 itself would try for ever
            raise EngineError("The library is in use by another program.",
                              "Close other windows of Undertone, then try again.")
        done = size * (total - remaining) // max(total, 1)
        report(Progress(done=done, total=size, message=words, unit="bytes"))

    origin.backup(target, pages=_PAGES_AT_ONCE, progress=told, sleep=_BUSY_STEP_SECONDS)


def figures_of(file: Path) -> LibraryFigures:
    """What stands in a library file that nobody writes to. EngineError if it is none of ours, of a
    newer Undertone, or cannot be read."""
    with sentences(file), closing(_connected(file, "mode=ro&immutable=1")) as opened:
        version, owner = opened.execute(
            "SELECT (SELECT user_version FROM pragma_user_version),"
            " (SELECT application_id FROM pragma_application_id)").fetchone()
        if owner != APPLICATION_ID or version < 1:
            raise EngineError(f"{file.name} is no library of Undertone.", "Choose another file.")
        if version > NEWEST:
            raise EngineError(f"{file.name} was written by a newer Undertone.",
                              "Start that version, or install it again; nothing was changed.")
        tables = {name for name, in opened.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'")}
        songs, labels = (_counted(opened, f"SELECT count(*) FROM {table}", table in tables)
                         for table in ("song", "label"))
        talks = _counted(opened, _TALKED, "conversation" in tables)
    return LibraryFigures(version, songs, talks, labels, file.stat().st_size)


def check_library(file: Path, report: Report = silent) -> None:
    """DamagedLibraryError if the file is not sound in every page and index."""
    with sentences(file), closing(_connected(file, "mode=ro&immutable=1")) as opened:
        wants_to_stop = _stops(report)
        opened.set_progress_handler(wants_to_stop, _STEPS_AT_ONCE)
        try:
            found = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise Cancelled from failure
            raise
    if found != "ok":
        raise DamagedLibraryError(f"{file.name} is damaged, so it cannot be used.",
                                  "Restore a backup that is whole.")


def need_room(folder: Path, size: int) -> None:
    """EngineError where the disk of `folder` has no room for so many bytes."""
    with suppress(OSError):  # a disk that does not tell is tried
        if shutil.disk_usage(folder).free < size + _ROOM_LEFT:
            raise EngineError(f"There is no room for {size / 1e6:.1f} MB in {folder}.",
                              "Make room on the disk, or choose another one.")


def whole_size(library: Path) -> int:
    """The bytes of a library with what was not merged into its file yet. EngineError where there
    is no file."""
    try:
        size = library.stat().st_size
        with suppress(OSError):
            size += library.with_name(f"{library.name}-wal").stat().st_size
    except OSError as gone:
        raise EngineError("There is no library yet.", "Tag a song first.") from gone
    return size


def sync_file(file: Path) -> None:
    """Waits until the bytes of a file lie on the disk."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


@contextmanager
def _whole_or_not(unfinished: Path) -> Generator[None]:
    """Takes a half-made file away, and says what the disk reports."""
    try:
        yield
    except OSError as failure:
        raise EngineError(f"{unfinished.parent} could not be written to: "
                          f"{failure.strerror or failure}.",
                          "Make room on the disk, or choose another folder.") from failure
    finally:
        for rest in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                unfinished.with_name(f"{unfinished.name}{rest}").unlink(missing_ok=True)


def _connected(file: Path, how: str = "mode=rw") -> sqlite3.Connection:
    """`mode=rw` makes no file where there is none."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS,
                           isolation_level=None)


def _counted(opened: sqlite3.Connection, question: str, there: bool) -> int:
    return int(opened.execute(question).fetchone()[0]) if there else 0


def _stops(report: Report) -> Callable[[], int]:
    """For SQLite's progress handler, from which nothing may be raised."""
    def stops() -> int:
        try:
            report(Progress(done=0, message="Checking the copy"))
        except Cancelled:
            return 1
        return 0

    return stops
