"""Which lines of a lyric only repeat earlier ones.

A chorus sung three times says its words once; the model reads it once and the song's scores
count it as often as it is sung.
"""

import re
from collections.abc import Sequence

from engine.tagging.lyric import LineKind, LyricLine

_NOT_LETTERS = re.compile(r"[\W_]+")
_FEWEST_WORDS = 4  # a shorter single line returns too often by chance to be called a repeat
_PLACES_TRIED = 8  # bounds the search where thousands of lines are alike


def find_echoes(lines: Sequence[LyricLine]) -> dict[int, int]:
    """Line number of each repeated line -> line number of the line it repeats.

    A run of two or more lines heard before is a repeat; so is one line of four words or more,
    or the line just sung.
    """
    sung = [number for number, line in enumerate(lines) if line.kind is LineKind.WORDS]
    keys = [_key(lines[number].words) for number in sung]
    places: dict[str, list[int]] = {}
    echoes: dict[int, int] = {}
    at = 0
    while at < len(sung):
        earlier, length = _longest_earlier_run(keys, at, places.get(keys[at], []))
        if length and _is_repeat(keys, at, length):
            for step in range(length):
                echoes[sung[at + step]] = _first(echoes, sung[earlier + step])
            at += length
        else:
            places.setdefault(keys[at], []).append(at)
            at += 1
    return echoes


def _key(words: str) -> str:
    return _NOT_LETTERS.sub(" ", words.casefold()).strip()


def _longest_earlier_run(keys: list[str], at: int, candidates: list[int]) -> tuple[int, int]:
    best, longest = 0, 0
    for earlier in candidates[:_PLACES_TRIED]:
        length = 0
        while at + length < len(keys) and earlier + length < at:
            if keys[earlier + length] != keys[at + length]:
                break
            length += 1
        if length > longest:
            best, longest = earlier, length
    return best, longest


def _is_repeat(keys: list[str], at: int, length: int) -> bool:
    just_sung = keys[at - 1] == keys[at]
    return length > 1 or just_sung or len(keys[at].split()) >= _FEWEST_WORDS


def _first(echoes: dict[int, int], line: int) -> int:
    return echoes.get(line, line)
