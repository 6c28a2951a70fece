"""A training recipe as something that can be measured: learned fold by fold, and with fewer songs.

Hands its scores on like any tagger's; how good they are is told by engine.evaluation. Nothing
heavy is loaded before it is its turn.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.evaluation.candidates import LearnedShare
from engine.evaluation.folds import IntArray, same_artist
from engine.evaluation.job import EvaluationJob
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.score_table import ScoreTable
from engine.events import Note, Report
from engine.tagging.vocabulary import Vocabulary
from engine.training.base_model import base_folder
from engine.training.config import TrainingConfig
from engine.training.cross_validation import (
    ALWAYS,
    OutOfFold,
    cross_validate,
    learning_curve,
    score_table,
)
from engine.training.dataset import LabelledSong, read_songs
from engine.training.way import Way
from engine.training.ways import learned_space, open_tokenizer, open_way

_LEFT_OUT = -2  # of two folds at once: near-duplicates of a song in another artist's fold


class RecipeCandidate:
    """One recipe upon the data of an evaluation. What it computes once lies in `folder`."""

    def __init__(self, config: TrainingConfig, job: EvaluationJob, folder: Path) -> None:
        self.config = config
        self.job = job
        self.folder = folder

    @property
    def key(self) -> str:
        return f"recipe:{self.config.model_id}"

    @property
    def note(self) -> str:
        return "Learned anew for each fold, from the songs of the others."

    def scores(
        self, songs: Sequence[JudgedSong], folds: IntArray | None, report: Report
    ) -> ScoreTable:
        """Out-of-fold scores of the songs it can read. EngineError without folds."""
        labelled, fold_of = self._songs(songs, folds, report)
        said = cross_validate(self._way(report), labelled, fold_of, report)
        return self._table(said, labelled)

    def learning(
        self, songs: Sequence[JudgedSong], folds: IntArray | None, report: Report
    ) -> Iterator[LearnedShare]:
        """The same after learning from more and more of the songs."""
        labelled, fold_of = self._songs(songs, folds, report)
        for share, said in learning_curve(self._way(report), labelled, fold_of, report):
            yield LearnedShare(share, round(said.learned), self._table(said, labelled))

    @cached_property
    def _space(self) -> LabelSpace:
        moods = Vocabulary.load(self.job.paths.moods_file).ids
        return learned_space(self.config, self.job.labels_file, tuple(moods))

    def _base(self, report: Report) -> Path | None:
        return base_folder(self.config, self.job.base, self.job.paths.models, report)

    def _way(self, report: Report) -> Way:
        data = self.job.data.parent if self.job.data else None
        return open_way(self.config, self._space, self._base(report), self.folder, data)

    def _songs(
        self, judged: Sequence[JudgedSong], folds: IntArray | None, report: Report
    ) -> tuple[list[LabelledSong], IntArray]:
        """The songs to learn from or to be scored, (S,) with the fold of each."""
        if folds is None or self.job.data is None:
            raise EngineError("A recipe is measured by cross-validation.", "Ask for --folds 5.")
        report(Note(message=f"Reading the songs for {self.config.name}"))
        tokenizer = open_tokenizer(self.config, self._base(report))
        config = self.config
        read = read_songs(
            self.job.data, self._space, config.label_sets, tokenizer, config.window
        )
        of_split = [song for song in read if self.job.split in ("all", song.split)]
        found = fold_of_each(of_split, judged, folds)
        kept = np.flatnonzero(found != _LEFT_OUT)
        return [of_split[row] for row in kept.tolist()], found[kept]

    def _table(self, said: OutOfFold, songs: Sequence[LabelledSong]) -> ScoreTable:
        return score_table(said, songs, self.config, self._space)


def fold_of_each(
    songs: Sequence[LabelledSong], judged: Sequence[JudgedSong], folds: IntArray
) -> IntArray:
    """(S,) the fold of every song: its own where it is judged, else that of its artist or of its
    near-duplicates; ALWAYS where nobody judged is anything to it, -2 where they disagree."""
    own = dict(zip((song.id for song in judged), folds.tolist(), strict=True))
    artists = {same_artist(song.artist): own[song.id] for song in judged}
    groups = {song.dup_group: own[song.id] for song in judged}
    return np.array([_fold_of(song, own, artists, groups) for song in songs], np.int8)


def _fold_of(
    song: LabelledSong,
    own: Mapping[str, int],
    artists: Mapping[str, int],
    groups: Mapping[str, int],
) -> int:
    if song.id in own:
        return own[song.id]
    artist = same_artist(song.artist)
    near = [artists[artist]] if artist and artist in artists else []
    if song.dup_group in groups and song.dup_group:
        near.append(groups[song.dup_group])
    if not near:
        return ALWAYS
    return near[0] if len(set(near)) == 1 else _LEFT_OUT
