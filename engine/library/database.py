"""The library file: one SQLite database, opened, brought up to date and guarded.

Knows connections, transactions and what a failing file means for the person; knows no song.
One Database serves the thread that opened it; every thread opens its own.
"""

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.library.migrations import APPLICATION_ID, NEWEST, migrate

BUSY_SECONDS = 10.0
BUSY_STEP_SECONDS = 0.01
_LEAST_ROOM = 1 << 16  # bytes


class DamagedLibraryError(EngineError):
    """A file that cannot be read as a library any more."""


class Database:
    """A connection whose known failures arrive as EngineError.

    The file is in WAL mode with synchronous NORMAL: a commit is in the system's hands before it
    returns, so a killed program loses nothing, and a power cut can cost the last seconds but
    never the file. What only the person can give again is written with `durable=True`.
    """

    def __init__(self, connection: sqlite3.Connection, file: Path | None) -> None:
        self._connection = connection
        self._file = file

    @classmethod
    def open(cls, file: Path, backups: Path | None = None) -> "Database":
        """The library at `file`, made or migrated as needed; old versions go into `backups`
        (beside the file by default). EngineError when it cannot be used."""
        with sentences(file):
            try:
                return cls(_ready(file, backups or file.parent / "backups"), file)
            except OSError as failure:
                raise _not_writable(file) from failure

    @classmethod
    def in_memory(cls) -> "Database":
        """An empty library that vanishes with the connection."""
        connection = _connect(":memory:")
        migrate(connection, None)
        return cls(connection, None)

    @contextmanager
    def transaction(self, durable: bool = False) -> Generator[None]:
        """Everything within is stored together or not at all; within another, it joins it.

        `durable` also survives a power cut, for the price of waiting for the disk.
        """
        if self._connection.in_transaction:
            yield
            return
        with sentences(self._file):
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Runs one writing statement; the rowid of the row it inserted last."""
        with sentences(self._file):
            return self._connection.execute(sql, values).lastrowid or 0

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with sentences(self._file):
            self._connection.executemany(sql, rows)

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Every row of a query, as tuples."""
        with sentences(self._file):
            return self._connection.execute(sql, values).fetchall()

    def first(self, sql: str, values: Sequence[Any] = ()) -> Any | None:
        """The first row of a query as a tuple, or None."""
        with sentences(self._file):
            return self._connection.execute(sql, values).fetchone()

    def close(self) -> None:
        self._connection.close()


def _ready(file: Path, backups: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(str(file))
    try:
        _refuse_strangers(connection)
        _write_ahead(connection)
        migrate(connection, backups)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switches to WAL. SQLite does not wait by itself where two do this at the same moment."""
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as failure:
            busy = failure.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > patience:
                raise
            time.sleep(BUSY_STEP_SECONDS)


def _refuse_strangers(connection: sqlite3.Connection) -> None:
    """EngineError for a file of another program or of a later version of this one."""
    # One statement sees one state of the file, also while another thread is making it.
    version, owner, things = connection.execute(
        "SELECT (SELECT user_version FROM pragma_user_version), "
        "(SELECT application_id FROM pragma_application_id), "
        "(SELECT count(*) FROM sqlite_master)").fetchone()
    empty = things == 0
    if owner != APPLICATION_ID and not (empty and version == 0):
        raise EngineError("The library file belongs to another program.",
                          "Move it out of Undertone's folder and start again.")
    if version > NEWEST:
        raise EngineError("The library was written by a newer Undertone.",
                          "Start that version, or install it again; nothing was changed.")


@contextmanager
def sentences(file: Path | None) -> Generator[None]:
    """Turns what SQLite reports of `file` into an EngineError; anything unknown stays a bug."""
    try:
        yield
    except sqlite3.Error as failure:
        known = _sentence(failure, file)
        if known is None:
            raise
        raise known from failure


def _sentence(failure: sqlite3.Error, file: Path | None) -> EngineError | None:
    code = getattr(failure, "sqlite_errorcode", None)
    match (code & 0xFF) if code is not None else None:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return EngineError("The library is in use by another program.",
                               "Close other windows of Undertone, then try again.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DamagedLibraryError(
                f"The library file is damaged: {file}",
                "Restore a backup: in Settings under Your data, or with “library restore”. "
                "Your songs themselves are untouched.")
        case sqlite3.SQLITE_FULL:
            return _full_disk()
        case sqlite3.SQLITE_IOERR if _is_full(file):
            return _full_disk()
        case sqlite3.SQLITE_IOERR:
            return EngineError(f"The disk failed while the library was used: {file}",
                               "Check the disk, then start Undertone again.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return _not_writable(file)
        case _:
            return None


def _is_full(file: Path | None) -> bool:
    """Whether the disk has no room even for what SQLite keeps beside `file`: it tells of that as
    of a disk that fails."""
    with contextlib.suppress(OSError):
        return file is not None and shutil.disk_usage(file.parent).free < _LEAST_ROOM
    return False


def _full_disk() -> EngineError:
    return EngineError("The disk is full, so the library could not be used.",
                       "Free some space, then try again; what was stored is kept.")


def _not_writable(file: Path | None) -> EngineError:
    return EngineError(f"The library cannot be opened for writing: {file}",
                       "Check that you may write in this folder and that the disk is there.")
