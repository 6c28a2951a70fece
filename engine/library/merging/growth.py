"""The rows grown in another library, added to this one."""

from engine.library.database import Database


def add_growth(database: Database) -> None:
    """Sets that are not here, whole. A set has the same id wherever it is."""
    for row in database.all("SELECT id, name, kind, seeds, made_at FROM other.growth"
                            " WHERE id NOT IN (SELECT id FROM main.growth)"):
        database.execute("INSERT INTO main.growth (id, name, kind, seeds, made_at)"
                         " VALUES (?, ?, ?, ?, ?)", row)
        database.execute(
            "INSERT INTO main.grown_row (growth_id, document, state, model, alike, nearest, at)"
            " SELECT growth_id, document, state, model, alike, nearest, at FROM other.grown_row"
            " WHERE growth_id = ? ORDER BY id", (row[0],))
