"""How much a person has corrected, for saying so while they do it."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from engine.library.database import Database


def corrected_since(database: Database, when: datetime) -> int:
    """How many songs have a word of the person, on the whole or on lines, from a moment on."""
    at = when.astimezone(UTC).isoformat("T", "seconds")
    found = database.first(
        "SELECT count(*) FROM (SELECT song_id FROM label WHERE at >= ?1"
        " UNION SELECT song_id FROM mood_span WHERE at >= ?1)", (at,))
    return found[0] if found else 0


def judged_of(database: Database, songs: Iterable[int]) -> int:
    """How many of these songs have a word of the person now."""
    wanted = msgspec.json.encode(list(songs)).decode()
    found = database.first(
        "SELECT count(*) FROM json_each(?) WHERE EXISTS (SELECT 1 FROM label WHERE song_id = value)"
        " OR EXISTS (SELECT 1 FROM mood_span WHERE song_id = value)", (wanted,))
    return found[0] if found else 0


def today() -> datetime:
    """The moment this day began, where the person is."""
    return datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
