"""A tagger with the person's own moods after its own, at no further run of its model."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from engine.tagging.lyric import Lyric
from engine.tagging.own_moods import InstalledMood, heads_stamp
from engine.tagging.results import Excerpt, ExcerptScores
from engine.tagging.tagger import Tagger

OWN = "+"  # what follows it in a tagger's id stands for the moods of one's own


def plain_tagger(tagger_id: str) -> str:
    """The id of the tagger alone: without the moods of one's own."""
    return tagger_id.partition(OWN)[0]


def version_of(tagger_id: str) -> str:
    """Model and version alone, as heads name their tagger: without window and own moods."""
    return plain_tagger(tagger_id).partition("/")[0]


class OwnMoodsTagger:
    """`base` with the moods `installed`, every one of them made on this very tagger."""

    def __init__(self, base: Tagger, installed: Sequence[InstalledMood]) -> None:
        self.base = base
        self.installed = tuple(installed)
        own = tuple(one.mood.id for one in self.installed)
        self.moods = (*base.moods, *own)
        trial = [one.manifest.labels[0].experimental for one in self.installed]
        bars = [one.threshold for one in self.installed]
        self.thresholds = (*base.thresholds, *(
            math.inf if on_trial else bar for bar, on_trial in zip(bars, trial, strict=True)))
        self.experimental: Mapping[str, float] = {**base.experimental, **{
            mood: bar for mood, bar, on_trial in zip(own, bars, trial, strict=True) if on_trial}}
        self.languages = base.languages
        self._places = [[base.moods.index(mood) for mood in one.head.moods]
                        for one in self.installed]

    @property
    def id(self) -> str:
        return f"{self.base.id}{OWN}{heads_stamp(self.installed)}"

    def cut(self, lyric: Lyric) -> tuple[Excerpt, ...]:
        return self.base.cut(lyric)

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        if not excerpts:
            return ExcerptScores(*(np.zeros((0, n), np.float32)
                                   for n in (len(self.moods), 2, 0)))
        plain = self.base.score(excerpts)
        return ExcerptScores(self.extended(plain), plain.affect, plain.vectors)

    def extended(self, plain: ExcerptScores) -> np.ndarray:
        """(n, M + O) the tagger's scores with those of the O own moods after them."""
        columns = [plain.moods]
        for one, places in zip(self.installed, self._places, strict=True):
            logits = one.head.logits(plain.moods[:, places], plain.affect, plain.vectors)
            columns.append((1 / (1 + np.exp(-logits))).astype(np.float32)[:, None])
        return np.concatenate(columns, axis=1)


def with_own_moods(base: Tagger, installed: Sequence[InstalledMood]) -> Tagger:
    """`base` with those of these moods that were made on it; itself where none was."""
    mine = [one for one in installed if one.head.tagger == version_of(base.id)
            and set(one.head.moods) <= set(base.moods)]
    return OwnMoodsTagger(base, mine) if mine else base
