"""The line of a lyric in which a search was found, with the hits marked.

Reads the words of a few songs and looks through them itself: the index would look through all songs
again for each of them. Folds words as the index does.
"""

import json
import re
import unicodedata
from collections.abc import Iterator

from engine.library.database import Database
from engine.tagging.browsing.song_query import Keys
from engine.tagging.browsing.song_search import HIT_CLOSE, HIT_OPEN, Term

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 90
_BEFORE = 30
_Span = tuple[int, int]


def snippets(database: Database, songs: Keys, terms: tuple[Term, ...]) -> dict[int, str]:
    """Song -> the line of its lyric that holds most of the terms, the hits between HIT_OPEN and
    HIT_CLOSE. Songs whose lyric holds none are left out."""
    wanted = [term for term in terms if not term.without and term.field in ("", "words")]
    if not wanted:
        return {}
    rows = database.all("SELECT id, words FROM song WHERE id IN (SELECT value FROM json_each(?))",
                        (json.dumps(songs.tolist()),))
    found = ((song, snippet(words, wanted)) for song, words in rows)
    return {song: text for song, text in found if text}


def snippet(words: str, terms: list[Term]) -> str:
    """The first of the lines that hold most of the terms, marked; "" where none does."""
    looks = [(term.unspaced, folded(term.text), [fold for _, fold in _tokens(term.text)],
              term.start) for term in terms]
    best, most = "", 0
    whole = folded(words)
    if not any(look[1] in whole or (look[2] and look[2][0] in whole) for look in looks):
        return ""
    for line in words.splitlines():
        spans = [_run_of_signs(line, sign) if unspaced else _run_of_words(line, run, start)
                 for unspaced, sign, run, start in looks]
        held = sum(1 for span in spans if span)
        if held > most:
            best, most = _marked(line, sorted(span for each in spans for span in each)), held
            if held == len(terms):
                break
    return best


def folded(text: str) -> str:
    """Text in one case and without accents."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parted if not unicodedata.combining(sign)).lower()


def _tokens(text: str) -> Iterator[tuple[_Span, str]]:
    for found in _WORD.finditer(text):
        yield found.span(), folded(found[0])


def _run_of_words(line: str, run: list[str], start: bool) -> list[_Span]:
    """Where these words stand one after the other; with `start` the last may go on."""
    tokens = list(_tokens(line))
    spans: list[_Span] = []
    for at in range(len(tokens) - len(run) + 1):
        here = [fold for _, fold in tokens[at:at + len(run)]]
        ends = here[-1].startswith(run[-1]) if start else here[-1] == run[-1]
        if ends and here[:-1] == run[:-1]:
            spans.append((tokens[at][0][0], tokens[at + len(run) - 1][0][1]))
    return spans


def _run_of_signs(line: str, sign: str) -> list[_Span]:
    at = line.find(sign)
    return [(at, at + len(sign))] if at >= 0 else []


def _marked(line: str, spans: list[_Span]) -> str:
    """The line with its hits marked; of a very long one the part around the first."""
    first = max(0, spans[0][0] - _BEFORE) if len(line) > _LONGEST else 0
    last = min(len(line), first + max(_LONGEST, spans[0][1] - first))
    parts, at = ["…" if first else ""], first
    for start, end in spans:
        if start >= at and end <= last:
            parts += [line[at:start], HIT_OPEN, line[start:end], HIT_CLOSE]
            at = end
    return "".join([*parts, line[at:last], "…" if last < len(line) else ""])
