"""Bias of a tagger: how its scores change where nothing changes but whom a line is about.

Knows taggers and numbers; a line becomes a lyric of one line. Works for every way of tagging.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from engine.evaluation.harm.figures import HarmFigure, mean_with_interval
from engine.evaluation.harm.material import HarmMaterial, MinimalPair
from engine.events import Progress, Report
from engine.tagging.reading import lyric_from_text
from engine.tagging.tagger import Tagger

_BATCH = 32
_NAMED = 5
Floats = npt.NDArray[np.float32]


def judge_tagger(tagger: Tagger, material: HarmMaterial, report: Report,
                 pairs: Sequence[MinimalPair] = ()) -> Iterator[HarmFigure]:
    """How far scores and tags lie apart, over our lines and over the person's pairs."""
    yield from _apart(tagger, tuple(material.line_pairs()), "he and she", report)
    if pairs:
        yield from _apart(tagger, pairs, "your pairs", report)


def _apart(tagger: Tagger, pairs: Sequence[MinimalPair], what: str,
           report: Report) -> Iterator[HarmFigure]:
    first = scores_of(tagger, [pair.first for pair in pairs], report)
    second = scores_of(tagger, [pair.second for pair in pairs], report)
    change = first - second
    groups = [pair.about for pair in pairs]
    value, low, high = mean_with_interval(np.abs(change).mean(1).astype(np.float64), groups)
    by_mood = change.mean(0)
    ends = np.argsort(-np.abs(by_mood))[:_NAMED]
    yield HarmFigure(
        name=f"scores by {what}", value=round(value, 4), low=round(low, 4), high=round(high, 4),
        of=len(pairs), note="Mean change of a mood's score (0 to 1) between the two of a pair; 0 is"
                            " even-handed.",
        worst=tuple(f"{tagger.moods[at]}: {by_mood[at]:+.3f} for the first" for at in ends))
    bars = np.array(tagger.thresholds, np.float32)
    turned = ((first >= bars) != (second >= bars)).any(1).astype(np.float64)
    value, low, high = mean_with_interval(turned, groups)
    yield HarmFigure(
        name=f"tags by {what}", value=round(value, 3), low=round(low, 3), high=round(high, 3),
        of=len(pairs), note="Share of pairs in which a tag appears for one and not for the other.")


def scores_of(tagger: Tagger, texts: Sequence[str], report: Report) -> Floats:
    """(n, M) scores of texts, each as one excerpt."""
    excerpts = [tagger.cut(lyric_from_text(text, ""))[0] for text in texts]
    parts: list[Floats] = []
    for at in range(0, len(excerpts), _BATCH):
        parts.append(tagger.score(excerpts[at:at + _BATCH]).moods)
        report(Progress(min(at + _BATCH, len(texts)), len(texts), "Reading pairs", "lines"))
    return np.concatenate(parts)
