"""The seam every way of tagging fits into."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from engine.tagging.lyric import Lyric
from engine.tagging.results import Excerpt, ExcerptScores

# Of a tagger whose moods were never measured, or all measured well enough.
NONE_EXPERIMENTAL: Mapping[str, float] = MappingProxyType({})


class Tagger(Protocol):
    """Turns excerpts into a score for every mood of the vocabulary it knows."""

    @property
    def id(self) -> str: ...

    @property
    def moods(self) -> tuple[str, ...]:
        """The M mood ids, in the order of the scores."""
        ...

    @property
    def thresholds(self) -> tuple[float, ...]:
        """(M,) the score from which each mood counts as present; infinite for experimental ones."""
        ...

    @property
    def experimental(self) -> Mapping[str, float]:
        """The moods that are shown only where they are asked for, with their thresholds."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes it understands; empty means any."""
        ...

    def cut(self, lyric: Lyric) -> tuple[Excerpt, ...]:
        """The excerpts of a lyric, each within this tagger's window."""
        ...

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        """Scores of n excerpts, in their order; best given many at once."""
        ...
