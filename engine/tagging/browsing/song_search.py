"""Full-text search over lyrics, titles and artists: what a person types, and where it is found.

Words in any order, "a phrase in quotes" as it stands, -word for none of it, artist: title: lyrics:
before a word for one field. The last word may be unfinished. Any text is safe; reads only.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.library.database import Database
from engine.tagging.browsing.song_query import Keys

Weights = npt.NDArray[np.float64]

HIT_OPEN, HIT_CLOSE = "\x02", "\x03"
"""What stands around a hit in a snippet: signs no lyric holds."""
_FIELDS = {"title": "title", "artist": "artist", "lyrics": "words", "lyric": "words",
           "words": "words"}
_TERM = re.compile(
    r'(?P<not>-)?(?:(?P<field>\w+):(?=\S))?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>\S+))')
# Scripts without spaces between words: the index knows only what stands between two signs there.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOST_CHARACTERS, _MOST_TERMS = 400, 24
_SHORTEST_START = 2
_MANY = 5000
_TITLE, _ARTIST, _LYRIC = 10.0, 5.0, 1.0
"""What a word counts for where it stands there."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase. `field` is a column of the index, "" for any."""

    text: str
    field: str = ""
    start: bool = False
    without: bool = False

    @property
    def unspaced(self) -> bool:
        """Whether it must be looked for within runs of signs."""
        return is_unspaced(self.text)


def is_unspaced(text: str) -> bool:
    """Whether a text holds signs of a script that is written without spaces between words."""
    return _UNSPACED.search(text) is not None


def read_terms(text: str) -> tuple[Term, ...]:
    """The terms of a search. Signs alone are none; never fails, whatever the text."""
    clean = _CONTROL.sub(" ", text)[:_MOST_CHARACTERS]
    return tuple(_terms(clean))[:_MOST_TERMS]


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """The songs a text was found in, in no order. `weights` (N,), less is better, where they were
    asked for: BM25 (Robertson and Zaragoza 2009), a title counting most. Where there are very many
    only those with a word in their names are weighed, the others are 0."""

    songs: Keys
    weights: Weights | None = None


def search(database: Database, terms: tuple[Term, ...], weighed: bool, unspaced: Keys) -> Hits:
    """The songs that hold all of these terms; what only signs in a row can be found by weighs 0.

    `unspaced` are the songs in which such signs can be, for each must be looked at.
    """
    spaced = [term for term in terms if not term.unspaced]
    wanted, unwanted = _match(spaced, False), _match(spaced, True)
    songs = _indexed(database, wanted) if wanted else _all(database)
    for term in (term for term in terms if term.unspaced):
        held = np.isin(songs, _holding(database, term, np.intersect1d(unspaced, songs)))
        songs = songs[~held if term.without else held]
    if unwanted:
        songs = np.setdiff1d(songs, _indexed(database, unwanted))
    return Hits(songs, _weights(database, spaced, songs) if weighed else None)


def _weights(database: Database, terms: list[Term], songs: Keys) -> Weights:
    wanted = _match(terms, False)
    if len(songs) > _MANY:
        named = " OR ".join(f"{{title artist}} : {_quoted(term)}" for term in terms
                            if not term.without and term.field != "words")
        wanted = f"({named}) AND ({wanted})" if named and wanted else ""
    found = np.zeros(len(songs))
    if wanted:
        rows = database.all(
            f"SELECT rowid, bm25(song_text, {_TITLE}, {_ARTIST}, {_LYRIC}) FROM song_text"
            " WHERE song_text MATCH ?", (wanted,))
        weights = dict(rows)
        found[:] = [weights.get(song, 0.0) for song in songs.tolist()]
    return found


def _terms(text: str) -> Iterator[Term]:
    for found in _TERM.finditer(text):
        field, word = (found["field"] or "").lower(), found["word"]
        if field and field not in _FIELDS:
            word, field = f"{field} {word or found['phrase']}", ""
        said = word if word is not None else found["phrase"]
        if any(map(str.isalnum, said)):
            last = word is not None and found.end() == len(text)
            start = last and not said[-1].isspace() and len(said) >= _SHORTEST_START
            yield Term(said.replace('"', " "), _FIELDS.get(field, ""), start, bool(found["not"]))


def _match(terms: list[Term], without: bool) -> str:
    """The terms as FTS5 asks for them: all that are wanted, or any that is not."""
    parts = [f"{{{term.field}}} : {_quoted(term)}" if term.field else _quoted(term)
             for term in terms if term.without == without]
    return (" OR " if without else " AND ").join(parts)


def _quoted(term: Term) -> str:
    return f'"{term.text}"' + ("*" if term.start else "")


def _indexed(database: Database, match: str) -> Keys:
    rows = database.all("SELECT rowid FROM song_text WHERE song_text MATCH ?", (match,))
    return np.fromiter((song for song, in rows), np.int64, len(rows))


def _all(database: Database) -> Keys:
    return np.array([song for song, in database.all("SELECT id FROM song")], np.int64)


def _holding(database: Database, term: Term, among: Keys) -> Keys:
    """The songs that hold these signs anywhere, each looked at: all there is for such scripts."""
    fields = (term.field,) if term.field else ("title", "artist", "words")
    held = " OR ".join(f"{field} LIKE ?1 ESCAPE '\\'" for field in fields)
    pattern = re.sub(r"([%_\\])", r"\\\1", term.text.strip())
    return np.array([song for song, in database.all(
        f"SELECT id FROM song WHERE ({held}) AND id IN (SELECT value FROM json_each(?2))",
        (f"%{pattern}%", json.dumps(among.tolist())))], np.int64)
