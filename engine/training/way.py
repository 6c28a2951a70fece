"""The seam every way of learning moods fits into, and what it hands on once it has learned.

A way learns from labelled songs alone, so that one and the same way can be trained for good,
cross-validated, or taught with a share of the songs. Knows no torch and no file.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.events import Report
from engine.training.dataset import Floats, LabelledSong


class Learned(Protocol):
    """A model that has learned, as yet without a graph."""

    @property
    def moods(self) -> tuple[str, ...]:
        """The M moods it scores, in the order of the logits."""
        ...

    def logits(self, songs: Sequence[LabelledSong]) -> tuple[Floats, Floats]:
        """(S, M) logits and (S, 2) valence and arousal in -1..1, of whole songs."""
        ...

    def weights(self) -> Mapping[str, Floats]:
        """The fp32 arrays its graph is built from, by name."""
        ...


class Way(Protocol):
    """Learns moods from songs."""

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        """Does once what needs no labels, for every song that is going to be learned or scored."""
        ...

    def fit(self, learning: Sequence[LabelledSong], report: Report) -> Learned:
        """Learns from these songs and from nothing of an earlier fit."""
        ...
