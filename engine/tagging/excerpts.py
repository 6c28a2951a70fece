"""Cuts a lyric into excerpts that fit a model's window, exactly, by its tokenizer.

Cuts fall at line ends, at stanza ends where one is near; a line too long for that is cut at
sentences, then at words. Repeated lines are read once and weighted. Knows no model.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.inference.tokenizer import Ids, Tokenizer
from engine.tagging.echoes import find_echoes
from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.results import Excerpt, Piece

_SENTENCE_END = re.compile(r"[.!?;…。！？]+[\"'”’)]*\s*")
_PIECE_TOKENS = 32  # pieces carry reasons, so a sentence without end is still cut this fine


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece with its slice [first, last) of the lyric's token ids."""

    piece: Piece
    first: int
    last: int
    opens_stanza: bool


def cut_excerpts(lyric: Lyric, tokenizer: Tokenizer, window: int) -> tuple[Excerpt, ...]:
    """The excerpts of `lyric`, each at most `window` tokens with the special ones."""
    echoes = find_echoes(lyric.lines)
    kept = [
        number
        for number, line in enumerate(lyric.lines)
        if line.kind is LineKind.WORDS and number not in echoes
    ]
    words = [lyric.lines[number].words for number in kept]
    text = "\n".join(words)
    tokens = tokenizer.encode(text)
    line_starts = np.cumsum([0, *(len(line) + 1 for line in words)])[:-1]
    bounds = np.append(np.searchsorted(tokens.starts, line_starts), len(tokens.ids))
    capacity = window - tokenizer.special_tokens
    parts: list[_Part] = []
    for at, number in enumerate(kept):
        places = tokens.starts[bounds[at] : bounds[at + 1]] - line_starts[at]
        opens = _opens_stanza(lyric.lines, number)
        parts += _parts_of_line(number, words[at], places, int(bounds[at]), opens, capacity)
    sung = _times_sung(lyric.lines, echoes)
    copies: dict[int, list[int]] = {}
    for copy, original in echoes.items():
        copies.setdefault(original, []).append(copy)
    return tuple(
        _excerpt(lyric.lines, group, tokenizer, tokens.ids, sung, copies)
        for group in _packed(parts, capacity)
    )


def _opens_stanza(lines: Sequence[LyricLine], number: int) -> bool:
    return number == 0 or lines[number - 1].kind is not LineKind.WORDS


def _parts_of_line(
    number: int, words: str, places: Ids, first: int, opens: bool, capacity: int
) -> Iterator[_Part]:
    """The pieces of one line; `places` (n,) are its tokens' starts within the line."""
    if not len(places):
        return
    cuts = [0, *_cuts_within(words, places, capacity), len(places)]
    for start, end in pairwise(cuts):
        if start == end:
            continue
        begin = int(places[start]) if start else 0
        stop = int(places[end]) if end < len(places) else len(words)
        piece = Piece(number, begin, stop)
        yield _Part(piece, first + start, first + end, opens and start == 0)


def _cuts_within(words: str, places: Ids, capacity: int) -> list[int]:
    """Token numbers at which a line is cut; none for a line of usual length."""
    finest = min(_PIECE_TOKENS, capacity)
    if len(places) <= finest:
        return []
    ends = [found.end() for found in _SENTENCE_END.finditer(words)]
    sentence_starts = set(np.searchsorted(places, ends).tolist())
    word_starts = _word_starts(words, places)
    cuts: list[int] = []
    last = 0
    for at in range(1, len(places)):
        if at in sentence_starts:
            cuts.append(at)
            last = at
        elif at - last >= finest:
            last = _last_word_start(word_starts, last, at)
            cuts.append(last)
    return cuts


def _word_starts(words: str, places: Ids) -> list[bool]:
    return [place == 0 or words[place - 1].isspace() for place in places.tolist()]


def _last_word_start(word_starts: list[bool], after: int, at: int) -> int:
    """The last word start in (after, at]; `at` itself where one word is longer than a piece."""
    return next((place for place in range(at, after, -1) if word_starts[place]), at)


def _packed(parts: Sequence[_Part], capacity: int) -> Iterator[list[_Part]]:
    group: list[_Part] = []
    size = 0
    for part in parts:
        length = part.last - part.first
        while group and size + length > capacity:
            cut = _stanza_cut(group, capacity)
            yield group[:cut]
            group = group[cut:]
            size = sum(kept.last - kept.first for kept in group)
        group.append(part)
        size += length
    if group:
        yield group


def _stanza_cut(group: Sequence[_Part], capacity: int) -> int:
    """Where to end an excerpt: the last stanza end in its second half, else its very end."""
    size = 0
    best = len(group)
    for at, part in enumerate(group):
        if part.opens_stanza and size * 2 >= capacity:
            best = at
        size += part.last - part.first
    return best


def _times_sung(lines: Sequence[LyricLine], echoes: dict[int, int]) -> dict[int, int]:
    sung: dict[int, int] = {}
    for number, line in enumerate(lines):
        original = echoes.get(number, number)
        sung[original] = sung.get(original, 0) + max(1, line.repeats)
    return sung


def _excerpt(
    lines: Sequence[LyricLine],
    group: Sequence[_Part],
    tokenizer: Tokenizer,
    ids: Ids,
    sung: dict[int, int],
    copies: dict[int, list[int]],
) -> Excerpt:
    numbers = sorted({part.piece.line for part in group})
    inside = np.concatenate([ids[part.first : part.last] for part in group])
    text = "\n".join(lines[p.piece.line].words[p.piece.start : p.piece.end] for p in group)
    return Excerpt(
        first_line=numbers[0],
        last_line=numbers[-1],
        text=text,
        token_ids=tokenizer.wrap(inside),
        weight=float(sum((p.last - p.first) * sung[p.piece.line] for p in group)),
        pieces=tuple(part.piece for part in group),
        echoes=tuple(sorted(copy for number in numbers for copy in copies.get(number, ()))),
        start_ms=next((t for n in numbers if (t := lines[n].start_ms) is not None), None),
        end_ms=next((t for n in reversed(numbers) if (t := lines[n].end_ms) is not None), None),
    )
