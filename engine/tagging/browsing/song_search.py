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

Mask = npt.NDArray[np.bool_]
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
    asked for: BM25 (Robertson and Zaragoza 2009), a title counting most."""

    songs: Keys
    weights: Weights | None = None


def search(database: Database, terms: tuple[Term, ...], weighed: bool, unspaced: Keys) -> Hits:
    """The songs that hold all of these terms; what only signs in a row can be found by weighs 0.

    `unspaced` are the songs in which such signs can be, for each must be looked at.
    """
    spaced = [term for term in terms if not term.unspaced]
    wanted, unwanted = _match(spaced, False), _match(spaced, True)
    hits = _indexed(database, wanted, weighed) if wanted else Hits(_all(database))
    for term in (term for term in terms if term.unspaced):
        looked = np.intersect1d(unspaced, hits.songs)
        held = np.isin(hits.songs, _holding(database, term, looked))
        hits = _kept(hits, ~held if term.without else held)
    if unwanted:
        hits = _kept(hits, ~np.isin(hits.songs, _indexed(database, unwanted, False).songs))
    return hits


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


def _indexed(database: Database, match: str, weighed: bool) -> Hits:
    weight = f"bm25(song_text, {_TITLE}, {_ARTIST}, {_LYRIC})" if weighed else "0"
    rows = database.all(
        f"SELECT rowid, {weight} FROM song_text WHERE song_text MATCH ?", (match,))
    songs = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    if not weighed:
        return Hits(songs)
    return Hits(songs, np.fromiter((row[1] for row in rows), np.float64, len(rows)))


def _all(database: Database) -> Keys:
    return np.array([song for song, in database.all("SELECT id FROM song")], np.int64)


def _kept(hits: Hits, mask: Mask) -> Hits:
    return Hits(hits.songs[mask], None if hits.weights is None else hits.weights[mask])


def _holding(database: Database, term: Term, among: Keys) -> Keys:
    """The songs that hold these signs anywhere, each looked at: all there is for such scripts."""
    fields = (term.field,) if term.field else ("title", "artist", "words")
    held = " OR ".join(f"{field} LIKE ?1 ESCAPE '\\'" for field in fields)
    pattern = re.sub(r"([%_\\])", r"\\\1", term.text.strip())
    return np.array([song for song, in database.all(
        f"SELECT id FROM song WHERE ({held}) AND id IN (SELECT value FROM json_each(?2))",
        (f"%{pattern}%", json.dumps(among.tolist())))], np.int64)
