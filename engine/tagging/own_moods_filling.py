"""Lets moods of one's own into what is stored of songs, and out again, without running a model.

Every stored excerpt of the tagger gets the scores its heads give on the scores beside them and on
the song's vector; what the tagger itself said stays to the last bit. One transaction.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from engine.library.database import Database
from engine.tagging.own_moods import InstalledMood
from engine.tagging.own_moods_tagger import OwnMoodsTagger, plain_tagger, version_of, with_own_moods
from engine.tagging.results import ExcerptScores, Scores
from engine.tagging.song_scores import score_bytes
from engine.tagging.tagger import Tagger

_AT_ONCE = 2048
_TABLES = (("tagging", "excerpt", "tagging_id"),
           ("proposal", "proposed_excerpt", "proposal_id"))


@dataclass(frozen=True, slots=True, eq=False)
class _Like:
    """What a stored tagger had without moods of one's own; scores nothing."""

    id: str
    moods: tuple[str, ...]
    thresholds: tuple[float, ...]
    experimental: dict[str, float]
    languages: frozenset[str]


def fill(database: Database, tagger: Tagger, installed: Sequence[InstalledMood]) -> int:
    """Makes all that `tagger` (with or without moods of one's own), in any window, said of songs
    hold just the moods `installed` that were made on it. How many songs it touched."""
    own = frozenset(tagger.base.moods if isinstance(tagger, OwnMoodsTagger) else tagger.moods)
    version, touched = version_of(tagger.id), 0
    with database.transaction(durable=True):
        plain: dict[str, list[int]] = {}
        for key, name in database.all("SELECT id, name FROM tagger ORDER BY used_at"):
            if version_of(name) == version:
                plain.setdefault(plain_tagger(name), []).append(key)
        for name, keys in plain.items():
            for key in keys:
                touched += _refill(database, key, name, own, installed)
            _join(database, keys)
    return touched


def _refill(database: Database, key: int, name: str, own: frozenset[str],
            installed: Sequence[InstalledMood]) -> int:
    """Rewrites the excerpts of one stored tagger and what is noted of it."""
    (moods, bars, trial), = database.all(
        "SELECT moods, thresholds, experimental FROM tagger WHERE id = ?", (key,))
    stored = msgspec.json.decode(moods, type=tuple[str, ...])
    thresholds = [math.inf if bar is None else bar for bar in
                  msgspec.json.decode(bars, type=tuple[float | None, ...])]
    kept = [at for at, mood in enumerate(stored) if mood in own]
    on_trial = msgspec.json.decode(trial, type=dict[str, float])
    like = _Like(name, tuple(stored[at] for at in kept), tuple(thresholds[at] for at in kept),
                 {mood: bar for mood, bar in on_trial.items() if mood in own}, frozenset())
    whole = with_own_moods(like, installed)  # type: ignore[arg-type]
    touched = 0
    for said, excerpts, owner in _TABLES:
        touched += _rewrite(database, key, (said, excerpts, owner), kept, whole)
    # Two of one plain name must not share it, not even for a moment.
    database.execute(
        "UPDATE tagger SET name = ?, moods = ?, thresholds = ?, experimental = ? WHERE id = ?",
        (f"{whole.id}#{key}", _json(whole.moods), _json(whole.thresholds),
         _json(dict(whole.experimental)), key))
    return touched


def _rewrite(database: Database, key: int, tables: tuple[str, str, str], kept: Sequence[int],
             whole: Tagger) -> int:
    said, excerpts, owner = tables
    rows = database.all(
        f"SELECT {said}.id, number, valence, arousal, scores, vector FROM {said}"
        f" JOIN {excerpts} ON {owner} = {said}.id WHERE tagger_id = ? ORDER BY {said}.id, number",
        (key,))
    fresh: list[tuple[bytes, int, int]] = []
    for first in range(0, len(rows), _AT_ONCE):
        lines = rows[first:first + _AT_ONCE]
        fresh += [(score_bytes(scores), line[0], line[1])
                  for line, scores in zip(lines, _scores(lines, kept, whole), strict=True)]
    database.execute_many(
        f"UPDATE {excerpts} SET scores = ? WHERE {owner} = ? AND number = ?", fresh)
    # What keeps an index of all songs hears of the song, not of its excerpts.
    database.execute(f"UPDATE {said} SET tagger_id = tagger_id WHERE tagger_id = ?", (key,))
    return len({number for _, number, _ in fresh})


def _scores(lines: Sequence[Any], kept: Sequence[int], whole: Tagger) -> Scores:
    """(E, M + O) of E excerpts, each with its song's vector."""
    scores = np.array([np.frombuffer(line[4], np.float32)[kept] for line in lines])
    if not isinstance(whole, OwnMoodsTagger):
        return scores
    affect = np.array([(line[2], line[3]) for line in lines], np.float32)
    width = len(whole.installed[0].head.weights) - len(whole.installed[0].head.moods) - 2
    none = bytes(4 * width)
    blobs = [line[5] if line[5] and len(line[5]) == len(none) else none for line in lines]
    vectors = np.frombuffer(b"".join(blobs), np.float32).reshape(len(lines), width)
    return whole.extended(ExcerptScores(scores, affect, vectors))


def _join(database: Database, keys: Sequence[int]) -> None:
    """Several that are one tagger now: the one used last keeps its own word on a song and takes
    the others' on those it has not read."""
    *others, last = keys
    for other in others:
        for table in ("tagging", "proposal", "song_tagger"):
            database.execute(f"UPDATE OR IGNORE {table} SET tagger_id = ? WHERE tagger_id = ?",
                             (last, other))
        database.execute("DELETE FROM tagger WHERE id = ?", (other,))
    (name,), = database.all("SELECT name FROM tagger WHERE id = ?", (last,))
    database.execute("UPDATE tagger SET name = ? WHERE id = ?", (name.rpartition("#")[0], last))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
