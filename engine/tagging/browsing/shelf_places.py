"""Where the songs that the Library lists lie: every place of each. Only reads."""

from collections.abc import Iterable

import msgspec

from engine.library.database import Database


def places_of(database: Database, keys: Iterable[int]) -> list[str]:
    """All places of these songs and refused files, in the order they were found.

    A key above 0 is the id of a song, below 0 minus the id of a place that holds none.
    """
    wanted = msgspec.json.encode(list(keys)).decode()
    return [path for path, in database.all(
        "SELECT path FROM place WHERE song_id IN (SELECT value FROM json_each(?1))"
        " OR (song_id IS NULL AND -id IN (SELECT value FROM json_each(?1))) ORDER BY id",
        (wanted,))]
