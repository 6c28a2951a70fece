"""All that is stored of songs: where they were found, what taggers and the person said of them.

The one door to the song tables. Every write is one transaction. A store belongs to the thread
that opened its database; it takes the settings at each call, so that changing them runs no model.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.library.database import Database
from engine.library.journal import Journal
from engine.settings import Settings
from engine.tagging.corrections.forgetting import forget_places
from engine.tagging.corrections.label_steps import set_labels
from engine.tagging.corrections.line_words import LineWord, Saying
from engine.tagging.corrections.shown_song import with_labels, with_words
from engine.tagging.corrections.span_steps import say_of_lines, words_of
from engine.tagging.intake import Fingerprint
from engine.tagging.labels import SongLabels, Verdict
from engine.tagging.lyric import Lyric
from engine.tagging.results import ExcerptMoods, Scores
from engine.tagging.song import Song, SongRow, SongState
from engine.tagging.song_identity import still_there
from engine.tagging.song_places import SongPlaces
from engine.tagging.song_rows import RowOrder, SongRows
from engine.tagging.song_scores import SongScores, StackedScores
from engine.tagging.tagger import Tagger


class LyricStore:
    """Songs by place and by id.

    `settings.tagger` chooses whose tags are shown: an id with its version means just that, one
    without means the version used last that has read the song, "" the model used most. A song
    whose re-tagging was accepted shows that one's, until another reads it on the person's wish.
    """

    def __init__(self, database: Database, exists: Callable[[str], bool] = still_there) -> None:
        self._database = database
        self._places = SongPlaces(database, exists)
        self._scores = SongScores(database)
        self._labels = SongLabels(database)
        self._journal = Journal(database)
        self._rows = SongRows(database, self._scores)

    def rows(self, settings: Settings, order: RowOrder = RowOrder.FOUND) -> list[SongRow]:
        """A row for every place ever found and not forgotten; quick for 10,000."""
        return self._rows.rows(settings, order)

    def newest_rows(self, settings: Settings, most: int, step: int) -> Iterator[list[SongRow]]:
        """Rows for the `most` places found last, in the order they were found, `step` at once."""
        return self._rows.newest(settings, most, step)

    def row_ids(self) -> list[str]:
        """The places of all rows, in the order they were found."""
        return [place for place, in self._database.all("SELECT path FROM place ORDER BY id")]

    def row(self, place: str, settings: Settings) -> SongRow | None:
        """The row of one place, None where the library knows nothing of it."""
        return self._rows.row(place, settings)

    def song(self, song_id: int, settings: Settings) -> Song | None:
        """The whole of one song with its lyric and moods, None for an unknown id.

        Where the tagger abstains, `moods` has scores but no tags.
        """
        return self._rows.song(song_id, settings)

    def shown_song(self, song_id: int, settings: Settings) -> Song | None:
        """The same with the person's words over what the tagger said of it and its excerpts."""
        song = self._rows.song(song_id, settings)
        if song is None:
            return None
        if song.moods is not None:
            song = replace(song, moods=with_labels(song.moods, self.labels(song_id)))
        return with_words(song, self.line_words(song_id))

    def lyric(self, song_id: int) -> Lyric | None:
        """The lyric of a song as its excerpts count its lines."""
        return self._rows.lyric(song_id)

    def current(self, place: str, fingerprint: Fingerprint, tagger: Tagger,
                settings: Settings) -> SongRow | None:
        """The stored answer for an unchanged file, None where it must be read (again)."""
        current = self.is_current(place, fingerprint, tagger)
        return self._rows.row(place, settings) if current else None

    def is_current(self, place: str, fingerprint: Fingerprint, tagger: Tagger) -> bool:
        """Whether the store can answer for this file. Marks it as found again if it can.

        A refused file is always tried again: what kept it from being read may be gone.
        """
        found = self._database.first(
            "SELECT song_id, missing OR changed FROM place"
            " WHERE path = ? AND size = ? AND mtime_ns = ? AND refusal = ''",
            (place, fingerprint.size, fingerprint.mtime_ns))
        if found is None or not self.is_answered(found[0], tagger):
            return False
        if found[1]:
            self._database.execute("UPDATE place SET missing = 0, changed = 0, told = 0"
                                   " WHERE path = ?", (place,))
        return True

    def is_answered(self, song_id: int, tagger: Tagger) -> bool:
        """Whether the tagger need not run: it has read this song, or there are no words."""
        return self._database.first(
            "SELECT 1 FROM song WHERE id = ?1 AND (NOT has_words OR EXISTS"
            " (SELECT 1 FROM tagging WHERE song_id = ?1 AND tagger_id = ?2))",
            (song_id, self._scores.note(tagger).key)) is not None

    def record_song(self, place: str, fingerprint: Fingerprint | None, lyric: Lyric,
                    language: str) -> int:
        """Stores what was read at a place and returns the song it is: known, edited or new.

        `fingerprint` is None for words without a file of their own.
        """
        return self._places.record_song(place, fingerprint, lyric, language)

    def record_scores(self, song_id: int, tagger: Tagger, excerpts: Sequence[ExcerptMoods],
                      vector: Scores) -> None:
        """Stores what the tagger said; replaces its earlier word on this song."""
        self._scores.record(song_id, tagger, excerpts, vector)

    def record_refusal(self, place: str, fingerprint: Fingerprint | None, state: SongState,
                       message: str, hint: str) -> None:
        """Stores why a file gave no lyric; a song it held before stays known."""
        self._places.record_refusal(place, fingerprint, state, message, hint)

    def mark_missing(self, under: Path, seen: Collection[str]) -> list[str]:
        """After a whole walk of `under` that met `seen`: marks and returns what has gone."""
        return self._places.mark_missing(under, seen)

    def forget(self, places: Iterable[str]) -> None:
        """Takes places off the list as a step that can be taken back; labelled songs are kept
        for learning."""
        forget_places(self._database, self._journal, places)
        self._places.sweep()

    def vector(self, song_id: int, tagger_id: str) -> Scores | None:
        """The stored vector (D,) of a song as this tagger saw it."""
        return self._scores.vector(song_id, self._scores.find_taggers(tagger_id))

    def read_by(self, tagger: Tagger) -> tuple[StackedScores, Scores]:
        """The excerpts of all songs that just this tagger, in this version, has read, and the
        songs' vectors (S, D)."""
        note = self._scores.note(tagger)
        stacked = self._scores.stacked(note)
        return stacked, self._scores.vectors(note, stacked.songs)

    def set_label(self, song_id: int, mood: str, verdict: Verdict | None) -> None:
        """Stores the person's word on a mood of a song; None takes it back."""
        self.set_labels(song_id, {mood: verdict})

    def set_labels(self, song_id: int, said: Mapping[str, Verdict | None]) -> None:
        """Stores the person's word on moods of a song as one step that can be taken back."""
        set_labels(self._database, self._journal, song_id, said)

    def labels(self, song_id: int) -> dict[str, Verdict]:
        """Mood id -> the person's verdict."""
        return self._labels.of(song_id)

    def line_words(self, song_id: int) -> tuple[LineWord, ...]:
        """What the person said of moods in stretches of a song's lines."""
        return words_of(self._database, song_id)

    def say_of_lines(self, song_id: int, sayings: Sequence[Saying]) -> None:
        """Stores the person's words on stretches of lines as one step that can be taken back."""
        say_of_lines(self._database, self._journal, song_id, sayings)

    def all_labels(self) -> dict[int, dict[str, Verdict]]:
        """Song id -> mood id -> the person's verdict, for every song with any."""
        return self._labels.all()
