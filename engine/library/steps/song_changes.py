"""The step that notes which songs changed and when, so that an index of all is kept up cheaply."""

# One row a song that ever changed, also of one that is gone, and of a file that holds none under
# minus the id of its place; 0 stands for the taggers. A change takes the old row away and gives
# the next number, so whoever has seen number n asks for what is above it. Written as two
# statements: a trigger's OR REPLACE would give way to the OR IGNORE of what set it off.
# A copy of an index kept outside the library is named here by a token of its own: a library that
# does not know it was put back from a backup, and the copy is of no use. Whoever puts another
# library in the place of this one gives it a new era, so that what is held in memory is read anew.
_TABLES = """
CREATE TABLE song_change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key INTEGER NOT NULL UNIQUE
);
CREATE TABLE index_copy (
    token TEXT PRIMARY KEY,
    kept_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE library_era (
    mark BLOB NOT NULL
);
INSERT INTO library_era (mark) VALUES (randomblob(12));
"""
NEW_ERA = "UPDATE library_era SET mark = randomblob(12)"


def noting(name: str, event: str, *keys: str) -> str:
    """A trigger, as SQL, that notes songs as changed whenever `event` happens.

    `event` is "INSERT ON label", "UPDATE OF missing ON place"...; `keys` are expressions over
    new and old that give a song's id, or minus the id of a place without one.
    """
    notes = "".join(
        f"    DELETE FROM song_change WHERE key = {key};\n"
        f"    INSERT INTO song_change (key) VALUES ({key});\n" for key in keys)
    return f"CREATE TRIGGER {name} AFTER {event} BEGIN\n{notes}END;\n"


def noting_all(table: str) -> str:
    """The three triggers of a table with a song_id whose rows change what its song shows."""
    return (noting(f"{table}_added_noted", f"INSERT ON {table}", "new.song_id")
            + noting(f"{table}_changed_noted", f"UPDATE ON {table}", "old.song_id", "new.song_id")
            + noting(f"{table}_removed_noted", f"DELETE ON {table}", "old.song_id"))


_NEW, _OLD = "coalesce(new.song_id, -new.id)", "coalesce(old.song_id, -old.id)"
SONG_CHANGES = "".join((
    _TABLES,
    noting("song_added_noted", "INSERT ON song", "new.id"),
    noting("song_changed_noted", "UPDATE ON song", "new.id"),
    noting("song_removed_noted", "DELETE ON song", "old.id"),
    noting("place_added_noted", "INSERT ON place", _NEW),
    noting("place_changed_noted", "UPDATE OF path, song_id, title, artist, refusal, message, hint,"
           " missing ON place", _OLD, _NEW),
    noting("place_removed_noted", "DELETE ON place", _OLD),
    noting("tagger_added_noted", "INSERT ON tagger", "0"),
    noting("tagger_changed_noted", "UPDATE ON tagger", "0"),
    noting_all("tagging"),
    noting_all("label"),
))
