"""One evaluation from songs to report: every candidate scored, measured, compared, written down.

What has been found is on disk after each candidate, so that a stop or a crash loses nothing; scores
that lie there already are not taken again. Opens no model itself.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.evaluation.baselines import measure_baselines
from engine.evaluation.candidates import Candidate
from engine.evaluation.comparing import compare
from engine.evaluation.folds import IntArray, folds_by_artist, same_artist
from engine.evaluation.job import PAGE_FILE, REPORT_FILE, EvaluationJob
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.measuring import MeasureOptions, measure
from engine.evaluation.report import (
    Comparison,
    CurvePoint,
    DataInfo,
    EvaluationReport,
    LearningCurve,
    TaggerReport,
    write_report,
)
from engine.evaluation.report_html import write_html
from engine.evaluation.score_table import ScoreTable
from engine.evaluation.views import describe_sets
from engine.events import Note, Report

SEED = 7


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The songs of a measurement: `judged` are measured on, `learned` are those the majority
    baseline counts. `folds` (S,) where there are any. `name` says where they come from."""

    name: str
    space: LabelSpace
    judged: tuple[JudgedSong, ...]
    learned: tuple[JudgedSong, ...]
    folds: IntArray | None = None

    @property
    def artists(self) -> int:
        """How many artists the songs are by; those without a name count as none."""
        return len({same_artist(song.artist) for song in self.judged} - {""})


class EvaluationRun:
    """One evaluation at work in its output folder."""

    def __init__(self, job: EvaluationJob, material: Material, output: Path,
                 report: Report) -> None:
        self._job = job
        self._material = material
        self._output = output
        self._report = report
        self._taggers: list[TaggerReport] = []
        self._baselines: tuple[TaggerReport, ...] = ()
        self._known: set[str] = set()
        self._unusable: list[str] = []
        self._comparisons: list[Comparison] = []
        self._curves: list[LearningCurve] = []
        self._tables: list[ScoreTable] = []
        # Thresholds set on the songs they are judged by flatter; across folds they are set anew.
        self._options = MeasureOptions(job.rounds, SEED, refit=material.folds is not None)

    def run(self, candidates: Sequence[Candidate]) -> EvaluationReport:
        """Measures all of them. One that cannot be used hides no other; EngineError where none
        can."""
        self._report(Note(f"{len(self._material.judged):,} songs to measure on"))
        problems: list[EngineError] = []
        for candidate in candidates:
            try:
                self._measure(candidate)
            except EngineError as problem:
                problems.append(problem)
                self._unusable.append(f"{candidate.key} was left out: {problem.message}")
                self._report(Note(self._unusable[-1]))
        if problems and not self._taggers:
            raise problems[0]
        self._compare()
        return self._written(complete=True)

    def _measure_baselines(self) -> None:
        """On the tags any of the taggers knows; again where one knows more than those before."""
        material = self._material
        known = {mood for table in self._tables for mood in table.moods} & set(material.space.moods)
        if known != self._known:
            self._known = known
            self._baselines = measure_baselines(material.judged, material.learned, material.space,
                                                self._options, known)

    def _measure(self, candidate: Candidate) -> None:
        material = self._material
        table = self._scores(candidate)
        if table.tagger in {known.tagger for known in self._tables}:
            return  # asked for twice, once by its name and once as the one of the settings
        self._report(Note(f"Measuring {table.name}"))
        found = measure(table, material.judged, material.space, self._options)
        self._taggers.append(msgspec.structs.replace(found, note=candidate.note))
        self._tables.append(table)
        self._measure_baselines()
        self._written(complete=False)
        if self._job.learning_curve:
            self._curves += self._learning(candidate)
            self._written(complete=False)

    def _scores(self, candidate: Candidate) -> ScoreTable:
        """Its scores: those a stopped run has left of the same songs, else taken now and kept."""
        material = self._material
        file = self._output / f"scores-{_file_name(candidate.key, material)}.npz"
        kept = _kept(file)
        if kept is not None:
            self._report(Note(f"{kept.name} was scored before"))
            return kept
        table = candidate.scores(material.judged, material.folds, self._report)
        table.write(file)
        return table

    def _learning(self, candidate: Candidate) -> Iterator[LearningCurve]:
        """The main figure of every label set after learning from more and more songs."""
        material = self._material
        steps = [(step, measure(step.table, material.judged, material.space, self._options))
                 for step in candidate.learning(material.judged, material.folds, self._report)]
        for block in steps[-1][1].blocks if steps else ():
            points = tuple(
                CurvePoint(songs=step.songs, share=step.share, figure=own.figures[own.main])
                for step, found in steps
                if (own := found.block(block.block)) is not None and own.main in own.figures)
            yield LearningCurve(tagger=steps[-1][1].tagger, name=steps[-1][1].name,
                                block=block.block, title=block.title, figure=block.main,
                                points=points)

    def _compare(self) -> None:
        """Every pair of taggers on the songs both have scored."""
        material = self._material
        for one, other in combinations(self._tables, 2):
            self._report(Note(f"Comparing {one.name} with {other.name}"))
            self._comparisons.append(
                compare(one, other, material.judged, material.space, self._options))

    def _written(self, complete: bool) -> EvaluationReport:
        """What has been found until now, on disk as JSON and as a page."""
        material = self._material
        unread = {song.id for song in material.judged}.difference(
            *(table.ids for table in self._tables))
        found = EvaluationReport(
            data=DataInfo(
                name=material.name, split=self._job.split, songs=len(material.judged),
                artists=material.artists, folds=self._job.folds, rounds=self._job.rounds,
                left_out=len(unread) if self._tables else 0),
            taggers=(*self._taggers, *self._baselines), comparisons=tuple(self._comparisons),
            label_sets=describe_sets(material.judged, material.space),
            curves=tuple(self._curves), complete=complete, unusable=tuple(self._unusable))
        write_report(found, self._output / REPORT_FILE)
        write_html(found, self._output / PAGE_FILE)
        return found


def fold_songs(songs: Sequence[JudgedSong], folds: int) -> IntArray | None:
    """(S,) the fold of each song; None for no folds. EngineError for more folds than artists."""
    if not folds:
        return None
    return folds_by_artist([song.artist for song in songs], folds, SEED,
                           [song.dup_group for song in songs])


def _kept(file: Path) -> ScoreTable | None:
    """The scores of a file; None where there is none or it is broken: then they are taken anew."""
    try:
        return ScoreTable.read(file) if file.is_file() else None
    except EngineError:
        return None


def _file_name(key: str, material: Material) -> str:
    """A name for the scores of just these songs in these folds, whatever letters a tagger has."""
    plain = re.sub(r"[^\w.-]+", "-", key)[:60]
    told = hashlib.sha256("\0".join((key, *(song.id for song in material.judged))).encode())
    told.update(b"" if material.folds is None else material.folds.tobytes())
    return f"{plain}-{told.hexdigest()[:8]}"
