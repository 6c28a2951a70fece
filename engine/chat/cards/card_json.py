"""Bytes to JSON, for cards whose writers did not always know how.

Refuses what is too large, too deep or no JSON, each with a sentence. What comes back can be stored
and written again: whole letters, finite numbers of 64 bits. Knows no card.
"""

import json
import math
import re
from typing import Any

from engine.chat.cards.fields import list_of, object_of
from engine.errors import EngineError

MOST_JSON = 16 << 20
MOST_DEPTH = 100
# Counted before anything is built: a few bytes of JSON can be a hundred times as much in memory.
MOST_OPENINGS = 100_000
MOST_COMMAS = 250_000
_MOST_MENDED = 4 << 20
_MOST_WHOLE = 2 ** 63
# A string, passed over, or a comma with nothing after it. Possessive: nothing is tried twice.
_LOOSE_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|,(?=\s*+[}\]])', re.DOTALL)

AGAIN = "Get the file again from where it came, or ask its maker for another form of it."


def parse_json(data: bytes, said: list[str]) -> Any:
    """The value written in `data`; what the person should know of it is added to `said`.

    EngineError where it is too large, too deep or no JSON.
    """
    if len(data) > MOST_JSON:
        raise EngineError("The data in this file are far too large.", AGAIN)
    text = _text_of(data, said).lstrip("\ufeff \t\r\n\0")
    if text.count("[") + text.count("{") > MOST_OPENINGS or text.count(",") > MOST_COMMAS:
        raise EngineError("The data in this file are made of far too many parts.", AGAIN)
    return _sound_whole(_parsed(text, said), "\\ud" in text or "\\uD" in text)


def _text_of(data: bytes, said: list[str]) -> str:
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        said.append("This file is not written in UTF-8; some letters in it may be wrong.")
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # Bytes of one letter each were never UTF-8; a few broken ones among whole ones were.
    if len(text) - len(text.encode("ascii", "ignore")) > 2 * broken:
        return text
    return data.decode("cp1252", "replace")


def _parsed(text: str, said: list[str]) -> Any:
    try:
        return _decoded(text, said)
    except (ValueError, RecursionError) as broken:
        mended = _LOOSE_COMMA.sub(r"\1", text) if len(text) <= _MOST_MENDED else text
        if isinstance(broken, RecursionError) or mended == text:
            raise _refusal(broken) from broken
    try:
        return _decoded(mended, said)
    except (ValueError, RecursionError) as still:
        raise _refusal(still) from still


def _decoded(text: str, said: list[str]) -> Any:
    """The first value of a text: line breaks within strings are let pass, and so is a tail."""
    found, end = json.JSONDecoder(strict=False).raw_decode(text)
    if text[end:end + 1024].strip("\0 \t\r\n"):
        said.append("Something stands behind the data in this file; it was left out.")
    return found


def _refusal(why: ValueError | RecursionError) -> EngineError:
    if isinstance(why, RecursionError):
        return EngineError("The data in this file are nested far too deep.", AGAIN)
    if isinstance(why, json.JSONDecodeError):
        return EngineError(f"The data in this file are broken: they are no JSON from line"
                           f" {why.lineno}, letter {why.colno} on.", AGAIN)
    return EngineError("The data in this file are broken: a number in them is too long.", AGAIN)


def _sound_whole(found: Any, halves: bool) -> Any:
    """`found` with sound numbers, and with whole letters where there may be `halves` of some.
    Changed in place and without recursion, as its depth is not known yet."""
    top: list[Any] = [found]
    waiting: list[tuple[Any, int]] = [(top, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise EngineError("The data in this file are nested far too deep.", AGAIN)
        if halves:
            _sound_keys(object_of(node))
        for place, leaf in _places(node):
            if isinstance(leaf, dict | list):
                waiting.append((node[place], depth + 1))
            elif halves or isinstance(leaf, int | float):
                node[place] = _sound(leaf)
    return top[0]


def _places(node: Any) -> list[tuple[Any, Any]]:
    """What is in an object or a list, and where."""
    return list(enumerate(list_of(node))) or list(object_of(node).items())


def _sound_keys(node: dict[str, Any]) -> None:
    for key in [key for key in node if not key.isascii() and _whole_letters(key) != key]:
        node[_whole_letters(key)] = node.pop(key)


def _sound(leaf: Any) -> Any:
    if isinstance(leaf, str):
        return leaf if leaf.isascii() else _whole_letters(leaf)
    if isinstance(leaf, float):
        return leaf if math.isfinite(leaf) else None
    if isinstance(leaf, int) and not -_MOST_WHOLE <= leaf < _MOST_WHOLE:
        # Programs in JavaScript, where most cards are made, hold it as a float too.
        return float(leaf) if -1e300 < leaf < 1e300 else None
    return leaf


def _whole_letters(text: str) -> str:
    """Halves of letters (surrogates without their other half) cannot be stored: replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
