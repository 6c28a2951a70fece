"""How much work a lorebook may make in one search, and what is said where that was not enough.

Whatever a book says, a search ends soon: letters to compare are counted, and seconds for patterns.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

MOST_COMPARED = 30_000_000
"""Letters; about half a second. A large, honest book needs a tenth of it at most."""
PATTERN_SECONDS = 0.25
"""For all patterns of a search together."""
MOST_SAID = 8
_LONGEST_QUOTE = 40

TOO_MUCH = ("The lorebook has more keys than can be looked for in so much text;"
            " some of its entries may be missing.")


class Effort:
    """What is left of it in one search."""

    def __init__(self, letters: int = MOST_COMPARED, seconds: float = PATTERN_SECONDS,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._letters = letters
        self._seconds = seconds
        self._clock = clock
        self.said: dict[str, None] = {}

    def spend(self, letters: int) -> bool:
        """False, and said, where they are more than what is left."""
        self._letters -= letters
        if self._letters < 0:
            self.say(TOO_MUCH)
        return self._letters >= 0

    @property
    def seconds(self) -> float:
        """Left for patterns; none at 0 and below."""
        return self._seconds

    @contextmanager
    def timed(self) -> Generator[None]:
        """What is done in it is taken off the seconds."""
        begun = self._clock()
        try:
            yield
        finally:
            self._seconds -= self._clock() - begun

    def say(self, sentence: str) -> None:
        self.said.setdefault(sentence)


def told(said: dict[str, None]) -> tuple[str, ...]:
    """The first few sentences, and how many more there were."""
    first, more = tuple(said)[:MOST_SAID], len(said) - MOST_SAID
    return (*first, f"And {more:,} more like these.") if more > 0 else first


def passed_over(key: str, reason: str) -> str:
    """The sentence for a key that is not looked for."""
    return f"The lorebook's key {_quoted(key)} was passed over: {reason}."


def _quoted(key: str) -> str:
    """A key as a sentence holds it: on one line, and not too long."""
    begun = key[:_LONGEST_QUOTE * 4]
    line = " ".join("".join(c if c.isprintable() else " " for c in begun).split())
    short = line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE - 1] + "…"
    return f"“{short}”"
