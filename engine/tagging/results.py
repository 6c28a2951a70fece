"""The values a tagger and the collation hand on: scores per excerpt, moods per song.

Pure values without a database, a model or a screen.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tag:
    """One mood of the vocabulary with its score, 0 to 1. `experimental`: it was asked for, though
    its measured quality could as well be chance."""

    tag: str
    score: float
    experimental: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """The smallest part an excerpt is cut into: a line, or a sentence of an over-long line.

    Characters count within the `words` of line `line`; `end` is exclusive.
    """

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Excerpt:
    """A piece of a lyric that fits the model's window.

    `token_ids` (n,) int64 includes the special tokens; n is at most the window.
    `weight` is the number of sung tokens it stands for, repeats counted.
    `echoes` are line numbers elsewhere in the song that repeat lines of this excerpt.
    """

    first_line: int
    last_line: int
    text: str
    token_ids: npt.NDArray[np.int64]
    weight: float
    pieces: tuple[Piece, ...]
    echoes: tuple[int, ...] = ()
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ExcerptScores:
    """What the tagger said of n excerpts: `moods` (n, M) 0..1 in the order of the tagger's moods,
    `affect` (n, 2) valence and arousal in -1..1, `vectors` (n, D) for similarity."""

    moods: Scores
    affect: Scores
    vectors: Scores


@dataclass(frozen=True, slots=True, eq=False)
class ExcerptMoods:
    """An excerpt's place in the song with its scores, as stored and shown."""

    first_line: int
    last_line: int
    weight: float
    scores: Scores
    valence: float
    arousal: float
    start_ms: int | None = None
    end_ms: int | None = None
    echoes: tuple[int, ...] = ()
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SongMoods:
    """A song's collated moods: ranked `tags`, all `scores` (M,), valence and arousal -1..1.

    `moods` names the M scores, the excerpts' too, in their order.
    """

    tagger: str
    tags: tuple[Tag, ...]
    scores: Scores
    valence: float
    arousal: float
    excerpts: tuple[ExcerptMoods, ...]
    moods: tuple[str, ...] = ()
