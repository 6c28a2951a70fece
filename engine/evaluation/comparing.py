"""Two taggers on the same songs and tags: how far apart they are, and whether chance could do it.

Intervals by paired bootstrap, p-values by approximate randomisation, corrected for how many are
asked at once. Runs no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from engine.evaluation.block_figures import averaged
from engine.evaluation.choosing import by_thresholds
from engine.evaluation.intervals import interval
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import VERDICTS, LabelSpace
from engine.evaluation.measuring import DEFAULT, MeasureOptions
from engine.evaluation.metrics import midranks
from engine.evaluation.report import ComparedBlock, ComparedTag, Comparison, Interval
from engine.evaluation.score_table import ScoreTable
from engine.evaluation.statistics import approximate_randomisation, holm, in_worlds
from engine.evaluation.views import View, views_of
from engine.evaluation.weighted import aucs, mean_known, rankings

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The main figure of each tagger and what lies between them; `tags` as (interval, p)."""

    figure: str
    one: float
    other: float
    difference: Interval
    p: float
    tags: tuple[tuple[str, Interval, float], ...] = ()


def compare(
    one: ScoreTable, other: ScoreTable, songs: Sequence[JudgedSong], space: LabelSpace,
    options: MeasureOptions = DEFAULT,
) -> Comparison:
    """Block by block: macro AUC with its tags, or accuracy, of `one` less that of `other`.

    Only songs both scored and tags both know count.
    """
    blocks: list[ComparedBlock] = []
    for view in views_of(songs, space):
        shared = view.cut(tuple(set(one.moods) & set(other.moods)),
                          tuple(set(one.ids) & set(other.ids)))
        found = None if shared is None else _between(shared, one, other, options)
        if shared is not None and found is not None:
            blocks.append(_told(shared, found))
    raised = holm([block.p for block in blocks])
    return Comparison(one=one.tagger, other=other.tagger, blocks=tuple(
        msgspec.structs.replace(block, p_holm=p)
        for block, p in zip(blocks, raised, strict=True)))


def _between(view: View, one: ScoreTable, other: ScoreTable,
             options: MeasureOptions) -> _Found | None:
    scores, others = _scores(view, one), _scores(view, other)
    if view.single:
        label, asked = view.present.argmax(1), np.ones(len(view.ids))
        return _by_share("accuracy", scores.argmax(1) == label, others.argmax(1) == label, asked,
                         options)
    if view.kind == VERDICTS:
        right, theirs = (
            ((by_thresholds(said, _bars(view, table)) == view.present) & view.asked).sum(1)
            for said, table in ((scores, one), (others, other)))
        return _by_share("agreement", right, theirs, view.asked.sum(1), options)
    return _by_auc(view, scores, others, options)


def _scores(view: View, table: ScoreTable) -> Floats:
    return table.rows(view.ids).scores[:, [table.moods.index(tag) for tag in view.tags]]


def _bars(view: View, table: ScoreTable) -> list[float]:
    return [table.thresholds[table.moods.index(tag)] for tag in view.tags]


def _by_share(figure: str, right: npt.NDArray[Any], theirs: npt.NDArray[Any],
              asked: npt.NDArray[Any], options: MeasureOptions) -> _Found | None:
    """How many of the answers `asked` (S,) of each song are right, all pooled."""
    gap, songs, answers = right.astype(np.float64) - theirs, len(asked), asked.astype(np.float64)
    worlds = in_worlds(lambda weights: weights @ gap / np.maximum(weights @ answers, 1), songs,
                       options.rounds, options.seed)
    p = approximate_randomisation(lambda swaps: (1.0 - 2.0 * swaps) @ gap / answers.sum(), songs,
                                  options.rounds, options.seed)
    difference = interval(worlds)
    if difference is None:
        return None
    total = float(answers.sum())
    return _Found(figure, float(right.sum()) / total, float(theirs.sum()) / total, difference,
                  float(p))


def _by_auc(view: View, scores: Floats, others: Floats,
            options: MeasureOptions) -> _Found | None:
    """The mean over tags stands in the first column, then every tag."""
    songs = len(view.ids)
    ours, theirs = (rankings(said, view.present, view.asked) for said in (scores, others))

    means = averaged(view.present, view.asked)

    def apart(weights: Floats) -> Floats:
        return _with_mean(aucs(ours, weights), means) - _with_mean(aucs(theirs, weights), means)

    worlds = in_worlds(apart, songs, options.rounds, options.seed)
    p = approximate_randomisation(_Swapped(view, scores, others), songs, options.rounds,
                                  options.seed)
    difference = interval(worlds[:, 0])
    if difference is None:
        return None
    tags = tuple((tag, told, float(p[at])) for at, tag in enumerate(view.tags, 1)
                 if (told := interval(worlds[:, at])) is not None)
    whole = np.ones((1, songs))
    mean = [float(_with_mean(aucs(each, whole), means)[0, 0]) for each in (ours, theirs)]
    return _Found("macro_auc", mean[0], mean[1], difference, float(p[0]), tags)


class _Swapped:
    """The AUC difference when chance decides song by song whose answer is whose.

    Taggers may score on different scales, so it is the ranks among all songs that are swapped, as
    Venkatraman and Begg (1996) do; the AUC of ranks is that of the scores.
    """

    def __init__(self, view: View, scores: Floats, others: Floats) -> None:
        ranks = np.concatenate([_ranks(scores, view.asked), _ranks(others, view.asked)])
        twice = [np.concatenate([part, part]) for part in (view.present, view.asked)]
        self._rankings = rankings(ranks, twice[0], twice[1])
        self._means = averaged(view.present, view.asked)

    def __call__(self, swaps: Bools) -> Floats:
        mine = np.concatenate([~swaps, swaps], 1).astype(np.float64)
        return (_with_mean(aucs(self._rankings, mine), self._means)
                - _with_mean(aucs(self._rankings, 1.0 - mine), self._means))


def _ranks(scores: Floats, asked: Bools) -> Floats:
    """(S, M) the rank of each song among those asked about the tag, 0 where it was not."""
    ranks = np.zeros(scores.shape)
    for column in range(scores.shape[1]):
        rows = asked[:, column]
        if rows.any():
            ranks[rows, column] = midranks(scores[rows, column])
    return ranks


def _with_mean(values: Floats, means: Bools) -> Floats:
    """(R, 1 + M) the mean over the tags that are averaged, `means` (M,), then each."""
    return np.concatenate([mean_known(values[:, means])[:, None], values], 1)


def _told(view: View, found: _Found) -> ComparedBlock:
    raised = holm([p for _, _, p in found.tags])
    tags = tuple(ComparedTag(tag=tag, difference=difference, p=p, p_holm=p_holm)
                 for (tag, difference, p), p_holm in zip(found.tags, raised, strict=True))
    return ComparedBlock(
        block=view.block, title=view.title, figure=found.figure, songs=len(view.ids),
        tags=len(view.tags), one=found.one, other=found.other, difference=found.difference,
        p=found.p, p_holm=found.p, per_tag=tags)
