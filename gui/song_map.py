"""Where things lie in one song: which excerpt a line belongs to, and the line or second of a place.

Pure values from a Song; knows neither colours nor pixels. Positions run from 0 to 1.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from engine.tagging.excerpt_lines import excerpts_of_lines
from engine.tagging.lyric import Lyric
from engine.tagging.results import ExcerptMoods, Tag
from engine.tagging.song import Song


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of lines that belong to one excerpt, from `start` to `end` (positions)."""

    excerpt: int
    start: float
    end: float


class SongMap:
    """Built once for a song that is shown, then only asked."""

    def __init__(self, song: Song) -> None:
        self._lyric = song.lyric
        self._moods = song.moods
        self._of_line = excerpts_of_lines(song.lyric, song.moods.excerpts if song.moods else ())
        self._starts, self._total = _axis(song.lyric)
        self._order = {mood: at for at, mood in enumerate(song.moods.moods if song.moods else ())}

    @property
    def timed(self) -> bool:
        """Whether positions are times; else they are line numbers."""
        return self._lyric.timed

    @property
    def total(self) -> float:
        """The length of the song: milliseconds if timed, else lines."""
        return self._total

    def excerpts_of(self, line: int) -> Sequence[int]:
        """The numbers of the excerpts that hold the line; an echo belongs to what it repeats."""
        return self._of_line.get(line, ())

    def excerpt(self, number: int) -> ExcerptMoods:
        assert self._moods is not None
        return self._moods.excerpts[number]

    def score(self, excerpt: int, mood: str) -> float | None:
        """What the tagger said of `mood` in an excerpt; None where it does not know the mood."""
        at = self._order.get(mood)
        if at is not None:
            return float(self.excerpt(excerpt).scores[at])
        return next((t.score for t in self.excerpt(excerpt).tags if t.tag == mood), None)

    def line_score(self, line: int, mood: str) -> float | None:
        """The strongest score of `mood` among the excerpts that hold the line."""
        scores = [s for e in self.excerpts_of(line) if (s := self.score(e, mood)) is not None]
        return max(scores, default=None)

    def strongest(self, line: int, shown: Sequence[str]) -> Tag | None:
        """The shown mood that is strongest where the line stands."""
        found = [Tag(mood, score) for mood in shown
                 if (score := self.line_score(line, mood)) is not None]
        return max(found, key=lambda tag: tag.score, default=None)

    def position(self, line: int) -> float:
        """Where the line begins, 0 to 1."""
        return self._starts[line] / self._total if line < len(self._starts) else 1.0

    def line_at(self, position: float) -> int:
        """The line of words heard at a position; the nearest one where none is."""
        at = bisect_right(self._starts, position * self._total) - 1
        at = max(0, min(at, len(self._starts) - 1))
        words = sorted(self._of_line)
        if not words or at in self._of_line:
            return at
        before = bisect_right(words, at) - 1
        return words[max(0, before)]

    def stretches(self) -> list[Stretch]:
        """The song from beginning to end as runs of excerpts; gaps go to what came before."""
        firsts = [(line, excerpts[0]) for line, excerpts in sorted(self._of_line.items())]
        runs = [(number, next(lines)[0]) for number, lines in groupby(firsts, lambda f: f[1])]
        starts = [0.0, *(self.position(line) for _, line in runs[1:]), 1.0]
        return [Stretch(number, starts[at], starts[at + 1]) for at, (number, _) in enumerate(runs)]


def _axis(lyric: Lyric) -> tuple[list[float], float]:
    """Where each line starts, and how long the whole is; never zero."""
    count = len(lyric.lines)
    if not lyric.timed:
        return [float(at) for at in range(count)], float(max(1, count))
    stamped = sorted((line.start_ms, at) for at, line in enumerate(lyric.lines)
                     if line.start_ms is not None)
    starts: list[float] = []
    latest = 0.0
    for line in lyric.lines:
        latest = max(latest, float(line.start_ms)) if line.start_ms is not None else latest
        starts.append(latest)
    gaps = [b[0] - a[0] for a, b in pairwise(stamped) if b[0] > a[0]]
    last_end = max((line.end_ms or 0 for line in lyric.lines), default=0)
    return starts, max(1.0, float(last_end), starts[-1] + (median(gaps) if gaps else 4000.0))
