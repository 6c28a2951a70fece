"""Which songs of the Library are chosen, as a value. Knows no table and no widget."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen rows from top to bottom, and the one among them the person is at.

    A key above 0 is the id of a song, below 0 minus the id of a place whose file gave none.
    `current` is 0 where none is.
    """

    keys: tuple[int, ...] = ()
    current: int = 0

    @property
    def songs(self) -> tuple[int, ...]:
        """The ids of the chosen songs, without refused files."""
        return tuple(key for key in self.keys if key > 0)

    @property
    def refused(self) -> tuple[int, ...]:
        """The ids of the chosen places that hold no song."""
        return tuple(-key for key in self.keys if key < 0)

    @property
    def one(self) -> int:
        """The song that is chosen alone, else 0."""
        return self.keys[0] if len(self.keys) == 1 and self.keys[0] > 0 else 0

    def __len__(self) -> int:
        return len(self.keys)


def selection_of(keys: Iterable[int], current: int = 0) -> Selection:
    """A selection whose current row is one of its own."""
    chosen = tuple(keys)
    return Selection(chosen, current if current in chosen else next(iter(chosen), 0))
