"""The course of every song's moods from its first line to its last, as its excerpts tell it.

A curve is made once from stored excerpts and kept beside its tagging, with which it goes: making it
never runs a model. Lines stand for time, each as long as the other; knows nothing of wishes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from engine.library.database import Database
from engine.tagging.results import Scores
from engine.tagging.song_scores import SongScores, TaggerNote

POINTS = 12
"""How often valence and arousal are taken over a song."""
STAGES = 3
"""The beginning, the middle and the end, for which every mood is kept."""
AT_ONCE = 1000
_CERTAIN = 1e-6

Floats = npt.NDArray[np.floating]
_ECHOES = msgspec.json.Decoder(tuple[int, ...])


@dataclass(frozen=True, slots=True, eq=False)
class StackedCurves:
    """The curves of S songs one tagger has read: `songs` (S,) ids, `affect` (S, POINTS, 2) valence
    and arousal -1..1, `stages` (S, STAGES, M) logits of the moods of `note`."""

    note: TaggerNote
    songs: npt.NDArray[np.int64]
    affect: Scores
    stages: Scores

    def rows_of(self, songs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """(n,) the rows of those of these songs that have a curve, in the order given."""
        order = np.argsort(self.songs)
        at = np.searchsorted(self.songs, songs, sorter=order)
        rows = order[np.minimum(at, len(order) - 1)] if len(order) else np.zeros(0, np.int64)
        return rows[self.songs[rows] == songs] if len(order) else rows


class MoodCurves:
    """The curves of one library; belongs to the thread of its database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._scores = SongScores(database)

    def missing(self, tagger_id: str) -> int:
        """How many songs have no curve yet."""
        counts = (self._database.first(_COUNT_MISSING, (note.key, *_sizes(note))) or (0,)
                  for note in self._scores.find_taggers(tagger_id))
        return sum(count for count, in counts)

    def make_missing(self, tagger_id: str, songs: Sequence[int] | None = None) -> Iterator[int]:
        """Makes the curves that are missing, of all songs or of some, a part at a time; yields
        how many were made since."""
        wanted = () if songs is None else (_list(songs),)
        which = _MISSING if songs is None else _MISSING_OF
        for note in self._scores.find_taggers(tagger_id):
            while rows := self._database.all(which, (note.key, *_sizes(note), *wanted, AT_ONCE)):
                made = curves_of(rows, len(note.moods))
                with self._database.transaction():
                    self._database.execute_many(
                        "INSERT OR REPLACE INTO song_curve (tagging_id, curve)"
                        " SELECT id, ? FROM tagging WHERE id = ?",
                        [(curve, tagging) for tagging, curve in made])
                yield len(made)

    def stacked(self, tagger_id: str, songs: Sequence[int] | None = None) -> list[StackedCurves]:
        """All curves there are, or those of some songs, the tagger used last first; a song is
        told of by one alone. Songs without an excerpt have none."""
        found: list[StackedCurves] = []
        told: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        for note in self._scores.find_taggers(tagger_id):
            curves = self._of(note, songs)
            if len(told):
                fresh = ~np.isin(curves.songs, told)
                curves = StackedCurves(note, curves.songs[fresh], curves.affect[fresh],
                                       curves.stages[fresh])
            told = np.concatenate([told, curves.songs])
            found.append(curves)
        return found

    def _of(self, note: TaggerNote, only: Sequence[int] | None) -> StackedCurves:
        _, size = _sizes(note)
        which = "" if only is None else " AND song_id IN (SELECT value FROM json_each(?))"
        wanted = () if only is None else (_list(only),)
        rows: list[Any] = self._database.all(
            "SELECT song_id, curve FROM tagging JOIN song_curve ON tagging_id = id"
            f" WHERE tagger_id = ? AND length(curve) = ?{which}", (note.key, size, *wanted))
        songs = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        whole = np.frombuffer(b"".join([row[1] for row in rows]), "<f2")
        whole = whole.reshape(len(rows), size // 2)
        return StackedCurves(note, songs, whole[:, :2 * POINTS].reshape(-1, POINTS, 2),
                             whole[:, 2 * POINTS:].reshape(-1, STAGES, len(note.moods)))


def curves_of(rows: Sequence[Any], moods: int) -> list[tuple[int, bytes]]:
    """Tagging id and stored curve for rows (tagging, first line, last line, echoes, valence,
    arousal, scores) that stand together by tagging; no bytes for one without excerpts."""
    made = [(row[0], b"") for row in rows if row[6] is None]
    rows = [row for row in rows if row[6] is not None]
    if not rows:
        return made
    owners = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    lines = _Lines.of(rows, starts)
    affect = np.array([(row[4], row[5]) for row in rows], np.float64)
    scores = np.frombuffer(b"".join(row[6] for row in rows), "<f4").reshape(len(rows), moods)
    parts = (_course(lines, affect, POINTS), _course(lines, _logits(scores), STAGES))
    whole = np.concatenate([part.reshape(len(starts), -1) for part in parts], axis=1)
    stored = whole.astype("<f2")
    return made + [(tagging, stored[at].tobytes())
                   for at, tagging in enumerate(owners[starts].tolist())]


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """Which part of its song each excerpt covers: R runs of lines, `begins` and `ends` (R,) from 0
    to 1, of the excerpt whose first run is `firsts` (E,); `starts` (S,) the songs' excerpts."""

    begins: Floats
    ends: Floats
    firsts: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Any], starts: npt.NDArray[np.int64]) -> "_Lines":
        begins: list[int] = []
        ends: list[int] = []
        firsts: list[int] = []
        for _, first, last, echoes, *_ in rows:
            firsts.append(len(begins))
            repeated = _ECHOES.decode(echoes)
            begins += [first, *repeated]
            ends += [last + 1, *(line + 1 for line in repeated)]
        at = np.array(firsts, np.int64)
        stops = np.array(ends, np.float64)
        length = np.maximum.reduceat(np.maximum.reduceat(stops, at), starts)
        runs = np.diff(np.append(at, len(stops)))
        of_run = np.repeat(np.repeat(length, np.diff(np.append(starts, len(at)))), runs)
        return cls(np.array(begins, np.float64) / of_run, stops / of_run, at, starts)


def _course(lines: _Lines, values: Floats, count: int) -> Floats:
    """(S, count, C) the values (E, C) of the excerpts over `count` equal parts of their song.

    A part no excerpt reaches takes the one before it, or after it at the beginning.
    """
    edges = np.linspace(0, 1, count + 1)
    overlap = (np.minimum(lines.ends[:, None], edges[None, 1:])
               - np.maximum(lines.begins[:, None], edges[None, :-1]))
    covers = np.add.reduceat(np.maximum(overlap, 0.0), lines.firsts)
    total = np.add.reduceat(covers, lines.starts)
    summed = np.add.reduceat(covers[:, :, None] * values[:, None, :], lines.starts)
    course = summed / np.maximum(total, _CERTAIN)[:, :, None]
    empty = total < _CERTAIN
    for part in [*range(1, count), *range(count - 2, -1, -1)]:
        _fill(course, empty, part, part - 1)
        _fill(course, empty, part, part + 1)
    return course


def _fill(course: Floats, empty: npt.NDArray[np.bool_], part: int, neighbour: int) -> None:
    if 0 <= neighbour < course.shape[1]:
        takes = empty[:, part] & ~empty[:, neighbour]
        course[takes, part] = course[takes, neighbour]
        empty[takes, part] = False


def _sizes(note: TaggerNote) -> tuple[int, int]:
    """The bytes of a stored curve: of a song without excerpts, and of one with some."""
    return 0, 2 * (2 * POINTS + STAGES * len(note.moods))


def _logits(scores: Floats) -> Floats:
    clear = np.clip(scores.astype(np.float64), _CERTAIN, 1 - _CERTAIN)
    return np.log(clear / (1 - clear))


def _list(songs: Sequence[int]) -> str:
    return msgspec.json.encode(list(songs)).decode()


_LACKING = ("FROM tagging LEFT JOIN song_curve ON tagging_id = tagging.id WHERE tagger_id = ?"
            " AND (curve IS NULL OR length(curve) NOT IN (?, ?))")
_COUNT_MISSING = f"SELECT count(*) {_LACKING}"
_EXCERPTS = (
    "SELECT lacking.id, first_line, last_line, echoes, valence, arousal, scores"
    " FROM (SELECT tagging.id AS id {lacking} ORDER BY tagging.id LIMIT ?) AS lacking"
    " LEFT JOIN excerpt ON excerpt.tagging_id = lacking.id ORDER BY lacking.id, number")
_MISSING = _EXCERPTS.format(lacking=_LACKING)
_MISSING_OF = _EXCERPTS.format(
    lacking=f"{_LACKING} AND song_id IN (SELECT value FROM json_each(?))")
