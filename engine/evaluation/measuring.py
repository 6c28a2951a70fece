"""Measures one tagger: its scores of songs beside what people said of them, as a report.

Reads no file and runs no model. A label set is judged on the tags that tagger and data both know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from engine.evaluation.block_figures import BlockFigures, ManyTags, OneTag, Values, enough
from engine.evaluation.choosing import across_folds, by_thresholds
from engine.evaluation.intervals import error_interval, interval
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import VERDICTS, LabelSpace
from engine.evaluation.metrics import BINS, Reliability
from engine.evaluation.report import (
    Bin,
    Interval,
    LabelSetBlock,
    Matrix,
    TagFigures,
    TaggerReport,
)
from engine.evaluation.score_table import ScoreTable
from engine.evaluation.statistics import ROUNDS, SEED, bootstrap, in_worlds, resamplings
from engine.evaluation.views import View, pooled_view, views_of
from engine.evaluation.weighted import aucs, rankings, spearman

Floats = npt.NDArray[np.floating]
_SHARED_OUT = "Scores are shared out over these tags before their calibration is judged."


@dataclass(frozen=True, slots=True)
class MeasureOptions:
    """How to measure. `rounds` resamplings; `refit` sets thresholds on the other folds, where
    the table has folds and its own are not fixed, in place of the tagger's own."""

    rounds: int = ROUNDS
    seed: int = SEED
    refit: bool = False

    def anew(self, table: ScoreTable) -> bool:
        """Whether this table's thresholds are set anew, fold by fold."""
        return self.refit and table.fold is not None and not table.fixed


DEFAULT = MeasureOptions()


def measure(
    table: ScoreTable, songs: Sequence[JudgedSong], space: LabelSpace,
    options: MeasureOptions = DEFAULT,
) -> TaggerReport:
    """Everything the labels of `songs` tell of one tagger. Songs it did not score do not count."""
    blocks = tuple(block for view in views_of(songs, space)
                   if (block := judge(view, table, options)) is not None)
    affect, affect_songs = _affect(table, songs, options)
    scored = len(set(table.ids) & {song.id for song in songs})
    return TaggerReport(
        tagger=table.tagger, name=table.name, version=table.tagger.partition("@")[2], songs=scored,
        seconds=table.seconds,
        songs_per_second=len(table.ids) / table.seconds if table.seconds > 0 else None,
        blocks=blocks, affect=affect, affect_songs=affect_songs,
        experimental=experimental(table, songs, space, options))


def judge(
    view: View, table: ScoreTable, options: MeasureOptions = DEFAULT
) -> LabelSetBlock | None:
    """One label set by one tagger; None where they share too little to be judged."""
    shared = view.cut(table.moods, table.ids)
    if shared is None:
        return None
    known = table.rows(shared.ids)
    columns = [table.moods.index(tag) for tag in shared.tags]
    bars = [table.thresholds[column] for column in columns]
    figures = _figures(shared, known, columns, bars, options)
    whole, each = _told(figures, len(shared.ids), options)
    return LabelSetBlock(
        block=view.block, label_set=view.label_set, title=view.title, kind=view.kind,
        songs=len(shared.ids), tags_known=len(shared.tags), tags_all=view.tags_all,
        tags_rare=figures.rare, main=figures.main,
        figures={name: figure for name, figure in whole.items() if figure is not None},
        per_tag=_tags(shared, figures, each, None if options.anew(known) else bars),
        reliability=_bins(figures.reliability()),
        confusion=_matrix(shared.tags, figures.confusion()) if isinstance(figures, OneTag)
        else None,
        given_together=None if shared.single else _together(shared.tags, shared.present),
        chosen_together=None if shared.single else _together(shared.tags, figures.chosen),
        by_fold=_by_fold(figures, known.fold, table.fold),
        note=_SHARED_OUT if shared.single else view.note)


def experimental(
    table: ScoreTable, songs: Sequence[JudgedSong], space: LabelSpace,
    options: MeasureOptions = DEFAULT,
) -> tuple[str, ...]:
    """The tags not shown to be told better than chance would tell them, by name.

    All songs of the label sets that give many tags a song are asked at once: a tag is proven where
    the interval of its AUC lies above 0.5 and songs enough have it, and do not. As a tagger's own
    manifest has it. Of a tag no such set could have given nothing is said.
    """
    pooled = pooled_view(songs, space)
    shared = None if pooled is None else pooled.cut(table.moods, table.ids)
    if shared is None:
        return ()
    scores = table.rows(shared.ids).scores[:, [table.moods.index(tag) for tag in shared.tags]]
    ranked = rankings(scores, shared.present, shared.asked)
    worlds = in_worlds(lambda weights: aucs(ranked, weights), len(shared.ids), options.rounds,
                       options.seed)
    told = enough(shared.present, shared.asked)
    found = [interval(worlds[:, at], "auc") for at in range(len(shared.tags))]
    return tuple(sorted(
        tag for at, (tag, figure) in enumerate(zip(shared.tags, found, strict=True))
        if not told[at] or figure is None or figure.low <= 0.5))


def _figures(view: View, table: ScoreTable, columns: Sequence[int], bars: Sequence[float],
             options: MeasureOptions) -> BlockFigures:
    scores = table.scores[:, list(columns)]
    if view.single:
        return OneTag(scores, view.present)
    if table.fold is not None and options.anew(table):
        chosen = across_folds(scores, view.present, view.asked, table.fold)
    else:
        chosen = by_thresholds(scores, bars)
    return ManyTags(scores, chosen, view.present, view.asked, view.kind == VERDICTS)


def _told(figures: BlockFigures, songs: int, options: MeasureOptions
          ) -> tuple[dict[str, Interval | None], dict[str, tuple[Interval | None, ...]]]:
    """All figures of the whole set, and of each of its tags, with their intervals."""
    worlds = chain([np.ones((1, songs))], resamplings(songs, options.rounds, options.seed))
    found = [(*figures.told(weights), *figures.noise(weights)) for weights in worlds]
    whole, each, noise, noise_each = (_joined(parts) for parts in zip(*found, strict=True))
    tags = figures.chosen.shape[1]
    one_by_one = [_ends(_column(each, at), _column(noise_each, at)) for at in range(tags)]
    return _ends(whole, noise), {name: tuple(one[name] for one in one_by_one) for name in each}


def _joined(parts: Sequence[Values]) -> Values:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _column(each: Values, at: int) -> Values:
    return {name: values[:, at] for name, values in each.items()}


def _ends(told: Values, noise: Values) -> dict[str, Interval | None]:
    return {name: error_interval(values, noise[name][:, 0], noise[name][:, 1])
            if name in noise else interval(values, name) for name, values in told.items()}


def _tags(view: View, figures: BlockFigures, each: Mapping[str, tuple[Interval | None, ...]],
          bars: Sequence[float] | None) -> tuple[TagFigures, ...]:
    """`bars` are the tagger's own thresholds, told where they were used."""
    own = bars if bars is not None and not view.single else [float("inf")] * len(view.tags)
    return tuple(
        TagFigures(
            tag=tag, support=int((view.present & view.asked)[:, at].sum()),
            asked=int(view.asked[:, at].sum()), chosen=int(figures.chosen[:, at].sum()),
            threshold=round(own[at], 6) if np.isfinite(own[at]) else None,
            **{name: found[at] for name, found in each.items()})
        for at, tag in enumerate(view.tags))


def _bins(found: Reliability) -> tuple[Bin, ...]:
    """The bins that hold any score."""
    edges = np.linspace(0, 1, BINS + 1).tolist()
    return tuple(
        Bin(edges[at], edges[at + 1], int(count), float(found.scores[at] / count),
            float(found.present[at] / count))
        for at, count in enumerate(found.count.tolist()) if count)


def _together(tags: tuple[str, ...], there: npt.NDArray[np.bool_]) -> Matrix:
    counted = there.astype(np.int64)
    return _matrix(tags, counted.T @ counted)


def _matrix(tags: tuple[str, ...], counts: npt.NDArray[np.int64]) -> Matrix:
    return Matrix(tags, tuple(tuple(row) for row in counts.tolist()))


def _by_fold(figures: BlockFigures, fold: npt.NDArray[np.int8] | None,
             folds: npt.NDArray[np.int8] | None) -> dict[str, tuple[float | None, ...]]:
    """Each figure of the whole set in each fold alone; None where a fold cannot tell.

    `folds` are those of all songs: one may hold none of this label set, and keeps its place.
    """
    if fold is None or folds is None:
        return {}
    weights = np.array([fold == number for number in np.unique(folds).tolist()], np.float64)
    return {name: tuple(value if np.isfinite(value) else None for value in values.tolist())
            for name, values in figures.told(weights)[0].items()}


def _affect(table: ScoreTable, songs: Sequence[JudgedSong], options: MeasureOptions
            ) -> tuple[dict[str, Interval], int]:
    """Spearman's rank correlation of valence and arousal, and over how many songs."""
    scored = set(table.ids)
    known = [(song.id, song.affect) for song in songs if song.affect and song.id in scored]
    if table.affect is None or len(known) < 3:
        return {}, 0
    said = table.rows([song for song, _ in known]).affect
    truth = np.array([place for _, place in known])
    found: dict[str, Interval] = {}
    for at, name in enumerate(("valence", "arousal")):
        figure = None if said is None else _correlation(said[:, at], truth[:, at], options)
        if figure is not None:
            found[name] = figure
    return found, len(known) if found else 0


def _correlation(said: Floats, truth: Floats, options: MeasureOptions) -> Interval | None:
    return bootstrap(lambda weights: spearman(said, truth, weights), len(truth), options.rounds,
                     options.seed)
