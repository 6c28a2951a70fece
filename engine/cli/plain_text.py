"""Text of cards, models and people as a terminal may show it: words, no orders to the terminal."""

import sys
import unicodedata

_KEPT = frozenset("\n\t")
# They turn the order of letters around, and so can hide what stands in a line.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})


def plain(text: str) -> str:
    """The text without control characters, halves of letters and signs that turn its order.

    Piece by piece it gives what it gives for the whole.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter for letter in text if letter in _KEPT or not (
        letter in _TURNING or unicodedata.category(letter) in _CONTROLS))


def say(sentence: str) -> None:
    """A message for the person, on stderr."""
    print(plain(sentence), file=sys.stderr, flush=True)
