"""Why a song carries a mood: which lines the score leans on, measured by leaving each out.

Every excerpt is scored again once for each of its pieces, all in one batch. Words count where
they stand; a repeated line is left out of every place at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError
from engine.settings import CollationSettings
from engine.tagging.collation import collate, excerpt_moods
from engine.tagging.lyric import Lyric, LyricLine
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
    whole = _rows(scores, range(len(excerpts)))
    score = _song_score(tagger, excerpts, whole, settings, column)
    lines: list[LineReason] = []
    for at, (number, piece, _) in enumerate(shortened):
        order = list(range(len(excerpts)))
        order[number] = len(excerpts) + at
        fallen = _song_score(tagger, excerpts, _rows(scores, order), settings, column)
        lines.append(LineReason(piece.line, piece.start, piece.end, score - fallen))
    threshold = tagger.thresholds[column]
    votes = whole.moods[:, column]
    voted = tuple(int(n) for n in np.argsort(-votes, kind="stable") if votes[n] >= threshold)
    return Reason(mood, score, tuple(lines), voted)


def _without(tagger: Tagger, lyric: Lyric, excerpt: Excerpt, left_out: Piece) -> Excerpt | None:
    """The excerpt without one piece, cut by the tagger itself; None where nothing is left."""
    texts = [
        lyric.lines[piece.line].words[piece.start : piece.end]
        for piece in excerpt.pieces
        if piece != left_out
    ]
    template = lyric.lines[left_out.line]
    lines = tuple(
        LyricLine(text, text, template.kind) for text in texts if text.strip()
    )
    shorter = tagger.cut(Lyric(lines))
    return shorter[0] if shorter else None


def _rows(scores: ExcerptScores, rows: Sequence[int]) -> ExcerptScores:
    chosen = list(rows)
    return ExcerptScores(scores.moods[chosen], scores.affect[chosen], scores.vectors[chosen])


def _song_score(
    tagger: Tagger,
    excerpts: Sequence[Excerpt],
    scores: ExcerptScores,
    settings: CollationSettings,
    column: int,
) -> float:
    moods = excerpt_moods(excerpts, scores)
    song = collate(tagger.id, tagger.moods, tagger.thresholds, moods, settings)
    return float(song.scores[column])
