"""Has songs of the library read by another tagger, for comparison: nothing they show changes.

A generator like the tagging service: it answers in groups, closing it stops between two of them
and keeps what was proposed so far. What is there already is not read again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError
from engine.library.database import Database
from engine.tagging.collation import excerpt_moods
from engine.tagging.lyric_store import LyricStore
from engine.tagging.results import Excerpt, ExcerptScores
from engine.tagging.retagging.proposals import Proposals
from engine.tagging.song_group import MOST_EXCERPTS, song_vector
from engine.tagging.tagger import Tagger

MOST_SONGS = 16


@dataclass(frozen=True, slots=True)
class RetagProgress:
    """How many songs of `total` are done; `refused` of them the tagger could not take, and
    `silent` are in a language it does not know. `problem` is why the last was refused.
    """

    done: int
    total: int
    refused: int = 0
    silent: int = 0
    problem: EngineError | None = None


class Retagger:
    """Reads songs of one library with one tagger."""

    def __init__(self, database: Database, store: LyricStore, tagger: Tagger) -> None:
        self._database = database
        self._store = store
        self._tagger = tagger
        self._proposals = Proposals(database)
        self._refused = self._silent = 0
        self._problem: EngineError | None = None

    def run(self, songs: Sequence[int] = ()) -> Iterator[RetagProgress]:
        """Compares these songs, or all that have words; the first value says how many."""
        self._proposals.tidy(self._tagger)
        wanted = [*(songs or self._all())]
        yield RetagProgress(0, len(wanted))
        group: dict[int, tuple[Excerpt, ...]] = {}
        for done, song in enumerate(wanted, 1):
            if self._is_readable(song) and not (
                    self._proposals.has(song, self._tagger)
                    or self._proposals.reuse(song, self._tagger)):
                self._take(song, group)
            full = sum(len(cut) for cut in group.values()) >= MOST_EXCERPTS
            if full or len(group) >= MOST_SONGS or done == len(wanted):
                self._score(group)
                group.clear()
                yield self._told(done, len(wanted))
            elif done % MOST_SONGS == 0:
                yield self._told(done - len(group), len(wanted))

    def _told(self, done: int, total: int) -> RetagProgress:
        return RetagProgress(done, total, self._refused, self._silent, self._problem)

    def _all(self) -> list[int]:
        """Songs that can be read and are still somewhere, in the order they were added."""
        return [song for song, in self._database.all(
            "SELECT id FROM song WHERE has_words AND EXISTS"
            " (SELECT 1 FROM place WHERE song_id = song.id) ORDER BY id")]

    def _is_readable(self, song: int) -> bool:
        """Whether there are words, in a language the tagger knows."""
        row = self._database.first("SELECT has_words, language FROM song WHERE id = ?", (song,))
        languages = self._tagger.languages
        if row is None or not row[0]:
            return False
        knows = not languages or not row[1] or row[1] in languages
        self._silent += not knows
        return knows

    def _take(self, song: int, group: dict[int, tuple[Excerpt, ...]]) -> None:
        lyric = self._store.lyric(song)
        if lyric is not None:
            group[song] = self._tagger.cut(lyric)

    def _score(self, group: dict[int, tuple[Excerpt, ...]]) -> None:
        """Together if that works, else one by one, so that only the song that fails is refused."""
        together = [excerpt for cut in group.values() for excerpt in cut]
        try:
            scores = self._said(together)
        except EngineError:
            for song, cut in group.items():
                self._score_alone(song, cut)
            return
        first = 0
        for song, cut in group.items():
            part = slice(first, first + len(cut))
            self._keep(song, cut, ExcerptScores(scores.moods[part], scores.affect[part],
                                                scores.vectors[part]))
            first += len(cut)

    def _score_alone(self, song: int, cut: tuple[Excerpt, ...]) -> None:
        try:
            self._keep(song, cut, self._said(cut))
        except EngineError as problem:
            self._refused += 1
            self._problem = problem

    def _said(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        parts = [self._tagger.score(excerpts[first:first + MOST_EXCERPTS])
                 for first in range(0, len(excerpts), MOST_EXCERPTS)]
        if not parts:
            return ExcerptScores(np.zeros((0, len(self._tagger.moods)), np.float32),
                                 np.zeros((0, 2), np.float32), np.zeros((0, 0), np.float32))
        return ExcerptScores(np.concatenate([part.moods for part in parts]),
                             np.concatenate([part.affect for part in parts]),
                             np.concatenate([part.vectors for part in parts]))

    def _keep(self, song: int, cut: tuple[Excerpt, ...], scores: ExcerptScores) -> None:
        self._proposals.record(song, self._tagger, excerpt_moods(cut, scores),
                               song_vector(cut, scores))
