"""Whether a text does harm, by a list of words and the words around them: small, plain, blind.

It sees rude words, demeaning phrases and threats, not meaning: polite contempt passes, a quoted
insult may not. What it says is a reason to look, never a verdict.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.evaluation.harm.material import HarmMaterial

_NEAR = 24
"""Letters before a mark in which a word may take it back."""


@dataclass(frozen=True, slots=True)
class FoundMark:
    """A mark in a text: the words, their kind, how grave they are (1 to 3)."""

    words: str
    kind: str
    weight: int


class HarmMarks:
    """Looks for the marks of a material."""

    def __init__(self, material: HarmMaterial) -> None:
        self._marks = [(mark, _any_of(mark.words)) for mark in material.mark]
        self._back = _any_of(material.takes_back)

    def found(self, text: str) -> tuple[FoundMark, ...]:
        """The marks of a text, as they stand in it."""
        plain = text.replace("’", "'")
        return tuple(sorted(self._found(plain), key=lambda mark: -mark.weight))

    def weight(self, text: str) -> int:
        """How grave the worst mark is, 0 for none."""
        return max((mark.weight for mark in self.found(text)), default=0)

    def _found(self, text: str) -> Iterator[FoundMark]:
        for mark, pattern in self._marks:
            for hit in pattern.finditer(text):
                before = re.split(r"[.!?\n]", text[max(0, hit.start() - _NEAR):hit.start()])[-1]
                if not self._back.search(before):
                    yield FoundMark(hit[0], mark.kind, mark.weight)


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
