"""One classifier over every tag of every label set, on the vectors of a still encoder.

As plain cross-entropy makes it, what a label set could not say counts as "no": tags become so rare
that none is ever given. Its cures (masks, weights for tags that are given) are options, so that
each can be measured alone.
"""

from collections.abc import Sequence

import numpy as np

from engine.errors import EngineError
from engine.events import Note, Report
from engine.training.dataset import Floats, LabelledSong, given_and_asked
from engine.training.heads import SongVectors, VectorModel, affect_of
from engine.training.tasks.linear_heads import HeadTargets, fit_heads
from engine.training.way_options import MultiTagOptions


class MultiTagWay:
    """Learns the moods of `moods` (M), the columns of the songs' judgements."""

    def __init__(
        self, moods: Sequence[str], options: MultiTagOptions, vectors: SongVectors
    ) -> None:
        self.moods = tuple(moods)
        self.options = options
        self.vectors = vectors

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        self.vectors.prepare(songs, report)

    def fit(self, learning: Sequence[LabelledSong], report: Report) -> VectorModel:
        present, weight = judged_tags(learning, len(self.moods), self.options)
        judged = weight.any(1)
        if not judged.any():
            raise EngineError("Nobody judged the songs to learn from.", "Add songs with labels.")
        shares = f"{present[judged].sum(1).mean():.1f} of {len(self.moods)} tags"
        report(Note(message=f"{int(judged.sum())} songs with {shares} a song to learn from"))
        targets = HeadTargets(present, weight, affect_of(learning))
        heads = fit_heads(self.vectors.of(learning), targets, self.options.decay)
        return VectorModel(self.moods, heads, self.vectors)


def judged_tags(
    songs: Sequence[LabelledSong], moods: int, options: MultiTagOptions
) -> tuple[Floats, Floats]:
    """(S, M) which tags any label set gave S songs, and (S, M) how much each entry counts.

    A song that nobody judged counts nothing. Weights of label sets are not used: either a tag
    could have been given, or it could not.
    """
    given, could = given_and_asked(songs, moods)
    present, asked = given.astype(np.float32), could.astype(np.float32)
    weight = asked if options.masked else np.repeat(asked.any(1, keepdims=True), moods, 1)
    said = (present * weight).sum(0)
    against = ((1 - present) * weight).sum(0)
    ratio = (against / said.clip(min=1)).clip(1, options.largest_weight)
    boost = ratio**options.positive_weight
    return present, (weight * np.where(present > 0, boost, 1)).astype(np.float32)
