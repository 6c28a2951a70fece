"""From excerpt scores to song moods: the one place where votes are added up.

An excerpt votes with its logits, weighted by how much is sung in it. Settings decide how much the
strongest excerpt counts, which scores are high enough and how many are shown. Runs no model.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.settings import CollationSettings
from engine.tagging.results import Excerpt, ExcerptMoods, ExcerptScores, Scores, SongMoods, Tag
from engine.tagging.tagger import NONE_EXPERIMENTAL

_CERTAIN = 1e-6  # scores this near to 0 or 1 have no finite logit
_STRICTNESS_LOGITS = 0.7  # one unit of strictness halves or doubles the tags of a usual song

_BEFORE_ALL = 1e3  # logits; no mood lies so far above its bar

Places = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class CollatedScores:
    """S songs: `scores` (S, M) 0..1, `affect` (S, 2) valence and arousal in -1..1."""

    scores: Scores
    affect: Scores


def excerpt_moods(excerpts: Sequence[Excerpt], scores: ExcerptScores) -> tuple[ExcerptMoods, ...]:
    """The excerpts' places joined with what the tagger said of each."""
    return tuple(
        ExcerptMoods(
            excerpt.first_line,
            excerpt.last_line,
            excerpt.weight,
            scores.moods[row],
            float(scores.affect[row, 0]),
            float(scores.affect[row, 1]),
            excerpt.start_ms,
            excerpt.end_ms,
            excerpt.echoes,
        )
        for row, excerpt in enumerate(excerpts)
    )


def combine(
    scores: Floats, affect: Floats, weights: Floats, starts: Places, settings: CollationSettings
) -> CollatedScores:
    """Song scores of S songs whose excerpts stand one below the other.

    `scores` (E, M), `affect` (E, 2), `weights` (E,); song s owns the rows from `starts[s]` (S,)
    to the next start. No song is without excerpts.
    """
    votes = weights if settings.count_repeats else np.ones_like(weights)
    total = np.add.reduceat(votes, starts)[:, None]
    logits = _logits(scores)
    mean = np.add.reduceat(logits * votes[:, None], starts) / total
    if settings.peak_share:
        peak = np.maximum.reduceat(logits, starts)
        mean = (1 - settings.peak_share) * mean + settings.peak_share * peak
    place = np.add.reduceat(affect * votes[:, None], starts) / total
    return CollatedScores(
        (1 / (1 + np.exp(-mean))).astype(np.float32), place.astype(np.float32)
    )


def collate(
    tagger_id: str,
    moods: tuple[str, ...],
    thresholds: tuple[float, ...],
    excerpts: Sequence[ExcerptMoods],
    settings: CollationSettings,
    experimental: Mapping[str, float] = NONE_EXPERIMENTAL,
) -> SongMoods:
    """One song's moods from its excerpts; without excerpts no mood scores above 0.

    `experimental` moods count from the thresholds given there, where the settings ask for them.
    """
    if not excerpts:
        return SongMoods(tagger_id, (), np.zeros(len(moods), np.float32), 0.0, 0.0, (), moods)
    scores = np.array([excerpt.scores for excerpt in excerpts])
    combined = combine(
        scores,
        np.array([(excerpt.valence, excerpt.arousal) for excerpt in excerpts]),
        np.array([excerpt.weight for excerpt in excerpts]),
        np.zeros(1, np.int64),
        settings,
    )
    bars = strict_thresholds(shown_thresholds(moods, thresholds, settings, experimental), settings)
    excerpt_tags = choose_tags(moods, bars, scores, settings.most_tags, experimental)
    tagged = tuple(
        replace(excerpt, tags=tags) for excerpt, tags in zip(excerpts, excerpt_tags, strict=True)
    )
    valence, arousal = combined.affect[0].tolist()
    (tags,) = choose_tags(moods, bars, combined.scores, settings.most_tags, experimental)
    return SongMoods(tagger_id, tags, combined.scores[0], valence, arousal, tagged, moods)


def shown_thresholds(
    moods: Sequence[str],
    thresholds: Sequence[float],
    settings: CollationSettings,
    experimental: Mapping[str, float],
) -> Sequence[float]:
    """(M,) the thresholds, with those of the experimental moods where the settings ask for them."""
    if not settings.experimental:
        return thresholds
    return tuple(experimental.get(mood, bar) for mood, bar in zip(moods, thresholds, strict=True))


def strict_thresholds(thresholds: Sequence[float], settings: CollationSettings) -> Floats:
    """(M,) the thresholds moved by the chosen strictness; one above 1 is never reached."""
    measured = np.array(thresholds, np.float64)
    moved = 1 / (1 + np.exp(-(_logits(measured) + _STRICTNESS_LOGITS * settings.strictness)))
    return np.where(measured > 1, np.inf, moved)


def choose_tags(
    moods: Sequence[str], bars: Floats, scores: Floats, most: int,
    experimental: Container[str] = (),
) -> list[tuple[Tag, ...]]:
    """For each row of scores (S, M) the `most` moods that stand out most above their bars (M,),
    highest score first. Those that are `experimental` are marked, and take no other's place.

    Chosen by distance above the bar, so that asking for more tags never takes one away.
    """
    trials = np.array([mood in experimental for mood in moods], np.bool_)
    chosen, reached = standing_out(bars, scores, most, trials)
    kept = np.where(reached, np.take_along_axis(scores, chosen, axis=1), -np.inf)
    order = np.argsort(-kept, axis=1, kind="stable")
    columns: list[list[int]] = np.take_along_axis(chosen, order, axis=1).tolist()
    ranked: list[list[float]] = np.take_along_axis(kept, order, axis=1).tolist()
    counts: list[int] = reached.sum(axis=1).tolist()
    on_trial: list[bool] = trials.tolist()
    return [
        tuple(Tag(moods[columns[row][at]], ranked[row][at], on_trial[columns[row][at]])
              for at in range(count))
        for row, count in enumerate(counts)
    ]


def standing_out(bars: Floats, scores: Floats, most: int, trials: npt.NDArray[np.bool_]
                 ) -> tuple[Places, npt.NDArray[np.bool_]]:
    """For each row of scores (S, M) the `most` columns that stand out most above their bars (M,),
    in the order of the columns, and which of them reached their bars. `trials` (M,) come last."""
    above = _margins(scores, bars)
    first = np.where(trials, above, np.where(above >= 0, above + _BEFORE_ALL, above))
    chosen = np.sort(np.argsort(-first, axis=1, kind="stable")[:, :most], axis=1)
    return chosen, np.take_along_axis(above, chosen, axis=1) >= 0


def _margins(scores: Floats, bars: Floats) -> Floats:
    """How far scores (..., M) lie above the bars (M,), in logits; -1 for those below."""
    distance = _logits(scores) - _logits(np.minimum(bars, 1.0))
    return np.where(scores >= bars, np.maximum(distance, 0.0), -1.0)


def _logits(scores: Floats) -> Floats:
    clear = np.clip(scores.astype(np.float64), _CERTAIN, 1 - _CERTAIN)
    return np.log(clear / (1 - clear))
