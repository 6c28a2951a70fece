"""Reads from the tables what an index keeps of songs, some thousand songs at a time.

Only reads; which tagger speaks for a song and what is made of its scores is decided elsewhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

import numpy as np

from engine.library.database import Database
from engine.tagging.browsing.song_names import sort_name
from engine.tagging.browsing.song_query import Keys
from engine.tagging.browsing.song_search import is_unspaced
from engine.tagging.results import Scores

# The place a song is shown at is the first one that is there and was not refused: SQLite takes the
# bare columns from the row that has the least.
PLACES = """
SELECT coalesce(song_id, -id) AS key,
    min(((missing * 2 + (refusal <> '')) << 48) | id) AS best, count(*) AS places,
    sum(changed AND NOT missing) AS changed, missing, refusal, message, hint, path, title, artist,
    found_at
FROM place WHERE song_id IN (SELECT value FROM json_each(?1))
    OR (song_id IS NULL AND id IN (SELECT -value FROM json_each(?1)))
GROUP BY key
"""
_SONGS = f"""
SELECT key, coalesce(nullif(held.title, ''), song.title, ''),
    coalesce(nullif(held.artist, ''), song.artist, ''), coalesce(language, ''),
    coalesce(has_words, 1), coalesce(added_at, found_at), refusal, missing, changed, path,
    CASE WHEN length(words) < length(CAST(words AS BLOB)) THEN words ELSE '' END
FROM ({PLACES}) AS held LEFT JOIN song ON song.id = key
"""


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """What the tables of songs and places say of one song, or of a file that holds none.

    `unspaced`: it holds signs of a script without spaces between words.
    """

    key: int
    title: str
    artist: str
    language: str
    has_words: bool
    added: int
    refusal: str
    missing: bool
    changed: bool
    unspaced: bool


def all_keys(database: Database) -> Keys:
    """The keys of everything the Library lists: songs that have a place, and refused files."""
    return _ints(database, "SELECT DISTINCT coalesce(song_id, -id) FROM place")


def changed_since(database: Database, number: int) -> Keys:
    """The keys noted as changed after a number; 0 stands for the taggers."""
    return _ints(database, "SELECT key FROM song_change WHERE number > ?", number)


def last_change(database: Database) -> int:
    """The number of the last change, 0 in a library that has not changed since it began to count.
    """
    found = database.first("SELECT seq FROM sqlite_sequence WHERE name = 'song_change'")
    return found[0] if found else 0


def library_era(database: Database) -> bytes:
    """What changes only when another library was put in this one's place."""
    found = database.first("SELECT mark FROM library_era")
    return bytes(found[0]) if found else b""


def labelled_moods(database: Database) -> tuple[str, ...]:
    """Every mood the person said anything of, by name."""
    return tuple(mood for mood, in database.all("SELECT DISTINCT mood FROM label ORDER BY mood"))


def read_songs(database: Database, keys: Keys) -> list[ShelfRow]:
    """What is known of those of these keys that are listed."""
    return [_row(columns) for columns in database.all(_SONGS, (_json(keys),))]


def read_verdicts(database: Database, keys: Keys) -> list[tuple[int, str, bool]]:
    """Song, mood and whether the person wants it there, of every label."""
    return [(song, mood, verdict != "rejected") for song, mood, verdict in database.all(
        "SELECT song_id, mood, verdict FROM label"
        " WHERE song_id IN (SELECT value FROM json_each(?))", (_json(keys),))]


def read_corrected(database: Database, keys: Keys) -> Keys:
    """The songs among these of which the person said anything, in whole or in part."""
    return _ints(
        database, "SELECT song_id FROM label WHERE song_id IN (SELECT value FROM json_each(?1))"
        " UNION SELECT song_id FROM mood_span"
        " WHERE song_id IN (SELECT value FROM json_each(?1))", _json(keys))


def read_taggings(database: Database, keys: Keys) -> dict[int, dict[int, int]]:
    """Song -> key of a tagger that has read it -> id of that tagging."""
    found: dict[int, dict[int, int]] = {}
    for song, tagger, tagging in database.all(
            "SELECT song_id, tagger_id, id FROM tagging"
            " WHERE song_id IN (SELECT value FROM json_each(?))", (_json(keys),)):
        found.setdefault(song, {})[tagger] = tagging
    return found


def read_accepted(database: Database, keys: Keys) -> dict[int, int]:
    """Song -> key of the tagger whose re-tagging was accepted for it."""
    return dict(database.all(
        "SELECT song_id, tagger_id FROM song_tagger"
        " WHERE song_id IN (SELECT value FROM json_each(?))", (_json(keys),)))


def read_excerpts(database: Database, taggings: Keys) -> list[tuple[Any, ...]]:
    """Tagging, weight, valence, arousal and scores of every excerpt, taggings together."""
    return database.all(
        "SELECT tagging_id, weight, valence, arousal, scores FROM excerpt"
        " WHERE tagging_id IN (SELECT value FROM json_each(?)) ORDER BY tagging_id, number",
        (_json(taggings),))


def read_vectors(database: Database, taggings: Keys) -> Mapping[int, Scores]:
    """Tagging -> its vector (D,); those without one are left out."""
    return {tagging: np.frombuffer(vector, np.float32) for tagging, vector in database.all(
        "SELECT id, vector FROM tagging WHERE vector IS NOT NULL"
        " AND id IN (SELECT value FROM json_each(?))", (_json(taggings),))}


def _row(columns: tuple[Any, ...]) -> ShelfRow:
    (key, title, artist, language, has_words, added, refusal, missing, changed, path,
     words) = columns
    unspaced = any(not text.isascii() and is_unspaced(text) for text in (title, artist, words))
    return ShelfRow(key, sort_name(title or PurePath(path).stem), sort_name(artist), language,
                    bool(has_words), _seconds(added), refusal, bool(missing), bool(changed),
                    unspaced)


def _seconds(time: str) -> int:
    try:
        return int(datetime.fromisoformat(time).timestamp())
    except ValueError:
        return 0


def _ints(database: Database, sql: str, *values: object) -> Keys:
    return np.array([key for key, in database.all(sql, values)], np.int64)


def _json(keys: Keys) -> str:
    return json.dumps(keys.tolist())
