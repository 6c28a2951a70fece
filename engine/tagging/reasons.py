"""Why a song carries a mood: which lines the score leans on, measured by leaving each out.

Every excerpt is scored again once for each of its pieces, all in one batch. Words count where
they stand; a repeated line is left out of every place at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError
from engine.settings import CollationSettings
from engine.tagging.collation import combine
from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.results import Excerpt, ExcerptScores, Piece
from engine.tagging.tagger import Tagger


@dataclass(frozen=True, slots=True)
class LineReason:
    """A piece of a line with what it does: `change` is how much the song's score falls (or,
    negative, rises) without it. Characters `start` to `end` of the line's words."""

    line: int
    start: int
    end: int
    change: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a mood scored as it did: every line read, and the excerpts that voted for it, by
    number, strongest first."""

    mood: str
    score: float
    lines: tuple[LineReason, ...]
    excerpts: tuple[int, ...]


def explain(
    tagger: Tagger, lyric: Lyric, mood: str, settings: CollationSettings | None = None
) -> Reason:
    """The reason for `mood` (tag or not) in `lyric`. EngineError for a mood it does not know."""
    if mood not in tagger.moods:
        raise EngineError(f'This tagger does not know the mood "{mood}".', "Choose another tagger.")
    settings = settings or CollationSettings()
    column = tagger.moods.index(mood)
    excerpts = tagger.cut(lyric)
    shortened = [
        (number, piece, shorter)
        for number, excerpt in enumerate(excerpts)
        for piece in excerpt.pieces
        if (shorter := _without(tagger, lyric, excerpt, piece)) is not None
    ]
    scores = tagger.score([*excerpts, *(shorter for _, _, shorter in shortened)])
    whole = range(len(excerpts))
    score = _song_score(scores, whole, excerpts, column, settings)
    lines: list[LineReason] = []
    for at, (number, piece, _) in enumerate(shortened, len(excerpts)):
        rows = [*whole[:number], at, *whole[number + 1 :]]
        fallen = _song_score(scores, rows, excerpts, column, settings)
        lines.append(LineReason(piece.line, piece.start, piece.end, score - fallen))
    threshold = tagger.experimental.get(mood, tagger.thresholds[column])
    votes = scores.moods[: len(excerpts), column]
    voted = tuple(int(n) for n in np.argsort(-votes, kind="stable") if votes[n] >= threshold)
    return Reason(mood, score, tuple(lines), voted)


def _without(tagger: Tagger, lyric: Lyric, excerpt: Excerpt, left_out: Piece) -> Excerpt | None:
    """The excerpt without one piece, cut by the tagger itself; None where nothing is left."""
    texts = [
        lyric.lines[piece.line].words[piece.start : piece.end]
        for piece in excerpt.pieces
        if piece != left_out
    ]
    # One line of all the words: lines that come to stand together must not pass for repeats.
    text = "\n".join(texts)
    shorter = tagger.cut(Lyric((LyricLine(text, text, LineKind.WORDS),))) if text.strip() else ()
    return shorter[0] if shorter else None


def _song_score(
    scores: ExcerptScores,
    rows: Sequence[int],
    excerpts: Sequence[Excerpt],
    column: int,
    settings: CollationSettings,
) -> float:
    """The song's score of one mood, with the scores of `rows` in its excerpts' places."""
    chosen = list(rows)
    if not chosen:
        return 0.0
    weights = np.array([excerpt.weight for excerpt in excerpts])
    song = combine(scores.moods[chosen, column : column + 1], scores.affect[chosen], weights,
                   np.zeros(1, np.int64), settings)
    return float(song.scores[0, 0])
