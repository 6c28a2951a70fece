"""Makes a library of another computer at home here: it says which files are not here, and nothing
it remembers of files there can be acted upon where it must not.
"""

from contextlib import closing
from pathlib import Path

from engine.library.database import Database
from engine.library.merging.songs import mark_missing

_BESIDE_SONGS = ".moods.json"


def make_at_home(library: Path) -> None:
    """Writes that were cut short there are not gone on with, and none can be made again that
    would put a file anywhere but beside a song. The library must be of the present version."""
    with closing(Database.open(library, library.parent)) as database, database.transaction():
        database.execute(
            "DELETE FROM tag_write WHERE goal <> '' OR (path NOT LIKE ? AND (kind = 'sidecar'"
            " OR length(coalesce(hash_before, '')) = 0 OR length(coalesce(hash_after, '')) = 0))",
            (f"%{_BESIDE_SONGS}",))
        mark_missing(database)
