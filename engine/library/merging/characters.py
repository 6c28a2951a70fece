"""Personas and scenes of another library.

What came with the program is the same by its key; what the person made, by the moment it was made.
Of two versions the one that was edited later stays; one that nobody edited gives way.
"""

from engine.library.database import Database
from engine.library.merging.numbers import note

_TABLES = {"persona": "name, document, picture, shipped, created_at, changed_at",
           "scene": "name, document, shipped, created_at, changed_at"}


def add_characters(database: Database) -> int:
    """Personas, then scenes; how many personas were not here before. What lies in the trash of
    the other library does not come, but for who talks in a conversation."""
    _add(database, "scene")
    return _add(database, "persona")


def _add(database: Database, table: str) -> int:
    columns, fresh = _TABLES[table], 0
    for number, shipped, created, changed_at, trashed in database.all(
            f"SELECT id, shipped, created_at, changed_at, trashed_at FROM other.{table}"
            " ORDER BY id"):
        own = _known(database, table, shipped, created)
        if own is None and trashed and not _talks(database, table, number):
            continue
        if own is None:
            key = database.execute(
                f"INSERT INTO main.{table} ({columns}, trashed_at) SELECT {columns}, trashed_at"
                f" FROM other.{table} WHERE id = ?", (number,))
            fresh += 1
        else:
            key, own_created, own_changed = own
            if changed_at != created and (own_changed == own_created or changed_at > own_changed):
                _take_over(database, table, number, key)
        if table == "persona":
            note(database, table, number, key, own is None)
    return fresh


def _known(database: Database, table: str, shipped: str,
           created: str) -> tuple[int, str, str] | None:
    if shipped:
        return database.first(f"SELECT id, created_at, changed_at FROM main.{table}"
                              " WHERE shipped = ?", (shipped,))
    return database.first(f"SELECT id, created_at, changed_at FROM main.{table}"
                          " WHERE shipped = '' AND created_at = ?", (created,))


def _talks(database: Database, table: str, number: int) -> bool:
    return table == "persona" and database.first(
        "SELECT 1 FROM other.cast_member WHERE persona_id = ?", (number,)) is not None


def _take_over(database: Database, table: str, number: int, own: int) -> None:
    changing = [column for column in _TABLES[table].split(", ")
                if column not in ("shipped", "created_at")]
    database.execute(
        f"UPDATE main.{table} SET ({', '.join(changing)}) = (SELECT {', '.join(changing)}"
        f" FROM other.{table} WHERE id = ?) WHERE id = ?", (number, own))
