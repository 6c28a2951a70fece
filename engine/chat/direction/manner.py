"""How characters speak: the sampling they begin with, and one paragraph a turn among themselves.

Numbers and letters; knows no persona and no model.
"""

import re

from engine.chat.conversation import ReplySettings
from engine.chat.preparation import Cleaner
from engine.inference.sampling import SamplingSettings

TURN_TOKENS = 120
"""The longest turn of characters among themselves: people in talk say no more at once."""
_STRONG = re.compile(r"[:;]")
_LEAST_OF_LINE = 3  # words
_MOST_LINES, _LEAST_A_LINE = 4, 6  # words
_LEAST_DIFFERENT = 0.4  # of a turn's words
_MOST_STRONG, _MOST_MARKS, _ENOUGH = 0.25, 0.5, 8  # of a word; the second from so many words on
CHARACTER_SAMPLING = SamplingSettings(
    temperature=0.8, min_p=0.1, repetition_penalty=1.1, dry_multiplier=0.8)
"""A small model that reads its own turns again and again falls into their words within a few of
them. These keep it out, and cost a talk with a person little; chosen by `two_characters`. Spared
for punctuation or common words, it ends in rows of these."""


def character_settings(max_tokens: int = TURN_TOKENS) -> ReplySettings:
    """What a talk with a cast begins with, where nobody chose otherwise."""
    return ReplySettings(max_tokens, CHARACTER_SAMPLING)


def is_garbled(text: str) -> bool:
    """Whether a turn is rows of words rather than sentences ("your: own: way", "I, it, the"):
    what a small model comes to that is kept from its own words too long."""
    if text.rstrip().endswith((":", ",")):
        return True  # nobody stops there who talks to somebody
    if _is_verse(text) or _stammers(text):
        return True
    words = max(len(text.split()), 1)
    strong = len(_STRONG.findall(text)) + sum(
        len(line.split()) < _LEAST_OF_LINE for line in text.strip().splitlines()[1:])
    weak = text.count(",")
    return strong / words > _MOST_STRONG or (
        words >= _ENOUGH and (strong + weak) / words > _MOST_MARKS)


def _is_verse(text: str) -> bool:
    """Line under line, each a few words: among themselves they talk, they do not recite."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return len(lines) > _MOST_LINES and sum(map(len, lines)) < _LEAST_A_LINE * len(lines)


def _stammers(text: str) -> bool:
    said = text.casefold().split()
    return len(said) >= _ENOUGH and len(set(said)) < _LEAST_DIFFERENT * len(said)


class OneParagraph:
    """A cleaner that ends a turn at its first blank line: what stands below is a talk with
    itself."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner
        self._spoke = False
        self._blank = ""
        self._ended = False

    @property
    def ended(self) -> bool:
        return self._ended or self._cleaner.ended

    def add(self, piece: str) -> str:
        return self._first(self._cleaner.add(piece))

    def rest(self) -> str:
        return self._first(self._cleaner.rest())

    def _first(self, text: str) -> str:
        said = ""
        for letter in text:
            if self._ended:
                break
            if letter.isspace() and self._spoke:
                self._blank += letter
                self._ended = self._blank.count("\n") > 1
                continue
            self._spoke = True
            said += self._blank + letter
            self._blank = ""
        return said
