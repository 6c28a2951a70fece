"""The person's words on moods as rows: one for every song they spoke of, one for every stretch of
lines they marked.

What they accepted or added holds, what they rejected does not, and nothing else was asked. Reads
the library, changes nothing.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from engine.library.database import Database
from engine.tagging.corrections.line_words import LineWord
from engine.tagging.labels import Verdict
from engine.tagging.lyric import LineKind, Lyric
from engine.tagging.lyric_store import LyricStore
from engine.training.rows.row import BadRow, RowPlace, TextRow

SOURCE = "your corrections"
SONG = "song "
"""Before the number of a song of the library in a row's group."""


def read_own_moods(database: Database) -> Iterator[TextRow | BadRow]:
    """The rows, song after song; `place.line` is the first line of a stretch, 0 for a song."""
    store = LyricStore(database)
    labels = store.all_labels()
    marked = {song for song, in database.all("SELECT DISTINCT song_id FROM mood_span")}
    for song_id in sorted(labels.keys() | marked):
        lyric = store.lyric(song_id)
        if lyric is None or not lyric.words.strip():
            yield BadRow(RowPlace(SOURCE), "You spoke of the moods of a song whose words are no"
                         " longer there.", lyric.title if lyric else "")
            continue
        if song_id in labels:
            yield _whole(song_id, lyric, labels[song_id])
        yield from _stretches(song_id, lyric, store.line_words(song_id))


def _whole(song_id: int, lyric: Lyric, said: dict[str, Verdict]) -> TextRow:
    held = tuple(mood for mood, verdict in said.items() if verdict is not Verdict.REJECTED)
    return TextRow(lyric.words, held, RowPlace(f"{SOURCE}: {_called(lyric)}"), tuple(said),
                   f"{SONG}{song_id}", lyric.artist, lyric.title)


def _stretches(song_id: int, lyric: Lyric, words: Sequence[LineWord]) -> Iterator[TextRow]:
    """Lines in a row of which the same was said are one excerpt."""
    sung = [at for at, line in enumerate(lyric.lines) if line.kind is LineKind.WORDS]
    said = {at: tuple((word.mood, word.holds) for word in words if word.covers(at)) for at in sung}
    for about, run in groupby(sung, lambda at: said[at]):
        lines = list(run)
        if about:
            yield TextRow("\n".join(lyric.lines[at].words for at in lines),
                          tuple(mood for mood, holds in about if holds),
                          RowPlace(f"{SOURCE}: {_called(lyric)}", lines[0] + 1),
                          tuple(mood for mood, _ in about), f"{SONG}{song_id}", lyric.artist,
                          lyric.title)


def _called(lyric: Lyric) -> str:
    return lyric.title or "a song without a title"
