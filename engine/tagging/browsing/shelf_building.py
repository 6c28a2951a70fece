"""Fills the columns of an index from the tables: all of them, or just what changed.

Decides which tagger speaks for a song, as the library's other lists do. Holds no answers.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.browsing.mood_bars import TAGGED, rows_of
from engine.tagging.browsing.shelf_reading import (
    ShelfRow,
    read_accepted,
    read_corrected,
    read_excerpts,
    read_songs,
    read_taggings,
    read_vectors,
    read_verdicts,
)
from engine.tagging.browsing.song_columns import NOBODY, STATES, Slots, SongColumns
from engine.tagging.browsing.song_query import Keys, ShelfState
from engine.tagging.collation import combine
from engine.tagging.results import Scores
from engine.tagging.song_scores import SongScores, TaggerNote

_AT_ONCE = 4096
_STATE_AT = {state.value: at for at, state in enumerate(STATES)}


def all_taggers(database: Database) -> tuple[TaggerNote, ...]:
    """Every tagger the library knows, in the order it came to know them."""
    scores = SongScores(database)
    return tuple(scores.of_key(key) for key, in database.all("SELECT id FROM tagger ORDER BY id"))


def shown_order(database: Database, settings: Settings) -> tuple[int, ...]:
    """The keys of the taggers whose tags the settings ask for, the first to speak first."""
    return tuple(note.key for note in SongScores(database).find_taggers(settings.tagger))


class ShelfBuilder:
    """Reads songs into columns for one order of taggers and one way of collating."""

    def __init__(self, database: Database, columns: SongColumns, order: Sequence[int],
                 settings: Settings) -> None:
        self._database = database
        self._columns = columns
        self._number = {note.key: at for at, note in enumerate(columns.taggers)}
        self._order = [self._number[key] for key in order]
        self._collation = settings.collation

    def read(self, keys: Keys) -> None:
        """Brings these songs up to date; those no longer listed are dropped."""
        keys = np.unique(keys[keys != 0])
        for start in range(0, len(keys), _AT_ONCE):
            self._read(keys[start:start + _AT_ONCE])

    def spoken_otherwise(self) -> Keys:
        """The songs another tagger should speak for than does."""
        columns = self._columns
        wanted = np.full(columns.room, NOBODY, np.int16)
        for number in reversed(self._order):
            wanted[columns.read_by[number]] = number
        wanted = np.where(columns.accepted >= 0, columns.accepted, wanted)
        return columns.keys[columns.alive & (wanted != columns.tagger)]

    def _read(self, keys: Keys) -> None:
        columns = self._columns
        rows = read_songs(self._database, keys)
        listed = np.array([row.key for row in rows], np.int64)
        columns.drop(np.setdiff1d(keys, listed))
        if not rows:
            return
        slots = columns.take(listed)
        self._put_rows(slots, rows)
        self._put_words(slots, listed)
        spoken = self._put_readers(slots, listed)
        speakers: list[int] = columns.tagger[slots].tolist()
        columns.state[slots] = [self._state(row, speaker)
                                for row, speaker in zip(rows, speakers, strict=True)]
        for number in sorted(set(speakers) - {NOBODY}):
            self._put_scores(columns.taggers[number], {
                tagging: slot for slot, tagging in spoken.items()
                if columns.tagger[slot] == number})

    def _put_rows(self, slots: Slots, rows: Sequence[ShelfRow]) -> None:
        columns = self._columns
        columns.language[slots] = [columns.language_at(row.language) for row in rows]
        columns.added[slots] = [row.added for row in rows]
        columns.missing[slots] = [row.missing for row in rows]
        columns.changed[slots] = [row.changed for row in rows]
        columns.unspaced[slots] = [row.unspaced for row in rows]
        columns.names.put(slots, [row.title for row in rows], [row.artist for row in rows])
        columns.scores[:, slots] = 0
        columns.affect[:, slots] = np.nan
        columns.vectors[slots] = 0
        columns.vector_scale[slots] = 0

    def _put_words(self, slots: Slots, keys: Keys) -> None:
        """What the person said."""
        columns = self._columns
        columns.verdicts[:, slots] = 0
        columns.corrected[slots] = np.isin(keys, read_corrected(self._database, keys))
        slot_of = dict(zip(keys.tolist(), slots.tolist(), strict=True))
        for song, mood, wanted in read_verdicts(self._database, keys):
            if song in slot_of and mood in columns.mood_at:
                columns.verdicts[columns.mood_at[mood], slot_of[song]] = 1 if wanted else -1

    def _put_readers(self, slots: Slots, keys: Keys) -> dict[int, int]:
        """Notes who has read these songs and who speaks for them; slot -> tagging to be shown."""
        columns = self._columns
        taggings = read_taggings(self._database, keys)
        accepted = read_accepted(self._database, keys)
        columns.read_by[:, slots] = False
        columns.accepted[slots] = columns.tagger[slots] = NOBODY
        spoken: dict[int, int] = {}
        for key, slot in zip(keys.tolist(), slots.tolist(), strict=True):
            readers = {self._number[tagger]: tagging
                       for tagger, tagging in taggings.get(key, {}).items()
                       if tagger in self._number}
            if not readers:
                continue
            columns.read_by[list(readers), slot] = True
            chosen = self._number.get(accepted.get(key, 0), NOBODY)
            columns.accepted[slot] = chosen if chosen in readers else NOBODY
            speaker = _speaker(readers, chosen, self._order)
            if speaker != NOBODY:
                columns.tagger[slot], spoken[slot] = speaker, readers[speaker]
        return spoken

    def _state(self, row: ShelfRow, speaker: int) -> int:
        if row.refusal:
            return _STATE_AT.get(row.refusal, _STATE_AT[ShelfState.FAILED])
        if not row.has_words:
            return _STATE_AT[ShelfState.NO_WORDS]
        if speaker == NOBODY:
            return _STATE_AT[ShelfState.WAITING]
        languages = self._columns.taggers[speaker].languages
        knows = not languages or not row.language or row.language in languages
        return TAGGED if knows else _STATE_AT[ShelfState.UNKNOWN_LANGUAGE]

    def _put_scores(self, note: TaggerNote, said: Mapping[int, int]) -> None:
        """What a tagger said in these taggings, tagging -> slot. One without excerpts is silent:
        no mood scores above 0."""
        columns = self._columns
        columns.affect[:, list(said.values())] = 0
        taggings = np.fromiter(said, np.int64, len(said))
        rows = [row for row in read_excerpts(self._database, taggings)
                if len(row[4]) == 4 * len(note.moods)]
        if rows:
            owners = np.array([row[0] for row in rows], np.int64)
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            numbers = np.array([row[1:4] for row in rows], np.float64)
            scores = np.frombuffer(b"".join(row[4] for row in rows), np.float32)
            songs = combine(scores.reshape(len(rows), len(note.moods)), numbers[:, 1:],
                            numbers[:, 0], starts, self._collation)
            slots = np.array([said[tagging] for tagging in owners[starts].tolist()], np.int64)
            columns.scores[np.ix_(rows_of(columns, note), slots)] = songs.scores.T
            columns.affect[:, slots] = songs.affect.T
        self._put_vectors(said, read_vectors(self._database, taggings))

    def _put_vectors(self, said: Mapping[int, int], vectors: Mapping[int, Scores]) -> None:
        width = self._columns.vectors.shape[1] or max(map(len, vectors.values()), default=0)
        fitting = [tagging for tagging, vector in vectors.items() if len(vector) == width]
        if width and fitting:
            slots = np.array([said[tagging] for tagging in fitting], np.int64)
            self._columns.put_vectors(slots, np.stack([vectors[each] for each in fitting]))


def _speaker(readers: Mapping[int, int], accepted: int, order: Sequence[int]) -> int:
    if accepted in readers:
        return accepted
    return next((number for number in order if number in readers), NOBODY)
