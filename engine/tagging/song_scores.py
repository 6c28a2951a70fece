"""What taggers said of songs: excerpt scores as stored, for one song or for all at once.

Scores are stored as the tagger gave them, so that other settings never need the model again.
Knows songs by id only; turns nothing into tags.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from engine.library.database import Database
from engine.tagging.results import ExcerptMoods, Scores
from engine.tagging.tagger import Tagger


@dataclass(frozen=True, slots=True)
class TaggerNote:
    """A tagger as it was when it last ran: enough to collate its scores without its model."""

    key: int
    id: str
    moods: tuple[str, ...]
    thresholds: tuple[float, ...]
    languages: frozenset[str]
    experimental: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True, eq=False)
class StackedScores:
    """The excerpts of S tagged songs one below the other, E rows in all.

    Song s, of id `songs[s]`, owns the rows from `starts[s]` to the next start. `silent` are songs
    in which the tagger found no excerpt. `weights` (E,), `scores` (E, M), `affect` (E, 2).
    """

    songs: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    affect: npt.NDArray[np.float64]
    scores: Scores
    silent: tuple[int, ...]


class SongScores:
    """The tagger, tagging and excerpt tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[str, TaggerNote] = {}

    def note(self, tagger: Tagger) -> TaggerNote:
        """Remembers a tagger that is used now. One that names other moods than before loses its
        old scores."""
        known = self._noted.get(tagger.id)
        wanted = (tagger.moods, tagger.thresholds, tagger.languages, tagger.experimental)
        if known and self._still_so(known) and wanted == (
                known.moods, known.thresholds, known.languages, known.experimental):
            return known
        with self._database.transaction():
            before = self._notes("WHERE name = ?", tagger.id)
            if before and before[0].moods != tagger.moods:
                self._database.execute("DELETE FROM tagging WHERE tagger_id = ?",
                                       (before[0].key,))
            self._database.execute(
                "INSERT INTO tagger (name, moods, thresholds, languages, experimental, used_at)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " moods = excluded.moods, thresholds = excluded.thresholds,"
                " languages = excluded.languages, experimental = excluded.experimental,"
                " used_at = excluded.used_at",
                # JSON has no infinity, the threshold of a mood that is never shown: it is null.
                (tagger.id, _json(tagger.moods), _json(tagger.thresholds),
                 _json(sorted(tagger.languages)), _json(dict(tagger.experimental)),
                 datetime.now(UTC).isoformat()))
            found, = self._notes("WHERE name = ?", tagger.id)
        self._noted[tagger.id] = found
        return found

    def find_taggers(self, tagger_id: str) -> list[TaggerNote]:
        """The taggers `tagger_id` means, the one used last first.

        An id without what follows its "@" means every version of that model: where the latest
        has not read a song, an earlier one speaks for it. What follows a "+" stands for moods of
        one's own, which an id need not name. "" means the model that has tagged the
        most songs.
        """
        if not tagger_id:
            best = self._database.first(
                "SELECT name FROM tagger ORDER BY (SELECT count(*) FROM tagging"
                " WHERE tagger_id = tagger.id) DESC, used_at DESC")
            tagger_id = best[0].partition("@")[0] if best else ""
        exact = self._notes("WHERE name = ?1 OR substr(name, 1, length(?1) + 1) = ?1 || '+'"
                            " ORDER BY used_at DESC", tagger_id)
        return exact or self._notes(
            "WHERE substr(name, 1, length(?1) + 1) = ?1 || '@' ORDER BY used_at DESC", tagger_id)

    def accepted(self) -> dict[int, int]:
        """Song id -> key of the tagger whose re-tagging was accepted for it and has read it."""
        return dict(self._database.all(
            "SELECT song_id, tagger_id FROM song_tagger JOIN tagging USING (song_id, tagger_id)"))

    def of_key(self, key: int) -> TaggerNote:
        """The tagger of a key that is in the library."""
        return self._notes("WHERE id = ?", key)[0]

    def _still_so(self, known: TaggerNote) -> bool:
        """Whether nobody let moods of one's own into this tagger, or out, since it was noted."""
        return self._database.first("SELECT 1 FROM tagger WHERE id = ? AND name = ?",
                                    (known.key, known.id)) is not None

    def _notes(self, which: str, tagger_id: str | int | None) -> list[TaggerNote]:
        rows = self._database.all(
            "SELECT id, name, moods, thresholds, languages, experimental"
            f" FROM tagger {which}", (tagger_id,))
        return [TaggerNote(
            key, name, msgspec.json.decode(moods, type=tuple[str, ...]),
            tuple(math.inf if bar is None else bar for bar in msgspec.json.decode(
                thresholds, type=tuple[float | None, ...])),
            msgspec.json.decode(languages, type=frozenset[str]),
            msgspec.json.decode(experimental, type=dict[str, float]))
            for key, name, moods, thresholds, languages, experimental in rows]

    def record(self, song_id: int, tagger: Tagger, excerpts: Sequence[ExcerptMoods],
               vector: Scores) -> None:
        """Stores a run of the tagger over a song, in place of an earlier one, all or nothing.

        `vector` (D,) stands for the song in a search for similar ones.
        """
        with self._database.transaction():
            key = self.note(tagger).key
            self._database.execute("DELETE FROM tagging WHERE song_id = ? AND tagger_id = ?",
                                   (song_id, key))
            tagging = self._database.execute(
                "INSERT INTO tagging (song_id, tagger_id, run_at, vector) VALUES (?, ?, ?, ?)",
                (song_id, key, datetime.now(UTC).isoformat(timespec="seconds"),
                 score_bytes(vector)))
            self._database.execute_many(
                "INSERT INTO excerpt (tagging_id, number, first_line, last_line, start_ms, end_ms,"
                " weight, valence, arousal, echoes, scores)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(tagging, number, *excerpt_columns(excerpt))
                 for number, excerpt in enumerate(excerpts)])

    def latest(self, song_id: int | None, notes: Sequence[TaggerNote]
               ) -> tuple[TaggerNote, tuple[ExcerptMoods, ...]] | None:
        """The tagger accepted for a song, else the first of these that has read it, with the
        song's excerpts."""
        keys = dict(self._database.all("SELECT tagger_id, id FROM tagging WHERE song_id = ?",
                                       (song_id,)))
        accepted = self._notes("WHERE id = (SELECT tagger_id FROM song_tagger WHERE song_id = ?)",
                               song_id)
        for note in (*accepted, *notes):
            if note.key in keys:
                return note, self._excerpts(keys[note.key])
        return None

    def _excerpts(self, tagging: int) -> tuple[ExcerptMoods, ...]:
        """The stored excerpts of one run, in song order, without tags."""
        return tuple(_excerpt(row) for row in self._database.all(
            "SELECT first_line, last_line, start_ms, end_ms, weight, valence, arousal, echoes,"
            " scores FROM excerpt WHERE tagging_id = ? ORDER BY number", (tagging,)))

    def stacked(self, tagger: TaggerNote,
                places: tuple[int, int] | None = None) -> StackedScores:
        """The excerpts of every song this tagger has read, or of those among them that are at
        the places from one id to another."""
        there = " AND song_id IN (SELECT song_id FROM place WHERE id BETWEEN ? AND ?)"
        return stack_rows(self._database.all(
            "SELECT song_id, weight, valence, arousal, scores"
            " FROM tagging LEFT JOIN excerpt ON tagging_id = tagging.id WHERE tagger_id = ?"
            f"{there if places else ''} ORDER BY tagging_id, number",
            (tagger.key, *(places or ()))), len(tagger.moods))

    def vector(self, song_id: int, notes: Sequence[TaggerNote]) -> Scores | None:
        """The vector (D,) of a song by the first of these taggers that has read it, or None."""
        found = dict(self._database.all(
            "SELECT tagger_id, vector FROM tagging WHERE song_id = ?", (song_id,)))
        blobs = [found[note.key] for note in notes if found.get(note.key) is not None]
        return np.frombuffer(blobs[0], np.float32) if blobs else None

    def vectors(self, tagger: TaggerNote, songs: npt.NDArray[np.int64]) -> Scores:
        """(S, D) the vectors of songs this tagger has read; zeros where it found none."""
        found: dict[int, bytes] = dict(self._database.all(
            "SELECT song_id, vector FROM tagging WHERE tagger_id = ? AND vector IS NOT NULL",
            (tagger.key,)))
        width = max((len(blob) for blob in found.values()), default=0)
        none = bytes(width)
        blobs = [blob if len(blob := found.get(song, none)) == width else none
                 for song in songs.tolist()]
        return np.frombuffer(b"".join(blobs), np.float32).reshape(len(songs), width // 4)


def stack_rows(rows: Sequence[Any], moods: int) -> StackedScores:
    """Songs' excerpts one below the other, from rows of song id, weight, valence, arousal and
    scores of so many moods; a song's rows stand together."""
    silent = tuple(row[0] for row in rows if row[4] is None)
    rows = [row for row in rows if row[4] is not None]
    owners = np.array([row[0] for row in rows], np.int64)
    # Songs tagged again are no longer in order of their ids.
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    numbers = np.array([row[1:4] for row in rows], np.float64).reshape(-1, 3)
    scores = np.frombuffer(b"".join(row[4] for row in rows), np.float32)
    return StackedScores(owners[starts], starts, numbers[:, 0], numbers[:, 1:],
                         scores.reshape(len(rows), moods), silent)


def excerpt_columns(excerpt: ExcerptMoods) -> tuple[object, ...]:
    """What the tables keep of an excerpt, from its first line to its scores."""
    return (excerpt.first_line, excerpt.last_line, excerpt.start_ms, excerpt.end_ms,
            float(excerpt.weight), float(excerpt.valence), float(excerpt.arousal),
            _json(excerpt.echoes), score_bytes(excerpt.scores))


def _excerpt(row: tuple[Any, ...]) -> ExcerptMoods:
    first, last, start, end, weight, valence, arousal, echoes, scores = row
    return ExcerptMoods(first, last, weight, np.frombuffer(scores, np.float32), valence, arousal,
                        start, end, msgspec.json.decode(echoes, type=tuple[int, ...]))


def score_bytes(scores: Scores) -> bytes:
    """Scores or a vector as they are stored."""
    return np.ascontiguousarray(scores, "<f4").tobytes()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
