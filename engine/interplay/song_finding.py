"""Finds songs of the library by words of their titles, artists and lyrics, the best first.

Reads only, and shows nothing of a lyric. Words match as beginnings, in any case and without their
accents.
"""

from dataclasses import dataclass

from engine.interplay.themes import is_idle
from engine.library.database import Database

_TITLE, _ARTIST, _LYRIC = 10.0, 5.0, 1.0
"""What a word counts for where it stands there."""
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class FoundSong:
    """A song that holds the words searched for."""

    id: int
    title: str
    artist: str


def find_songs(database: Database, words: str, most: int = 5) -> tuple[FoundSong, ...]:
    """The `most` songs that hold all the words, else those that hold any; none for no words.

    One that is titled just so comes first; “the” and its like count only where there is nothing
    else. Songs that were taken off the list are not found.
    """
    wanted = "".join(c if c.isalnum() else " " for c in words).split()[:_MOST_WORDS]
    wanted = [word for word in wanted if not is_idle(word)] or wanted
    if not wanted:
        return ()
    terms = [f'"{word}"*' for word in wanted]
    title = words.strip().lower()
    return (_matching(database, " ".join(terms), title, most)
            or _matching(database, " OR ".join(terms), title, most))


def _matching(database: Database, query: str, title: str, most: int) -> tuple[FoundSong, ...]:
    return tuple(FoundSong(*row) for row in database.all(
        "SELECT s.id, s.title, s.artist FROM song_text JOIN song s ON s.id = song_text.rowid"
        " WHERE song_text MATCH ? AND EXISTS (SELECT 1 FROM place p WHERE p.song_id = s.id)"
        " ORDER BY lower(s.title) <> ?,"
        f" bm25(song_text, {_TITLE}, {_ARTIST}, {_LYRIC}), s.id LIMIT ?", (query, title, most)))
