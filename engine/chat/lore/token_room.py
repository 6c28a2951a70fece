"""Which of the called entries fit the tokens there are for lore. Knows no keys and no prompt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.chat.lore.places import LorePlace
from engine.chat.lorebook import LoreEntry

MOST_COUNTED = 400_000
"""Letters whose tokens are counted in one search; entries past that are left out."""
_CERTAINLY_TOO_LONG = 12  # letters a token: no text is that dense


@dataclass(frozen=True, slots=True)
class CalledEntry:
    """An entry to be told. `text` is without its decorators, its macros not yet filled.

    `number` is its place in the book; `tokens` is how many the text takes, 0 where it was so
    plainly too long that they were not counted.
    """

    number: int
    entry: LoreEntry
    text: str
    place: LorePlace
    tokens: int = 0

    @property
    def priority(self) -> float:
        """What is lower is left out first."""
        said = self.entry.order if self.entry.priority is None else self.entry.priority
        return said if said == said else 0.0  # a NaN has no place in any order

    @property
    def order(self) -> tuple[float, int]:
        """What is lower is told earlier."""
        return (self.entry.order if self.entry.order == self.entry.order else 0.0, self.number)


def with_room(called: Sequence[CalledEntry], give_way: frozenset[int], tokens: int,
              count: Callable[[str], int],
              ) -> tuple[tuple[CalledEntry, ...], tuple[CalledEntry, ...]]:
    """Those that fit into `tokens`, and those left out; both in their order.

    The higher an entry's priority, the sooner it is given room; entries whose number is in
    `give_way` come last. Together those that fit take `tokens` at most.
    """
    kept: list[CalledEntry] = []
    left_out: list[CalledEntry] = []
    letters = MOST_COUNTED
    for entry in sorted(called, key=lambda e: (e.number in give_way, -e.priority, *e.order)):
        length = len(entry.text)
        if length > tokens * _CERTAINLY_TOO_LONG or length > letters:
            left_out.append(entry)
            continue
        letters -= length
        counted = replace(entry, tokens=count(entry.text))
        fits = counted.tokens <= tokens
        (kept if fits else left_out).append(counted)
        tokens -= counted.tokens if fits else 0
    return _in_order(kept), _in_order(left_out)


def _in_order(entries: Sequence[CalledEntry]) -> tuple[CalledEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.order))
