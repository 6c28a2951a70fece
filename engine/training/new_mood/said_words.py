"""The person's words on a mood of their own, taken out of the library with it and put back with it.

Kept in the mood's folder by the songs' hashes, so that they find the songs again.
"""

from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.library.database import Database

SAID_FILE = "said.json"


class Said(msgspec.Struct, frozen=True):
    """Rows of labels (song's hash, verdict, when), and of stretches of lines (hash, first line,
    last line, verdict, when)."""

    labels: tuple[tuple[str, str, str], ...] = ()
    spans: tuple[tuple[str, int, int, str, str], ...] = ()


def said_of(database: Database, mood: str) -> Said:
    """All that was said of a mood."""
    return Said(
        tuple(database.all("SELECT lyric_hash, verdict, at FROM label"
                           " JOIN song ON song.id = song_id WHERE mood = ?", (mood,))),
        tuple(database.all("SELECT lyric_hash, first_line, last_line, verdict, at FROM mood_span"
                           " JOIN song ON song.id = song_id WHERE mood = ?", (mood,))))


def unsay(database: Database, mood: str) -> None:
    """Takes all of it out of the library."""
    with database.transaction(durable=True):
        database.execute("DELETE FROM label WHERE mood = ?", (mood,))
        database.execute("DELETE FROM mood_span WHERE mood = ?", (mood,))


def say_again(database: Database, mood: str, said: Said) -> None:
    """Puts it back, but for songs that are gone; what was said since stays."""
    with database.transaction(durable=True):
        for song, *rest in said.labels:
            database.execute(
                "INSERT OR IGNORE INTO label (song_id, mood, verdict, at)"
                " SELECT id, ?, ?, ? FROM song WHERE lyric_hash = ?", (mood, *rest, song))
        for song, *rest in said.spans:
            database.execute(
                "INSERT OR IGNORE INTO mood_span (song_id, mood, first_line, last_line, verdict,"
                " at) SELECT id, ?, ?, ?, ?, ? FROM song WHERE lyric_hash = ?",
                (mood, *rest, song))


def write_said(folder: Path, said: Said) -> None:
    """Keeps it in a mood's folder."""
    try:
        (folder / SAID_FILE).write_bytes(msgspec.json.encode(said))
    except OSError as held:
        raise EngineError(f"What you said of this mood could not be kept: {held.strerror}.",
                          "Make room on the disk, then try again.") from held


def read_said(folder: Path) -> Said:
    """What was kept there, nothing where there is none."""
    try:
        return msgspec.json.decode((folder / SAID_FILE).read_bytes(), type=Said)
    except (OSError, msgspec.DecodeError):
        return Said()
