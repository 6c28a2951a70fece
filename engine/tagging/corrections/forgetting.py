"""Taking songs and files off the list as a step: places go, their songs are kept for the way back.

A song nobody holds is swept away once its step has left the journal, unless it is labelled.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from engine.library.database import Database
from engine.library.journal import Journal

FORGOTTEN = "forgotten"


def forget_places(database: Database, journal: Journal, places: Iterable[str]) -> int | None:
    """Takes places off the list and notes it as one step; its number, None where none is known."""
    wanted = msgspec.json.encode(list(places)).decode()
    with database.transaction(durable=True):
        rows = _rows(database, "SELECT * FROM place WHERE path IN"
                               " (SELECT value FROM json_each(?)) ORDER BY id", wanted)
        if not rows:
            return None
        step = journal.record(FORGOTTEN, {"places": rows}, {"places": []})
        _remove(database, rows)
        _keep_songs(database, step, rows)
    return step


def put_places(database: Database, wanted: Any, present: Any) -> None:
    """Brings places back, or takes them off the list again. One that was found again meanwhile
    stays as it is."""
    _remove(database, present["places"])
    _bring_back(database, wanted["places"])


def _rows(database: Database, sql: str, *values: object) -> list[dict[str, Any]]:
    names = _columns(database)
    return [dict(zip(names, row, strict=True)) for row in database.all(sql, values)]


def _columns(database: Database) -> list[str]:
    return [name for _, name, *_ in database.all("PRAGMA table_info(place)")]


def _remove(database: Database, rows: list[dict[str, Any]]) -> None:
    database.execute_many("DELETE FROM place WHERE path = ?", [(row["path"],) for row in rows])


def _keep_songs(database: Database, step: int, rows: list[dict[str, Any]]) -> None:
    songs = {row["song_id"] for row in rows} - {None}
    database.execute_many("INSERT INTO kept_song (step_id, song_id) VALUES (?, ?)",
                          [(step, song) for song in sorted(songs)])


def _bring_back(database: Database, rows: list[dict[str, Any]]) -> None:
    """Under their old numbers, for them to stand where they stood, unless another has that now."""
    if not rows:
        return
    taken = {number for number, in database.all(
        "SELECT id FROM place WHERE id IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode([row["id"] for row in rows]).decode(),))}
    # A file that was forgotten by an older version lacks columns that came since.
    names = [name for name in _columns(database) if name in rows[0]]
    marks = ", ".join("?" * len(names))
    database.execute_many(
        f"INSERT INTO place ({', '.join(names)}) VALUES ({marks}) ON CONFLICT (path) DO NOTHING",
        [[None if name == "id" and row["id"] in taken else row[name] for name in names]
         for row in rows])
