"""Words about moods of whole songs as steps that can be taken back, each song's in one step.

Knows the label table's rows as documents; the labels themselves are SongLabels' business.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.library.database import Database
from engine.library.journal import Journal
from engine.tagging.corrections.song_mark import mark_of, marked_song
from engine.tagging.labels import Verdict

LABELS = "labels"


def set_labels(database: Database, journal: Journal, song_id: int,
               said: Mapping[str, Verdict | None]) -> int | None:
    """Stores the person's word on moods of one song and notes the step; None takes a word back.

    Survives a power cut once it returns. The step's number, None where nothing changed.
    EngineError where the song is gone.
    """
    with database.transaction(durable=True):
        mark = mark_of(database, song_id)
        before = _said_of(database, song_id, said)
        at = datetime.now(UTC).isoformat("T", "seconds")
        after = {mood: [verdict.value, at] if verdict else None for mood, verdict in said.items()}
        fresh = {mood for mood, word in after.items() if _verdict(word) != _verdict(before[mood])}
        if not fresh:
            return None
        _write(database, song_id, {mood: after[mood] for mood in fresh})
        return journal.record(LABELS, _document(mark, before, fresh),
                              _document(mark, after, fresh))


def put_labels(database: Database, wanted: Any, _present: Any) -> None:
    """Makes a song's labels what a step's document says."""
    _write(database, marked_song(database, wanted["song"]), wanted["labels"])


def _said_of(database: Database, song_id: int, moods: Mapping[str, object]) -> dict[str, Any]:
    stored = {mood: [verdict, at] for mood, verdict, at in database.all(
        "SELECT mood, verdict, at FROM label WHERE song_id = ?", (song_id,))}
    return {mood: stored.get(mood) for mood in moods}


def _write(database: Database, song_id: int, labels: Mapping[str, Any]) -> None:
    for mood, word in labels.items():
        if word is None:
            database.execute("DELETE FROM label WHERE song_id = ? AND mood = ?", (song_id, mood))
        else:
            database.execute(
                "INSERT INTO label (song_id, mood, verdict, at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (song_id, mood) DO UPDATE SET verdict = excluded.verdict, "
                "at = excluded.at", (song_id, mood, *word))


def _document(mark: list[Any], labels: Mapping[str, Any], moods: set[str]) -> dict[str, Any]:
    return {"song": mark, "labels": {mood: labels[mood] for mood in labels if mood in moods}}


def _verdict(word: Any) -> str | None:
    return word[0] if word else None
