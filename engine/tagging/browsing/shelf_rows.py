"""What a list shows of a few songs: their names, places and sentences, read when they are shown.

Joins the tables with what an index already holds. Writes nothing.
"""

import json
from typing import Any

import numpy as np

from engine.library.database import Database
from engine.tagging.browsing.mood_bars import TAGGED, MoodBars
from engine.tagging.browsing.shelf_reading import PLACES
from engine.tagging.browsing.song_columns import STATES, SongColumns
from engine.tagging.browsing.song_query import Keys, ShelfSong, ShelfState
from engine.tagging.results import Tag
from engine.tagging.song_rows import NO_WORDS, unknown_language

_ROWS = f"""
SELECT key, song.id, coalesce(nullif(held.title, ''), song.title, ''),
    coalesce(nullif(held.artist, ''), song.artist, ''), coalesce(language, ''), path, places,
    coalesce(added_at, found_at), message, hint
FROM ({PLACES}) AS held LEFT JOIN song ON song.id = key
"""
_FAILED = ("This file could not be read.", "Open it to see whether it is whole, then tag it again.")


class ShelfRows:
    """Rows for songs of one index."""

    def __init__(self, database: Database, columns: SongColumns, bars: MoodBars) -> None:
        self._database = database
        self._columns = columns
        self._bars = bars

    def rows(self, keys: Keys) -> tuple[ShelfSong, ...]:
        """In the order of the keys; those not known (any more) are left out."""
        read = {columns[0]: columns for columns in self._database.all(
            _ROWS, (json.dumps(keys.tolist()),))}
        slots = self._columns.slots_of(keys).tolist()
        return tuple(self._row(read[key], slot)
                     for key, slot in zip(keys.tolist(), slots, strict=True)
                     if slot >= 0 and key in read)

    def _row(self, read: tuple[Any, ...], slot: int) -> ShelfSong:
        key, song, title, artist, language, path, places, added, message, hint = read
        columns = self._columns
        state = STATES[int(columns.state[slot])]
        message, hint = _sentence(state, language, message, hint)
        valence, arousal = columns.affect[:, slot].tolist() if columns.state[slot] == TAGGED else (
            0.0, 0.0)
        return ShelfSong(key, song, title, artist, language, state, path, places, self._tags(slot),
                         valence, arousal, added, bool(columns.corrected[slot]),
                         bool(columns.missing[slot]), bool(columns.changed[slot]), message, hint)

    def _tags(self, slot: int) -> tuple[Tag, ...]:
        columns, trials = self._columns, self._bars.on_trial(slot)
        shown = np.flatnonzero(columns.tags[:, slot]).tolist()
        # What the person accepted all counts fully: it stays in the order the tagger had it in.
        shown.sort(key=lambda mood: (-_score(columns, mood, slot), -columns.scores[mood, slot]))
        return tuple(Tag(columns.moods[mood], _score(columns, mood, slot),
                         columns.moods[mood] in trials) for mood in shown)


def _score(columns: SongColumns, mood: int, slot: int) -> float:
    return 1.0 if columns.verdicts[mood, slot] > 0 else float(columns.scores[mood, slot])


def _sentence(state: ShelfState, language: str, message: str, hint: str) -> tuple[str, str]:
    """What there is to say of a song that has no tags."""
    match state:
        case ShelfState.TAGGED | ShelfState.WAITING:
            return "", ""
        case ShelfState.UNKNOWN_LANGUAGE:
            return unknown_language(language)
        case ShelfState.NO_WORDS:
            return (message, hint) if message else NO_WORDS
        case ShelfState.FAILED:
            return (message, hint) if message else _FAILED
