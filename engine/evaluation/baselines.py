"""What is reached without reading a word: by chance, and by always saying what is usual.

Every figure stands beside these, so that nobody takes a number for skill. Each label set has base
rates of its own, so each gets a table of its own.
"""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.measuring import DEFAULT, MeasureOptions, judge
from engine.evaluation.report import LabelSetBlock, TaggerReport
from engine.evaluation.score_table import ScoreTable
from engine.evaluation.views import View, views_of

Floats = npt.NDArray[np.floating]
RANDOM, MAJORITY = "baseline:random", "baseline:majority"
_NAMES = {RANDOM: "Chance", MAJORITY: "Always the usual"}
_NOTES = {
    RANDOM: "Scores drawn by chance; a tag is given as often as people gave it.",
    MAJORITY: "Every song gets the scores of the share of songs that have the tag.",
}


def random_table(view: View, rates: Floats, seed: int = 7) -> ScoreTable:
    """Chance: scores uniform in 0..1, each of M tags chosen as often as its rate (M,) says."""
    scores = np.random.default_rng(seed).random((len(view.ids), len(view.tags)))
    bars = tuple(1.0 - rate if rate > 0 else float("inf") for rate in rates.tolist())
    return ScoreTable(RANDOM, _NAMES[RANDOM], view.ids, view.tags, scores.astype(np.float32),
                      None, bars)


def majority_table(view: View, rates: Floats) -> ScoreTable:
    """The usual: every song is scored with the rates (M,), and has what most songs have."""
    scores = np.tile(rates.astype(np.float32), (len(view.ids), 1))
    return ScoreTable(MAJORITY, _NAMES[MAJORITY], view.ids, view.tags, scores, None,
                      tuple(0.5 for _ in view.tags))


def base_rates(view: View) -> Floats:
    """(M,) the share of the songs asked about a tag that have it, 0 where none was asked."""
    asked = view.asked.sum(0)
    return (view.present & view.asked).sum(0) / np.maximum(asked, 1)


def _rates_of(view: View) -> dict[str, float]:
    return dict(zip(view.tags, base_rates(view).tolist(), strict=True))


def measure_baselines(
    songs: Sequence[JudgedSong], learning: Sequence[JudgedSong], space: LabelSpace,
    options: MeasureOptions = DEFAULT, tags: Collection[str] | None = None,
) -> tuple[TaggerReport, TaggerReport]:
    """Chance and the usual on `songs`; what is usual is learned from the songs `learning`.

    Where those say nothing of a label set, it is what is usual among `songs` themselves. `tags`
    are those the taggers beside know: among five, chance does better than among all of a set.
    """
    usual = {view.block: _rates_of(view) for view in views_of(learning, space)}
    found = views_of(songs, space)
    views = [view for each in found
             if (view := each if tags is None else each.cut(tags, each.ids)) is not None]
    told = [usual.get(view.block) or _rates_of(view) for view in views]
    rates = [np.array([each.get(tag, 0.0) for tag in view.tags])
             for view, each in zip(views, told, strict=True)]
    drawn = [random_table(view, rate, options.seed)
             for view, rate in zip(views, rates, strict=True)]
    constant = [majority_table(view, rate) for view, rate in zip(views, rates, strict=True)]
    return (_report(RANDOM, views, drawn, options), _report(MAJORITY, views, constant, options))


def _report(name: str, views: Sequence[View], tables: Sequence[ScoreTable],
            options: MeasureOptions) -> TaggerReport:
    blocks: list[LabelSetBlock] = []
    for view, table in zip(views, tables, strict=True):
        block = judge(view, table, options)
        if block is not None:
            blocks.append(block)
    songs = len({song for view in views for song in view.ids})
    return TaggerReport(tagger=name, name=_NAMES[name], baseline=True, songs=songs,
                        blocks=tuple(blocks), note=_NOTES[name])
