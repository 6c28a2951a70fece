"""Where the lines of a lyric went when it was edited: lines first, then the words within them.

A stretch of lines follows its words through corrected, added, removed and newly broken lines.
Longest matching blocks as in difflib (Ratcliff and Obershelp 1988). Knows no database.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from engine.tagging.corrections.line_words import LineWord, tidied
from engine.tagging.lyric import Lyric

Lines = Sequence[str]
Place = tuple[int, int]


def folded_lines(lyric: Lyric) -> list[str]:
    """The lines of a lyric as they are compared: blind to case, spacing and ways of writing."""
    return [" ".join(unicodedata.normalize("NFKC", line.text).casefold().split())
            for line in lyric.lines]


def moved_words(words: Iterable[LineWord], before: Lines, after: Lines) -> tuple[LineWord, ...]:
    """What was said of lines of `before` as said of the same words in `after`; what was said of
    lines that are gone is gone with them."""
    if list(before) == list(after):
        return tuple(words)
    places = _places(before, after)
    found: list[LineWord] = []
    for word in words:
        place = _stretch(places[word.first:word.last + 1]) or _elsewhere(
            before[word.first:word.last + 1], after)
        if place is not None:
            found.append(replace(word, first=place[0], last=place[1]))
    return tidied(found)


def _places(before: Lines, after: Lines) -> list[Place | None]:
    """For each line of `before` the first and last line of `after` that hold its words."""
    places: list[Place | None] = [None] * len(before)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            places[i1:i2] = [(j1 + at, j1 + at) for at in range(i2 - i1)]
        elif kind == "replace":
            places[i1:i2] = _within(before[i1:i2], after[j1:j2], j1)
    return places


def _within(before: Lines, after: Lines, offset: int) -> list[Place | None]:
    """The places of lines that changed, by the words they share with what stands there now."""
    old = [(word, at) for at, line in enumerate(before) for word in line.split()]
    new = [(word, at) for at, line in enumerate(after) for word in line.split()]
    matcher = SequenceMatcher(None, [word for word, _ in old], [word for word, _ in new],
                              autojunk=False)
    met: dict[int, list[int]] = {}
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            met.setdefault(old[block.a + step][1], []).append(new[block.b + step][1])
    if not met and len(before) == len(after):
        return [(offset + at, offset + at) for at in range(len(before))]
    return [(offset + min(met[at]), offset + max(met[at])) if at in met else None
            for at in range(len(before))]


def _stretch(places: Sequence[Place | None]) -> Place | None:
    known = [place for place in places if place is not None]
    if not known:
        return None
    return min(first for first, _ in known), max(last for _, last in known)


def _elsewhere(stretch: Lines, after: Lines) -> Place | None:
    """Where a stretch stands whole after it was moved past others; blank lines prove nothing."""
    if not any(stretch):
        return None
    size = len(stretch)
    found = [at for at in range(len(after) - size + 1) if list(after[at:at + size]) == [*stretch]]
    return (found[0], found[0] + size - 1) if found else None
