"""What a person's gesture on lines means: accepting, rejecting, adding, and moving borders.

Turns gestures into words to be stored; the tagger's own spans decide which words are needed. Pure.
"""

from collections.abc import Sequence
from itertools import groupby

from engine.tagging.corrections.line_words import LineWord, Saying, word_on
from engine.tagging.corrections.shown_song import MoodSpan, mood_spans
from engine.tagging.labels import Verdict
from engine.tagging.lyric import LineKind, Lyric
from engine.tagging.song import Song


def judged(song: Song, words: Sequence[LineWord], mood: str, first: int, last: int,
           holds: bool) -> tuple[Saying, ...]:
    """The words for "this mood holds (or does not) in these lines". The same said again takes it
    back, and so does a denial where the tagger never said so. `song` is as it was predicted."""
    lines = _sung(song.lyric, first, last)
    if not lines:
        return ()
    known = [word_on(words, mood, line) for line in lines]
    predicted = _predicted(song, mood)
    if holds:
        again = all(word is not None and word.holds for word in known)
        said = Verdict.ACCEPTED if predicted & set(lines) else Verdict.ADDED
    else:
        again = all(word is not None and not word.holds for word in known)
        said = Verdict.REJECTED
    if again or (not holds and not predicted & set(lines)):
        return (Saying(mood, first, last, None),)
    return (Saying(mood, first, last, said),)


def moved(song: Song, span: MoodSpan, first: int, last: int) -> tuple[Saying, ...]:
    """The words for "this mood holds from `first` to `last`" where a span was shown: what the
    span loses is denied where the tagger had said it, else taken back."""
    last = max(first, last)
    if not _sung(song.lyric, first, last) or (first, last) == (span.first, span.last):
        return ()
    predicted = _predicted(song, span.mood)
    lost = [line for line in range(span.first, span.last + 1) if not first <= line <= last]
    sayings: list[Saying] = []
    for (denied, _), run in groupby(lost, lambda line: (line in predicted, line < first)):
        lines = list(run)
        sayings.append(Saying(span.mood, lines[0], lines[-1],
                              Verdict.REJECTED if denied else None))
    held = predicted & set(range(first, last + 1))
    sayings.append(Saying(span.mood, first, last,
                          Verdict.ACCEPTED if held else Verdict.ADDED))
    return tuple(sayings)


def next_sung(lyric: Lyric, line: int, by: int) -> int:
    """The next line of words from `line` on, upwards or downwards; `line` where there is none."""
    at = line + by
    while 0 <= at < len(lyric.lines):
        if lyric.lines[at].kind is LineKind.WORDS:
            return at
        at += by
    return line


def _predicted(song: Song, mood: str) -> set[int]:
    """The lines in which the tagger said that a mood holds."""
    return {line for span in mood_spans(song, (), mood)
            for line in _sung(song.lyric, span.first, span.last)}


def _sung(lyric: Lyric, first: int, last: int) -> list[int]:
    lines = range(max(0, first), min(last, len(lyric.lines) - 1) + 1)
    return [line for line in lines if lyric.lines[line].kind is LineKind.WORDS]
