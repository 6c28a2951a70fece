"""Songs as they are shown: one row a place, or the whole of one song, collated from stored scores.

Reads every table of the library and writes none. Never runs a model.
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.collation import collate
from engine.tagging.labels import SongLabels, Verdict, tags_as_said
from engine.tagging.language import language_name
from engine.tagging.lyric import Lyric
from engine.tagging.results import SongMoods
from engine.tagging.song import Song, SongRow, SongState
from engine.tagging.song_scores import SongScores, TaggerNote
from engine.tagging.stacked_moods import Shown, collate_stacked

NO_WORDS = ("This song has no words to read.",
            "If it has a lyric, put it into the file or beside it as .lrc, or paste it.")


class RowOrder(enum.StrEnum):
    """How a list of rows is sorted; equal ones stay in the order they were found."""

    FOUND = "found"
    TITLE = "title"
    ARTIST = "artist"


_ORDERS = {
    RowOrder.FOUND: "place.id",
    RowOrder.TITLE: "lower(shown_title), place.id",
    RowOrder.ARTIST: "lower(shown_artist), lower(shown_title), place.id",
}
_SELECT = """
SELECT place.path, place.song_id, place.refusal, place.message, place.hint, place.missing,
    coalesce(nullif(place.title, ''), song.title, '') AS shown_title,
    coalesce(nullif(place.artist, ''), song.artist, '') AS shown_artist,
    coalesce(song.language, ''), coalesce(song.has_words, 1)
FROM place LEFT JOIN song ON song.id = place.song_id
"""
Said = tuple[TaggerNote, Shown]


class SongRows:
    """Rows for one tagger and one set of collation settings, asked for at each call."""

    def __init__(self, database: Database, scores: SongScores) -> None:
        self._database = database
        self._scores = scores
        self._labels = SongLabels(database)

    def rows(self, settings: Settings, order: RowOrder) -> list[SongRow]:
        """A row for every place, those missing too."""
        said, labels = self.said(settings), self._labels.all()
        return [_row(columns, said.get(columns[1]), labels.get(columns[1]))
                for columns in self._places(f"ORDER BY {_ORDERS[order]}")]

    def newest(self, settings: Settings, most: int, step: int) -> Iterator[list[SongRow]]:
        """Rows for the `most` places found last, in the order they were found, `step` at once."""
        found = self._database.all("SELECT id FROM place ORDER BY id DESC LIMIT ?", (most,))
        ids = [place for place, in reversed(found)]
        for first in range(0, len(ids), step):
            span = (ids[first], ids[min(first + step, len(ids)) - 1])
            said, labels = self.said(settings, span), self._labels.all(span)
            yield [_row(columns, said.get(columns[1]), labels.get(columns[1]))
                   for columns in self._places(
                "WHERE place.id BETWEEN ? AND ? ORDER BY place.id", *span)]

    def said(self, settings: Settings, places: tuple[int, int] | None = None) -> dict[int, Said]:
        """Song id -> whose moods the song shows, and those; songs nobody has read are left out.
        `places` asks only for the songs of the places from one id to another."""
        said: dict[int, Said] = {}
        for note in reversed(self._scores.find_taggers(settings.tagger)):
            said |= self._said_by(note, settings, places)
        accepted = self._scores.accepted()
        for key in set(accepted.values()):
            said |= {song: shown for song, shown
                     in self._said_by(self._scores.of_key(key), settings, places).items()
                     if accepted.get(song) == key}
        return said

    def _said_by(self, note: TaggerNote, settings: Settings,
                 places: tuple[int, int] | None) -> dict[int, Said]:
        moods = collate_stacked(note, self._scores.stacked(note, places), settings.collation)
        return {song: (note, shown) for song, shown in moods.items()}

    def row(self, place: str, settings: Settings) -> SongRow | None:
        """The row of one place, None where nothing was found."""
        for columns in self._places("WHERE place.path = ?", place):
            return _row(columns, _said(self._moods(columns[1], settings)),
                        self._labels.of(columns[1]))
        return None

    def song(self, song_id: int, settings: Settings) -> Song | None:
        """The whole of one song; its row is that of a place where it still is and could be
        read."""
        lyric = self.lyric(song_id)
        if lyric is None:
            return None
        found = self._moods(song_id, settings)
        labels = self._labels.of(song_id)
        rows = [_row(columns, _said(found), labels) for columns in self._places(
            "WHERE place.song_id = ? ORDER BY missing, refusal <> '', place.id", song_id)]
        first = rows[0] if rows else SongRow("", song_id, SongState.WAITING, lyric.title,
                                             lyric.artist)
        moods = found[1] if found else None
        if moods is not None and first.state is not SongState.TAGGED:
            moods = _withheld(moods)
        return Song(first, lyric, tuple(row.place for row in rows), moods)

    def lyric(self, song_id: int) -> Lyric | None:
        """The stored lyric of a song."""
        row = self._database.first("SELECT lyric FROM song WHERE id = ?", (song_id,))
        return msgspec.json.decode(row[0], type=Lyric) if row else None

    def _places(self, rest: str, *values: object) -> list[Any]:
        return self._database.all(f"{_SELECT} {rest}", values)

    def _moods(self, song_id: int | None, settings: Settings
               ) -> tuple[TaggerNote, SongMoods] | None:
        found = self._scores.latest(song_id, self._scores.find_taggers(settings.tagger))
        if found is None:
            return None
        note, excerpts = found
        return note, collate(note.id, note.moods, note.thresholds, excerpts, settings.collation,
                             note.experimental)


def _row(columns: tuple[Any, ...], said: Said | None,
         labels: Mapping[str, Verdict] | None) -> SongRow:
    """A row with the person's word over the tagger's."""
    place, song, refusal, message, hint, missing, title, artist, language, has_words = columns
    state = SongState(refusal) if refusal else _state(language, has_words, said)
    if state is SongState.NO_WORDS and not message:
        message, hint = NO_WORDS
    elif state is SongState.UNKNOWN_LANGUAGE:
        message, hint = unknown_language(language)
    tags, valence, arousal = said[1] if said and state is SongState.TAGGED else ((), 0.0, 0.0)
    if labels and not refusal:
        tags = tags_as_said(tags, labels)
    return SongRow(place, song, state, title, artist, language, tags, valence, arousal, message,
                   hint, bool(missing))


def _state(language: str, has_words: int, said: Said | None) -> SongState:
    if not has_words:
        return SongState.NO_WORDS
    if said is None:
        return SongState.WAITING
    languages = said[0].languages
    knows = not languages or not language or language in languages
    return SongState.TAGGED if knows else SongState.UNKNOWN_LANGUAGE


def unknown_language(language: str) -> tuple[str, str]:
    """Message and hint for a lyric in a language the tagger was not made for."""
    name = language_name(language)
    return (f"This lyric is in {name}, which this tagger does not know.",
            f"Choose a tagger that knows {name}, or add one under Models.")


def _said(found: tuple[TaggerNote, SongMoods] | None) -> Said | None:
    if found is None:
        return None
    note, moods = found
    return note, (moods.tags, moods.valence, moods.arousal)


def _withheld(moods: SongMoods) -> SongMoods:
    """The scores of a song the tagger abstains from, without calling any of them a tag."""
    excerpts = tuple(replace(excerpt, tags=()) for excerpt in moods.excerpts)
    return replace(moods, tags=(), excerpts=excerpts)
