"""Which number a thing of the other library has in this one. The other is attached as "other".

Kept in tables of this connection only, so that whole tables can be copied by one statement.
"""

from engine.library.database import Database

THINGS = ("song", "tagger", "persona", "conversation", "message", "fact")
_ATTACHED = "other"


def attach(database: Database, file: str) -> None:
    """Opens the other library beside this one, with an empty list of numbers for each thing."""
    database.execute(f"ATTACH DATABASE ? AS {_ATTACHED}", (file,))
    for thing in THINGS:
        database.execute(f"CREATE TEMP TABLE {thing}_number"
                         " (other INTEGER PRIMARY KEY, own INTEGER NOT NULL, fresh INTEGER)")


def detach(database: Database) -> None:
    """Closes it again."""
    for thing in THINGS:
        database.execute(f"DROP TABLE IF EXISTS temp.{thing}_number")
    database.execute(f"DETACH DATABASE {_ATTACHED}")


def changed(database: Database, sql: str) -> int:
    """Runs one statement; how many rows it touched."""
    database.execute(sql)
    found = database.first("SELECT changes()")
    return found[0] if found else 0


def numbers_of(database: Database, thing: str, fresh: bool = False) -> dict[int, int]:
    """Other number -> own number, of all or of those that were not here before."""
    return dict(database.all(f"SELECT other, own FROM temp.{thing}_number"
                             f"{' WHERE fresh' if fresh else ''}"))


def note(database: Database, thing: str, other: int, own: int, fresh: bool) -> None:
    """One thing found or made here."""
    database.execute(f"INSERT INTO temp.{thing}_number VALUES (?, ?, ?)", (other, own, fresh))
