"""The numbered steps that bring an older library file up to date, one transaction each.

A step, see `steps`, is never changed once it has shipped; a change of the schema is a new one at
the end.
PRAGMA user_version says how many steps a file has taken. Before each one the file is copied.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from engine.library.steps import (
    corrections,
    folders,
    growth,
    playlists,
    song_changes,
    songs,
    tag_writes,
    talks,
)

APPLICATION_ID = 0x556E6474

STEPS: tuple[str, ...] = (
    songs.SONGS, songs.FULL_TEXT, talks.CONVERSATIONS, songs.EXPERIMENTAL, talks.PERSONAS,
    talks.VECTORS, talks.TOOL_STEPS, talks.PRESENCE, song_changes.SONG_CHANGES,
    corrections.CORRECTIONS, playlists.PLAYLISTS, tag_writes.TAG_WRITES, folders.FOLDERS,
    growth.GROWTH)
NEWEST = len(STEPS)


def migrate(connection: sqlite3.Connection, backups: Path | None) -> None:
    """Takes the steps this file lacks. An interrupted step leaves the file as it was before.

    `backups` None makes no copies (a library in memory). A new file is not copied either.
    """
    is_new = _version(connection) == 0
    while (version := _version(connection)) < NEWEST:
        if backups is not None and not is_new:
            _back_up(connection, backups, version)
        _take(connection, version)


def _take(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) == version:  # else another window took this step meanwhile
            for statement in statements(STEPS[version]):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def statements(script: str) -> list[str]:
    """A script in single statements: executescript would commit before it starts."""
    found: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found


def _back_up(connection: sqlite3.Connection, backups: Path, version: int) -> None:
    """A whole copy of the file as it was at `version`; a half-made one never has its name."""
    backups.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    copy = backups / f"library-version-{version}-{stamp}.sqlite3"
    unfinished = copy.with_suffix(".part")
    target = sqlite3.connect(unfinished)
    try:
        connection.backup(target)
    finally:
        target.close()
    unfinished.replace(copy)
