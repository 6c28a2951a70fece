"""What the person said of a mood for stretches of lines: values and their arithmetic.

Stretches of one mood never overlap; the later word takes the lines from the earlier. Knows no
database and no tagger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from engine.tagging.labels import Verdict


@dataclass(frozen=True, slots=True)
class LineWord:
    """The person's word on a mood for the lines `first` to `last`, both counted from 0.

    ACCEPTED and ADDED say that the mood holds there (the tagger had said so, or not), REJECTED
    that it does not. `at` is UTC in ISO 8601.
    """

    mood: str
    first: int
    last: int
    verdict: Verdict
    at: str = ""

    @property
    def holds(self) -> bool:
        return self.verdict is not Verdict.REJECTED

    def covers(self, line: int) -> bool:
        return self.first <= line <= self.last


@dataclass(frozen=True, slots=True)
class Saying:
    """Something to be said of a stretch of lines; None takes back what was said there."""

    mood: str
    first: int
    last: int
    verdict: Verdict | None


def after_saying(words: Iterable[LineWord], saying: Saying, at: str) -> tuple[LineWord, ...]:
    """The words of a song after one more: those of the same mood give up its lines."""
    kept: list[LineWord] = []
    for word in words:
        if word.mood != saying.mood or word.last < saying.first or word.first > saying.last:
            kept.append(word)
            continue
        if word.first < saying.first:
            kept.append(replace(word, last=saying.first - 1))
        if word.last > saying.last:
            kept.append(replace(word, first=saying.last + 1))
    if saying.verdict is not None:
        kept.append(LineWord(saying.mood, saying.first, saying.last, saying.verdict, at))
    return tidied(kept)


def tidied(words: Iterable[LineWord]) -> tuple[LineWord, ...]:
    """The words in order of mood and line, those that touch and say the same as one.

    Of two that overlap the later one (by `at`) has the lines.
    """
    found: list[LineWord] = []
    in_time = sorted(words, key=lambda word: word.at)
    for mood, own in groupby(sorted(in_time, key=lambda word: word.mood), lambda w: w.mood):
        found += _tidied_mood(mood, list(own))
    return tuple(found)


def word_on(words: Iterable[LineWord], mood: str, line: int) -> LineWord | None:
    """The person's word on a mood in one line."""
    return next((word for word in words if word.mood == mood and word.covers(line)), None)


def _tidied_mood(mood: str, words: Sequence[LineWord]) -> list[LineWord]:
    by_line = {line: word for word in words for line in range(word.first, word.last + 1)}
    joined: list[LineWord] = []
    for line, word in sorted(by_line.items()):
        last = joined[-1] if joined else None
        if last and last.last == line - 1 and last.verdict is word.verdict:
            joined[-1] = replace(last, last=line, at=max(last.at, word.at))
        else:
            joined.append(LineWord(mood, line, line, word.verdict, word.at))
    return joined
