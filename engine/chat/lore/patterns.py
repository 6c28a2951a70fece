"""Keys that are patterns (regular expressions): read with care, searched against the clock.

What a pattern may hold is what patterns have in cards: JavaScript's, without repeats so large
that reading them alone takes long. Others are passed over, each with a sentence.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from math import prod

import regex

from engine.chat.lore.effort import Effort, passed_over

LONGEST_PATTERN = 300
SEARCH_SECONDS = 0.02
"""For one pattern in one text."""
MOST_SEARCHED = 20_000
"""Letters from a text's end: between two looks at the clock, all of them may be gone through."""
MOST_PATTERNS = 400
"""In one book: reading one takes some milliseconds."""
TOO_MANY = ("The lorebook's patterns take too long together;"
            " some of its entries may be missing.")

_SLASHED = re.compile(r"/(.+)/([dgimsuvy]*)", re.DOTALL)
_FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}
# Calls, conditions, named lists, verbs, near matches and flags for these: no card needs them, and
# not all of them heed the clock.
_STRANGE = re.compile(r"\(\?(?!:|=|!|<|P<|[ims-]+[:)])|\(\*|\\L|\{(?=[a-z])|\{[^}]*<")
# A backslash before the one meant here makes it a mere sign.
_UNESCAPED = r"(?<!\\)((?:\\\\)*)"
_PROPERTY = re.compile(_UNESCAPED + r"\\[pPN]\{[\w=:^ -]+\}")
_NAMED_AGAIN = re.compile(_UNESCAPED + r"\\k<(\w+)>")
_REPEAT = re.compile(r"\{\s*(\d+)")
# A counted repeat is written out as often when it is read.
_MOST_WRITTEN_OUT = 4_000
# The first time may have been the machine's fault.
_TRIES = 2
_SLOW = "it takes too long"


@dataclass(frozen=True, slots=True)
class PatternKey:
    """A pattern to look for; `flags` are those of the module `regex`."""

    pattern: str
    flags: int


class PatternError(ValueError):
    """Says in a few words what is wrong with a pattern."""


def slashed(key: str) -> PatternKey | None:
    """A key written /as a pattern/i; None where it is not. Flags not known here change nothing."""
    found = _SLASHED.fullmatch(key.strip())
    if not found:
        return None
    return PatternKey(found[1], sum(_FLAGS.get(letter, 0) for letter in set(found[2])))


def pattern_key(key: str, sensitive: bool) -> PatternKey:
    """A key of an entry whose keys are patterns, slashes or not."""
    return slashed(key) or PatternKey(key, 0 if sensitive else int(regex.IGNORECASE))


def read_pattern(key: PatternKey) -> "regex.Pattern[str]":
    """Ready to search. Raises PatternError where it cannot be."""
    if len(key.pattern) > LONGEST_PATTERN:
        raise PatternError(f"it is longer than {LONGEST_PATTERN} letters")
    bare = _PROPERTY.sub(r"\1", key.pattern)
    if _STRANGE.search(bare):
        raise PatternError("it is no pattern as cards have them")
    written_out = prod(max(int(n), 1) for n in _REPEAT.findall(key.pattern))
    if len(key.pattern) * written_out > _MOST_WRITTEN_OUT:
        raise PatternError("it repeats too much")
    try:
        pattern = _NAMED_AGAIN.sub(r"\1(?P=\2)", key.pattern)
        return regex.compile(pattern, key.flags, cache_pattern=False)
    except (regex.error, RecursionError, ValueError, OverflowError):
        raise PatternError("it is no pattern that can be read") from None


class PatternSearch:
    """Many patterns, looked for in one text after the other."""

    def __init__(self, keys: Iterable[PatternKey]) -> None:
        self._keys = list(dict.fromkeys(keys))
        self._read: dict[PatternKey, regex.Pattern[str] | str] = {}
        self._slow: Counter[PatternKey] = Counter()

    def found_in(self, text: str, known: Container[object],
                 effort: Effort) -> Iterator[PatternKey]:
        """Those that match somewhere in the text, without those `known` already."""
        text = text[-MOST_SEARCHED:]
        for place, key in enumerate(self._keys):
            if key in known:
                continue
            if place >= MOST_PATTERNS or effort.seconds <= 0:
                effort.say(TOO_MANY)
                return
            with effort.timed():
                found = self._matches(key, text, effort)
            if found:
                yield key

    def _matches(self, key: PatternKey, text: str, effort: Effort) -> bool:
        if key not in self._read:
            self._read[key] = _read_or_reason(key)
        pattern = self._read[key]
        if isinstance(pattern, str):
            effort.say(passed_over(key.pattern, pattern))
            return False
        try:
            return pattern.search(text, timeout=SEARCH_SECONDS, concurrent=True) is not None
        except TimeoutError:
            self._note_slow(key)
            effort.say(passed_over(key.pattern, _SLOW))
        except (MemoryError, RecursionError):
            effort.say(passed_over(key.pattern, "it takes too much memory"))
        return False

    def _note_slow(self, key: PatternKey) -> None:
        """One that is slow again and again would take the time of those behind it at each turn."""
        self._slow[key] += 1
        if self._slow[key] >= _TRIES:
            self._read[key] = _SLOW


def _read_or_reason(key: PatternKey) -> "regex.Pattern[str] | str":
    try:
        return read_pattern(key)
    except PatternError as problem:
        return str(problem)
