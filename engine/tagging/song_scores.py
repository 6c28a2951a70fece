"""What taggers said of songs: excerpt scores as stored, for one song or for all at once.

Scores are stored as the tagger gave them, so that other settings never need the model again.
Knows songs by id only; turns nothing into tags.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, eq=False)
class StackedScores:
    """The excerpts of S tagged songs one below the other, E rows in all.

    Song s, tagging `taggings[s]`, owns the rows from `starts[s]` to the next start.
    `weights` (E,), `scores` (E, M), `affect` (E, 2).
    """

    taggings: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    affect: npt.NDArray[np.float64]
    scores: Scores


class SongScores:
    """The tagger, tagging and excerpt tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[str, TaggerNote] = {}

    def note(self, tagger: Tagger) -> TaggerNote:
        """Remembers a tagger. One that names other moods than before loses its old scores."""
        known = self._noted.get(tagger.id)
        wanted = (tagger.moods, tagger.thresholds, tagger.languages)
        if known and (known.moods, known.thresholds, known.languages) == wanted:
            return known
        with self._database.transaction():
            before = self._named(tagger.id)
            if before and before.moods != tagger.moods:
                self._database.execute("DELETE FROM tagging WHERE tagger_id = ?", (before.key,))
            self._database.execute(
                "INSERT INTO tagger (name, moods, thresholds, languages) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET moods = excluded.moods, "
                "thresholds = excluded.thresholds, languages = excluded.languages",
                # JSON has no infinity, the threshold of a mood that is never shown: it is null.
                (tagger.id, _json(tagger.moods), _json(tagger.thresholds),
                 _json(sorted(tagger.languages))))
            found = self._named(tagger.id)
        assert found is not None
        self._noted[tagger.id] = found
        return found

    def find_tagger(self, tagger_id: str) -> TaggerNote | None:
        """The tagger of this id, without its @version the latest that ran; for "" the one that
        has tagged the most songs."""
        if tagger_id:
            row = self._database.first(
                "SELECT name FROM tagger WHERE name = ?1"
                " OR substr(name, 1, length(?1) + 1) = ?1 || '@'"
                " ORDER BY name = ?1 DESC, id DESC", (tagger_id,))
        else:
            row = self._database.first(
                "SELECT name FROM tagger ORDER BY"
                " (SELECT count(*) FROM tagging WHERE tagger_id = tagger.id) DESC, id DESC")
        return self._named(row[0]) if row else None

    def _named(self, name: str) -> TaggerNote | None:
        row = self._database.first(
            "SELECT id, moods, thresholds, languages FROM tagger WHERE name = ?", (name,))
        if row is None:
            return None
        key, moods, thresholds, languages = row
        bars = msgspec.json.decode(thresholds, type=tuple[float | None, ...])
        return TaggerNote(key, name, msgspec.json.decode(moods, type=tuple[str, ...]),
                          tuple(math.inf if bar is None else bar for bar in bars),
                          msgspec.json.decode(languages, type=frozenset[str]))

    def record(self, song_id: int, tagger: Tagger, excerpts: Sequence[ExcerptMoods],
               vector: Scores) -> None:
        """Stores a run of the tagger over a song, in place of an earlier one, all or nothing.

        `vector` (D,) stands for the song in a search for similar ones.
        """
        key = self.note(tagger).key
        with self._database.transaction():
            self._database.execute("DELETE FROM tagging WHERE song_id = ? AND tagger_id = ?",
                                   (song_id, key))
            tagging = self._database.execute(
                "INSERT INTO tagging (song_id, tagger_id, run_at, vector) VALUES (?, ?, ?, ?)",
                (song_id, key, datetime.now(UTC).isoformat(timespec="seconds"), _blob(vector)))
            self._database.execute_many(
                "INSERT INTO excerpt (tagging_id, number, first_line, last_line, start_ms, end_ms,"
                " weight, valence, arousal, echoes, scores)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(tagging, number, *_columns(excerpt))
                 for number, excerpt in enumerate(excerpts)])

    def tagging(self, song_id: int, tagger: TaggerNote) -> int | None:
        """The id of the tagger's run over a song, None where there was none."""
        row = self._database.first("SELECT id FROM tagging WHERE song_id = ? AND tagger_id = ?",
                                   (song_id, tagger.key))
        return row[0] if row else None

    def excerpts(self, tagging: int) -> tuple[ExcerptMoods, ...]:
        """The stored excerpts of one run, in song order, without tags."""
        return tuple(_excerpt(row) for row in self._database.all(
            "SELECT first_line, last_line, start_ms, end_ms, weight, valence, arousal, echoes,"
            " scores FROM excerpt WHERE tagging_id = ? ORDER BY number", (tagging,)))

    def stacked(self, tagger: TaggerNote) -> StackedScores:
        """The excerpts of every song this tagger has read; songs without excerpts are left out."""
        rows = self._database.all(
            "SELECT tagging_id, weight, valence, arousal, scores"
            " FROM tagging JOIN excerpt ON tagging_id = tagging.id WHERE tagger_id = ?"
            " ORDER BY tagging_id, number", (tagger.key,))
        owners = np.array([row[0] for row in rows], np.int64)
        taggings, starts = np.unique(owners, return_index=True)
        numbers = np.array([row[1:4] for row in rows], np.float64).reshape(-1, 3)
        scores = np.frombuffer(b"".join(row[4] for row in rows), np.float32)
        return StackedScores(
            taggings=taggings, starts=starts,
            weights=numbers[:, 0], affect=numbers[:, 1:],
            scores=scores.reshape(len(rows), len(tagger.moods)))

    def vector(self, song_id: int, tagger: TaggerNote) -> Scores | None:
        """The stored vector (D,) of a song, None where the tagger has not read it."""
        row = self._database.first(
            "SELECT vector FROM tagging WHERE song_id = ? AND tagger_id = ?",
            (song_id, tagger.key))
        return np.frombuffer(row[0], np.float32) if row and row[0] is not None else None


def _columns(excerpt: ExcerptMoods) -> tuple[object, ...]:
    return (excerpt.first_line, excerpt.last_line, excerpt.start_ms, excerpt.end_ms,
            float(excerpt.weight), float(excerpt.valence), float(excerpt.arousal),
            _json(excerpt.echoes), _blob(excerpt.scores))


def _excerpt(row: tuple[Any, ...]) -> ExcerptMoods:
    first, last, start, end, weight, valence, arousal, echoes, scores = row
    return ExcerptMoods(first, last, weight, np.frombuffer(scores, np.float32), valence, arousal,
                        start, end, msgspec.json.decode(echoes, type=tuple[int, ...]))


def _blob(scores: Scores) -> bytes:
    return np.ascontiguousarray(scores, "<f4").tobytes()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
