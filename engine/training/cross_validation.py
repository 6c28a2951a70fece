"""A way of learning measured on songs it has not learned from: fold by fold, and with fewer songs.

Folds are by artist, so nobody's words are on both sides. What comes out is a table of scores as
any tagger gives it; how good they are is told by engine.evaluation. Knows no torch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.evaluation.folds import IntArray, folds_by_artist
from engine.evaluation.label_sets import LabelSpace
from engine.evaluation.score_table import ScoreTable
from engine.events import Note, Progress, Report
from engine.training.config import TrainingConfig
from engine.training.dataset import Floats, LabelledSong, base_rates
from engine.training.way import Way

_Rows = npt.NDArray[np.int64]
ALWAYS = -1  # the fold of a song that is learned from in every fold and judged in none
SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFold:
    """What a way said of S songs, of each without having learned from its artist.

    `rows` (S,) are their places among the songs that were handed in, `fold` (S,) their folds;
    `moods` (M,) are those it learned in every fold, `logits` (S, M), `affect` (S, 2) in -1..1.
    `learned` is how many songs it learned from, the mean over folds.
    """

    rows: _Rows
    fold: IntArray
    moods: tuple[str, ...]
    logits: Floats
    affect: Floats
    learned: float


def song_folds(songs: Sequence[LabelledSong], folds: int, seed: int) -> IntArray:
    """(S,) the fold of every song; an artist's songs, and songs doubled, share one."""
    artists, groups = [song.artist for song in songs], [song.dup_group for song in songs]
    return folds_by_artist(artists, folds, seed, groups)


def cross_validate(
    way: Way, songs: Sequence[LabelledSong], folds: IntArray, report: Report
) -> OutOfFold:
    """Learns once for each fold from the songs of all others, and scores the fold's own.

    `folds` (S,): a song in the fold ALWAYS is learned from each time and never scored.
    """
    way.prepare(songs, report)
    return _out_of_fold(way, songs, folds, np.arange(len(songs), dtype=np.int64), report)


def learning_curve(
    way: Way,
    songs: Sequence[LabelledSong],
    folds: IntArray,
    report: Report,
    shares: Sequence[float] = SHARES,
    seed: int = 0,
) -> Iterator[tuple[float, OutOfFold]]:
    """The same with each share of the songs to learn from: a larger share holds the smaller ones,
    and every fold is judged whole."""
    if not all(0 < share <= 1 for share in shares):
        raise EngineError("The shares of a learning curve lie above 0 and at most at 1.")
    way.prepare(songs, report)
    order = np.random.default_rng(seed).permutation(len(songs))
    for share in shares:
        kept = np.sort(order[: max(1, round(share * len(songs)))])
        report(Note(message=f"Learning from {share:.0%} of the songs"))
        yield share, _out_of_fold(way, songs, folds, kept, report)


def score_table(
    said: OutOfFold, songs: Sequence[LabelledSong], config: TrainingConfig, space: LabelSpace
) -> ScoreTable:
    """The table of a recipe. Thresholds are 0.5 where the recipe says so; else they call each
    mood as often as people gave it, which takes no song's label but the share of songs with it."""
    judged = _picked(songs, said.rows)
    scores = 1 / (1 + np.exp(-said.logits.astype(np.float64)))
    if config.calls_at_half:
        thresholds = [0.5] * len(said.moods)
    else:
        rates = dict(zip(space.moods, base_rates(judged, space, config.frame), strict=True))
        shares = [max(float(rates.get(mood, 0.0)), 1 / len(judged)) for mood in said.moods]
        thresholds = [float(np.quantile(scores[:, m], 1 - rate)) for m, rate in enumerate(shares)]
    return ScoreTable(
        tagger=config.model_id,
        name=config.name,
        ids=tuple(song.id for song in judged),
        moods=said.moods,
        scores=scores.astype(np.float32),
        affect=said.affect,
        thresholds=tuple(thresholds),
        fold=said.fold,
        fixed=config.calls_at_half,
    )


def _out_of_fold(
    way: Way, songs: Sequence[LabelledSong], folds: IntArray, kept: _Rows, report: Report
) -> OutOfFold:
    """Learns from the songs in the rows `kept` that are not the fold's, judges all of the fold."""
    numbers = sorted(set(folds.tolist()) - {ALWAYS})
    found: list[_Fold] = []
    for done, fold in enumerate(numbers):
        report(Progress(done=done, total=len(numbers), message="Learning", unit="folds"))
        learning = _picked(songs, kept[folds[kept] != fold])
        if not learning:
            raise EngineError("A fold leaves no song to learn from.", "Ask for more songs.")
        rows = np.flatnonzero(folds == fold).astype(np.int64)
        model = way.fit(learning, report)
        said, place = model.logits(_picked(songs, rows))
        found.append(_Fold(fold, rows, model.moods, said, place, len(learning)))
    report(Progress(done=len(numbers), total=len(numbers), message="Learning", unit="folds"))
    return _joined(found)


def _picked(songs: Sequence[LabelledSong], rows: _Rows) -> list[LabelledSong]:
    places: list[int] = rows.tolist()
    return [songs[row] for row in places]


@dataclass(frozen=True, slots=True, eq=False)
class _Fold:
    """`rows` of the songs held out, and what a model that has not seen them said."""

    number: int
    rows: _Rows
    moods: tuple[str, ...]
    logits: Floats
    affect: Floats
    learned: int


def _joined(folds: Sequence[_Fold]) -> OutOfFold:
    """All songs judged, in their order, over the moods every fold has learned."""
    moods = tuple(m for m in folds[0].moods if all(m in fold.moods for fold in folds))
    rows = np.concatenate([fold.rows for fold in folds])
    order = np.argsort(rows)
    logits = [fold.logits[:, [fold.moods.index(mood) for mood in moods]] for fold in folds]
    numbers = [np.full(len(fold.rows), fold.number, np.int8) for fold in folds]
    return OutOfFold(
        rows=rows[order],
        fold=np.concatenate(numbers)[order],
        moods=moods,
        logits=np.concatenate(logits)[order],
        affect=np.concatenate([fold.affect for fold in folds])[order],
        learned=float(np.mean([fold.learned for fold in folds])),
    )
