"""The person's words on stretches of lines: stored, and taken back as steps.

Knows the mood_span table. Words belong to the song and outlive every tagger; where its lyric is
edited they follow their lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from engine.library.database import Database
from engine.library.journal import Journal, OutOfReachError
from engine.tagging.corrections.line_moves import folded_lines, moved_words
from engine.tagging.corrections.line_words import LineWord, Saying, after_saying, tidied
from engine.tagging.corrections.song_mark import mark_of, marked_song
from engine.tagging.labels import Verdict
from engine.tagging.lyric import Lyric

SPANS = "spans"
_Said = Mapping[str, Sequence[LineWord]]


def words_of(database: Database, song_id: int) -> tuple[LineWord, ...]:
    """What the person said of stretches of a song, by mood and line."""
    return tuple(LineWord(mood, first, last, Verdict(verdict), at)
                 for mood, first, last, verdict, at in database.all(
                     "SELECT mood, first_line, last_line, verdict, at FROM mood_span"
                     " WHERE song_id = ? ORDER BY mood, first_line", (song_id,)))


def say_of_lines(database: Database, journal: Journal, song_id: int,
                 sayings: Sequence[Saying]) -> int | None:
    """Stores these words in their order as one step; its number, None where nothing changed.

    Lines beyond the lyric are left out. Survives a power cut once it returns. EngineError where
    the song is gone.
    """
    with database.transaction(durable=True):
        mark = mark_of(database, song_id)
        lines = _lines(database, song_id)
        before = words_of(database, song_id)
        after = before
        at = datetime.now(UTC).isoformat("T", "milliseconds")
        for saying in sayings:
            if 0 <= saying.first <= saying.last < len(lines):
                after = after_saying(after, saying, at)
        moods = {mood for mood in {saying.mood for saying in sayings}
                 if _plain(before, mood) != _plain(after, mood)}
        if not moods:
            return None
        _write(database, song_id, _by_mood(after, moods))
        return journal.record(SPANS, _document(mark, lines, _by_mood(before, moods)),
                              _document(mark, lines, _by_mood(after, moods)))


def put_spans(database: Database, wanted: Any, _present: Any) -> None:
    """Makes the words on some moods what a step's document says, on the lines as they are now."""
    song_id = marked_song(database, wanted["song"])
    lines = _lines(database, song_id)
    said = {mood: moved_words([LineWord(mood, first, last, Verdict(verdict), at)
                               for first, last, verdict, at in words], wanted["lines"], lines)
            for mood, words in wanted["moods"].items()}
    if any(wanted["moods"][mood] and not words for mood, words in said.items()):
        raise OutOfReachError("The lines of that step are no longer in the lyric.",
                              "What you did before it can still be taken back.")
    _write(database, song_id, said)


def follow_edit(database: Database, song_id: int, before: Lyric, after: Lyric) -> None:
    """After a song's lyric was edited: its words move with their lines. Within the transaction."""
    words = words_of(database, song_id)
    if words:
        moved = moved_words(words, folded_lines(before), folded_lines(after))
        _write(database, song_id, _by_mood(moved, {word.mood for word in words}))


def hand_on(database: Database, held: int, song_id: int, before: Lyric, after: Lyric) -> None:
    """What was said of `held` is said of a version of it, in moods of which nothing was said
    there. Within the transaction that lets `held` go."""
    known = {word.mood for word in words_of(database, song_id)}
    words = [word for word in words_of(database, held) if word.mood not in known]
    moved = moved_words(words, folded_lines(before), folded_lines(after))
    _write(database, song_id, _by_mood(moved, {word.mood for word in moved}))


def _write(database: Database, song_id: int, said: _Said) -> None:
    database.execute_many("DELETE FROM mood_span WHERE song_id = ? AND mood = ?",
                          [(song_id, mood) for mood in said])
    database.execute_many(
        "INSERT INTO mood_span (song_id, mood, first_line, last_line, verdict, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(song_id, word.mood, word.first, word.last, word.verdict.value, word.at)
         for words in said.values() for word in tidied(words)])


def _lines(database: Database, song_id: int) -> list[str]:
    row = database.first("SELECT lyric FROM song WHERE id = ?", (song_id,))
    return folded_lines(msgspec.json.decode(row[0], type=Lyric)) if row else []


def _by_mood(words: Iterable[LineWord], moods: Iterable[str]) -> dict[str, list[LineWord]]:
    said: dict[str, list[LineWord]] = {mood: [] for mood in moods}
    for word in words:
        if word.mood in said:
            said[word.mood].append(word)
    return said


def _plain(words: Iterable[LineWord], mood: str) -> list[tuple[int, int, Verdict]]:
    """Without the moments: to say the same again changes nothing."""
    return [(word.first, word.last, word.verdict) for word in words if word.mood == mood]


def _document(mark: list[Any], lines: list[str], said: _Said) -> dict[str, Any]:
    return {"song": mark, "lines": lines, "moods": {
        mood: [[word.first, word.last, word.verdict.value, word.at] for word in words]
        for mood, words in said.items()}}
