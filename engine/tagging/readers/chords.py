"""Chord names: telling "Am7 G/B" from words. Knows notation only, no music."""

import re

_CHORD = re.compile(
    r"\(?[A-H][#b♯♭]?(?:maj|min|dim|aug|m|M|[°øΔ+-])?\d{0,2}"
    r"(?:(?:sus|add|maj|no|[#b♯♭+-])\d{1,2}|sus|\([#b♯♭+a-z\d-]{1,6}\)){0,3}"
    r"(?:/[A-H][#b♯♭]?)?\)?[*']?|N\.?C\.?")
_FILLER = re.compile(r"[|/:.%\-–x()*]{1,8}|\(?[x×]\d{1,2}\)?|\d{1,2}[x×]")

_STRING = re.compile(r"[A-Ga-g][#b]?\s?[|:][-\d|hpbrx/\\~() ]{4,}")


def is_chord(token: str) -> bool:
    """Whether a token without spaces names a chord."""
    return _CHORD.fullmatch(token) is not None


def is_chord_line(text: str) -> bool:
    """Whether a line holds chords and bar lines only, as players write them over the words."""
    tokens = text.split()
    if not tokens or len(tokens) > 40 or tokens == ["A"]:
        return False
    return (all(is_chord(token) or _FILLER.fullmatch(token) for token in tokens)
            and any(map(is_chord, tokens)))


def is_tablature(text: str) -> bool:
    """Whether a line is a string of guitar tablature, such as e|--3--0--|."""
    return _STRING.match(text) is not None and text.count("-") >= 4
