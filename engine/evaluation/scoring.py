"""Has a tagger score songs for judging, exactly as tagging does it: read, cut, score, collate.

Knows no labels. A song that cannot be read or cut is left out, as tagging would refuse it.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.score_table import ScoreTable
from engine.events import Note, Progress, Report
from engine.settings import CollationSettings
from engine.tagging.collation import CollatedScores, combine
from engine.tagging.language import has_words
from engine.tagging.reading import lyric_from_text
from engine.tagging.results import Excerpt, ExcerptScores
from engine.tagging.tagger import Tagger

USUAL = CollationSettings()
MOST_EXCERPTS = 64  # at a time, as in tagging: between two groups the work can be stopped


@dataclass(frozen=True, slots=True, eq=False)
class _CutSong:
    id: str
    excerpts: tuple[Excerpt, ...]


def score_songs(
    tagger: Tagger, songs: Sequence[JudgedSong],
    collation: CollationSettings = USUAL, report: Report | None = None, name: str = "",
) -> ScoreTable:
    """The scores of all `songs` the tagger can read, in their order, with the seconds it took.

    Progress goes to `report`, which may raise to stop the work. EngineError where the tagger can
    score none of them.
    """
    began = time.perf_counter()
    work = _Scoring(tagger, collation)
    for done, group in _groups(tagger, songs):
        work.take(group)
        if report is not None:
            report(Progress(done=done, total=len(songs), message=name or tagger.id, unit="songs"))
    ids, parts = work.ids, work.parts
    if not parts:
        raise work.failure or EngineError("None of these songs has words this tagger can read.",
                                          "Measure on other songs.")
    if report is not None and len(ids) < len(songs):
        report(Note(message=f"{len(songs) - len(ids):,} songs could not be read and are left out"))
    return ScoreTable(tagger.id, name or tagger.id, tuple(ids), tagger.moods,
                      np.concatenate([part.scores for part in parts]),
                      np.concatenate([part.affect for part in parts]), tagger.thresholds,
                      seconds=time.perf_counter() - began)


class _Scoring:
    """What has been scored so far: `ids` and `parts` in step, and the last `failure`."""

    def __init__(self, tagger: Tagger, collation: CollationSettings) -> None:
        self._tagger = tagger
        self._collation = collation
        self.ids: list[str] = []
        self.parts: list[CollatedScores] = []
        self.failure: EngineError | None = None

    def take(self, group: Sequence[_CutSong]) -> None:
        """Scores songs together; where that fails one by one, leaving out those that fail."""
        if not group:
            return
        try:
            self.parts.append(_collated(self._tagger, group, self._collation))
            self.ids += [song.id for song in group]
        except EngineError as failure:
            self.failure = failure
            for song in group if len(group) > 1 else ():
                self.take([song])


def _groups(tagger: Tagger, songs: Sequence[JudgedSong]) -> Iterator[tuple[int, list[_CutSong]]]:
    """Songs cut into excerpts, about MOST_EXCERPTS at a time, and how many songs were looked at."""
    group: list[_CutSong] = []
    for number, song in enumerate(songs, 1):
        excerpts = _cut(tagger, song)
        if excerpts:
            group.append(_CutSong(song.id, excerpts))
        if sum(len(each.excerpts) for each in group) >= MOST_EXCERPTS or number == len(songs):
            yield number, group
            group = []


def _cut(tagger: Tagger, song: JudgedSong) -> tuple[Excerpt, ...]:
    try:
        lyric = lyric_from_text(song.lyrics, song.title, song.artist, "jsonl")
    except EngineError:
        return ()
    return tagger.cut(lyric) if has_words(lyric) else ()


def _collated(tagger: Tagger, group: Sequence[_CutSong],
              settings: CollationSettings) -> CollatedScores:
    excerpts = [excerpt for song in group for excerpt in song.excerpts]
    said = _said(tagger, excerpts)
    starts = np.cumsum([0, *(len(song.excerpts) for song in group)])[:-1]
    weights = np.array([excerpt.weight for excerpt in excerpts])
    found = combine(said.moods, said.affect, weights, starts, settings)
    # A model that is broken, or overflows on its device, would be judged by what is no number.
    if not (np.isfinite(found.scores).all() and np.isfinite(found.affect).all()):
        raise EngineError("This tagger gives scores that are no numbers.",
                          "Try another device, or add its model again.")
    return found


def _said(tagger: Tagger, excerpts: Sequence[Excerpt]) -> ExcerptScores:
    """As tagging asks: no more than MOST_EXCERPTS at a time, however long a song."""
    parts = [tagger.score(excerpts[first:first + MOST_EXCERPTS])
             for first in range(0, len(excerpts), MOST_EXCERPTS)]
    return ExcerptScores(np.concatenate([part.moods for part in parts]),
                         np.concatenate([part.affect for part in parts]),
                         np.concatenate([part.vectors for part in parts]))
