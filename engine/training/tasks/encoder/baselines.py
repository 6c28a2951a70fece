"""The two baselines of taggers upon texts of any source: a classifier for each label with its sides
evened, and one classifier over all of them. Both upon what a still encoder sees.

The ways themselves are those that are measured beside the shipped tagger. Knows no file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.events import Report
from engine.training.classifier_options import ClassifierOptions, ClassifierWay
from engine.training.dataset import Floats, Judgement, LabelledSong
from engine.training.heads import Heads
from engine.training.labelled_set import LabelledSet
from engine.training.tasks.binary_way import BinaryWay
from engine.training.tasks.encoder.head_fit import LabelHeads
from engine.training.tasks.multi_tag import MultiTagWay
from engine.training.way_options import BinaryOptions, MultiTagOptions

_TAGS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """The heads of the labels `names`, a part of those that were asked for."""

    names: tuple[str, ...]
    heads: LabelHeads


def fit_baseline(vectors: Floats, of: LabelledSet, names: Sequence[str],
                 options: ClassifierOptions, seed: int, report: Report) -> Baseline:
    """Learns from S texts of which (S, W) is seen. The binary way learns the most frequent labels
    alone."""
    songs = _songs(of)
    seen = _Seen({song.id: vector for song, vector in zip(songs, vectors, strict=True)})
    way = (_binary(names, options, seen, seed) if options.way is ClassifierWay.BINARY
           else _multi_tag(names, options, seen))
    way.prepare(songs, report)
    model = way.fit(songs, report)
    heads: Heads = model.heads
    return Baseline(model.moods, LabelHeads(heads.moods, heads.moods_bias, heads.affect,
                                            heads.affect_bias))


def _binary(names: Sequence[str], options: ClassifierOptions, seen: "_Seen",
            seed: int) -> BinaryWay:
    chosen = BinaryOptions(tags=_TAGS, masked=options.masked, resampling=options.resampling,
                           decay=options.head_decay)
    return BinaryWay(names, chosen, seen, seed)


def _multi_tag(names: Sequence[str], options: ClassifierOptions, seen: "_Seen") -> MultiTagWay:
    chosen = MultiTagOptions(masked=options.masked, positive_weight=options.positive_weight,
                             decay=options.head_decay)
    return MultiTagWay(names, chosen, seen)


class _Seen:
    """The vectors of songs that were read already (see heads.SongVectors)."""

    def __init__(self, vectors: Mapping[str, Floats]) -> None:
        self._vectors = vectors

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        """Nothing: all were read."""

    def of(self, songs: Sequence[LabelledSong]) -> Floats:
        return np.stack([self._vectors[song.id] for song in songs])

    def encoder_weights(self) -> Mapping[str, Floats]:
        return {}


def _songs(of: LabelledSet) -> list[LabelledSong]:
    """As the ways know songs: their words were read already, so no excerpts are kept."""
    return [LabelledSong(str(at), "", "", (), (Judgement(0, of.present[at], of.asked[at]),),
                         _place(of.affect[at])) for at in range(len(of))]


def _place(affect: Floats) -> tuple[float, float] | None:
    return (float(affect[0]), float(affect[1])) if np.isfinite(affect).all() else None
