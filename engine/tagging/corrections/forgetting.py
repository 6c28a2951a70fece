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
    for row in wanted["places"]:
        _bring_back(database, row)


def _rows(database: Database, sql: str, *values: object) -> list[dict[str, Any]]:
    names = [name for _, name, *_ in database.all("PRAGMA table_info(place)")]
    return [dict(zip(names, row, strict=True)) for row in database.all(sql, values)]


def _remove(database: Database, rows: list[dict[str, Any]]) -> None:
    database.execute_many("DELETE FROM place WHERE path = ?", [(row["path"],) for row in rows])


def _keep_songs(database: Database, step: int, rows: list[dict[str, Any]]) -> None:
    songs = {row["song_id"] for row in rows} - {None}
    database.execute_many("INSERT INTO kept_song (step_id, song_id) VALUES (?, ?)",
                          [(step, song) for song in sorted(songs)])


def _bring_back(database: Database, row: dict[str, Any]) -> None:
    """Under its old number, for it to stand where it stood, unless another has that now."""
    known = {name for _, name, *_ in database.all("PRAGMA table_info(place)")}
    values = {name: value for name, value in row.items() if name in known}
    if database.first("SELECT 1 FROM place WHERE id = ?", (row["id"],)):
        del values["id"]
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    database.execute(
        f"INSERT INTO place ({columns}) VALUES ({marks}) ON CONFLICT (path) DO NOTHING",
        list(values.values()))
