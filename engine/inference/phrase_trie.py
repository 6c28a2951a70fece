"""Phrases as paths of tokens that share their beginnings: which token may come at each place.

Knows numbers only. A phrase has two spellings, one where it is the last and one where the
separator follows, for a tokenizer may join a phrase's last letters with the separator.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Spelling:
    """The tokens of a phrase at the end of a list, and with the separator after it."""

    last: tuple[int, ...]
    followed: tuple[int, ...]


@dataclass(slots=True)
class _Place:
    """A place in the paths; the numbers are sets of phrases, one bit each."""

    children: dict[int, int] = field(default_factory=dict[int, int])
    last_below: int = 0  # phrases whose last spelling lies at or below
    followed_below: int = 0
    last_here: int = 0
    followed_here: int = 0


class PhraseTrie:
    """Places are numbers, 0 the beginning; `used` is a set of phrases that may not come again."""

    def __init__(self, spellings: Sequence[Spelling]) -> None:
        self._places = [_Place()]
        for number, spelling in enumerate(spellings):
            self._add(spelling.last, number, last=True)
            self._add(spelling.followed, number, last=False)

    def _add(self, path: Sequence[int], phrase: int, last: bool) -> None:
        place = 0
        for token in path:
            children = self._places[place].children
            if token not in children:
                children[token] = len(self._places)
                self._places.append(_Place())
            place = children[token]
            if last:
                self._places[place].last_below |= 1 << phrase
            else:
                self._places[place].followed_below |= 1 << phrase
        if last:
            self._places[place].last_here |= 1 << phrase
        else:
            self._places[place].followed_here |= 1 << phrase

    def tokens(self, place: int, used: int, may_follow: bool, may_last: bool) -> Iterator[int]:
        """Tokens that lead on from a place to an unused phrase, as the last or followed."""
        for token, child in self._places[place].children.items():
            below = self._places[child]
            reached = below.last_below if may_last else 0
            reached |= below.followed_below if may_follow else 0
            if reached & ~used:
                yield token

    def step(self, place: int, token: int, used: int) -> int | None:
        """The place after a token, or None where no unused phrase goes on so."""
        child = self._places[place].children.get(token)
        if child is None:
            return None
        below = self._places[child]
        return child if (below.last_below | below.followed_below) & ~used else None

    def closed(self, place: int, used: int) -> bool:
        """Whether an unused phrase is whole at this place, as the last."""
        return bool(self._places[place].last_here & ~used)

    def followed(self, place: int, used: int) -> Iterator[int]:
        """Unused phrases that are whole at this place with the separator."""
        yield from _bits(self._places[place].followed_here & ~used)


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
