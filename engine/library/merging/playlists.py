"""Playlists of another library: a known one gets the songs it lacks, another one comes whole.

One is known by its name and the moment it was made.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from engine.library.database import Database
from engine.library.merging.numbers import numbers_of

# What in a rule are songs: one number, or a list of them.
_SONGS_IN_RULES = ("like", "playlist", "within")


def add_playlists(database: Database) -> int:
    """How many playlists were not here before."""
    songs = numbers_of(database, "song")
    known = {(name, made_at): number for number, name, made_at in database.all(
        "SELECT id, name, made_at FROM main.playlist")}
    fresh = 0
    for number, name, rule, made_at in database.all(
            "SELECT id, name, rule, made_at FROM other.playlist ORDER BY place, id"):
        own = known.get((name, made_at))
        if own is None:
            own = database.execute(
                "INSERT INTO main.playlist (name, rule, place, made_at) VALUES (?, ?,"
                " (SELECT coalesce(max(place), -1) + 1 FROM main.playlist), ?)",
                (_free_name(database, name), _with_own_songs(rule, songs), made_at))
            fresh += 1
        database.execute(
            "INSERT OR IGNORE INTO main.playlist_song (playlist_id, song_id, place)"
            " SELECT ?1, n.own, (SELECT coalesce(max(place), -1) FROM main.playlist_song"
            " WHERE playlist_id = ?1) + row_number() OVER (ORDER BY o.place)"
            " FROM other.playlist_song o JOIN temp.song_number n ON n.other = o.song_id"
            " WHERE o.playlist_id = ?2", (own, number))
    return fresh


def _free_name(database: Database, name: str) -> str:
    taken = {each.casefold() for each, in database.all("SELECT name FROM main.playlist")}
    free, count = name, 1
    while free.casefold() in taken:
        count += 1
        free = f"{name} {count}"
    return free


def _with_own_songs(rule: str, songs: Mapping[int, int]) -> str:
    """A rule with the numbers its songs have here; one that cannot be read stays as it is."""
    try:
        told = json.loads(rule) if rule else None
    except (ValueError, RecursionError):
        return rule
    if not isinstance(told, dict):
        return rule
    query = cast("dict[str, Any]", told)
    for key in _SONGS_IN_RULES:
        value = query.get(key)
        if isinstance(value, list):
            many = cast("list[Any]", value)
            query[key] = [songs[each] for each in many if each in songs]
        elif isinstance(value, int):
            query[key] = songs.get(value)
    return json.dumps(query)
