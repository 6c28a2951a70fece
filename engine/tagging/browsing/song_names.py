"""Titles and artists as a list is sorted by them: any case, without accents, numbers by size.

Holds the folded names only; what is shown is read when it is shown.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

_DIGITS = re.compile(r"\d+")
_EDGE = re.compile(r"^[\W_]+")
_LONG = 12
_MANY = 2000
_LAST = "\U0010ffff"  # sorts behind every name
Order = npt.NDArray[np.int64]


class SongNames:
    """A folded title and artist for every slot, and the slots in order of both.

    An order is made when it is asked for; later only what changed is put in its place. Songs of the
    same names stand by key, which the owner hands in.
    """

    def __init__(self, room: int = 0) -> None:
        self.titles = [""] * room
        self.artists = [""] * room
        self._by_title: Order | None = None
        self._by_artist: Order | None = None
        self._touched: set[int] = set()

    def put(self, slots: Order, titles: Sequence[str], artists: Sequence[str]) -> None:
        """Stores folded names."""
        for slot, title, artist in zip(slots.tolist(), titles, artists, strict=True):
            self.titles[slot], self.artists[slot] = title, artist
            self._touched.add(slot)

    def grow(self, more: int) -> None:
        self._touched |= set(range(len(self.titles), len(self.titles) + more))
        self.titles += [""] * more
        self.artists += [""] * more

    def by_title(self, keys: Order) -> Order:
        """All slots by title, then artist."""
        return self._sorted(keys)[0]

    def by_artist(self, keys: Order) -> Order:
        """All slots by artist, then title; those without an artist last."""
        return self._sorted(keys)[1]

    def adopt(self, titles: list[str], artists: list[str], by_title: Order,
              by_artist: Order) -> None:
        """Takes over names of all slots with their orders."""
        self.titles, self.artists = titles, artists
        self._by_title, self._by_artist = by_title, by_artist
        self._touched.clear()

    def _sorted(self, keys: Order) -> tuple[Order, Order]:
        first, second = self._by_title, self._by_artist
        if first is None or second is None or len(self._touched) > _MANY:
            first, second = self._all_sorted(keys)
        elif self._touched:
            titles, artists = self.titles, self.artists
            first = self._moved(first, lambda slot: (
                titles[slot], artists[slot] or _LAST, int(keys[slot])))
            second = self._moved(second, lambda slot: (
                artists[slot] or _LAST, titles[slot], int(keys[slot])))
        self._by_title, self._by_artist = first, second
        self._touched.clear()
        return first, second

    def _all_sorted(self, keys: Order) -> tuple[Order, Order]:
        # Sorts are stable: first by what decides among equals.
        slots: list[int] = np.argsort(keys, kind="stable").tolist()
        artists = [artist or _LAST for artist in self.artists]
        titled = sorted(sorted(slots, key=artists.__getitem__), key=self.titles.__getitem__)
        named = sorted(sorted(slots, key=self.titles.__getitem__), key=artists.__getitem__)
        return np.array(titled, np.int64), np.array(named, np.int64)

    def _moved(self, order: Order, names: Callable[[int], tuple[str, str, int]]) -> Order:
        """The order with the touched slots where they belong now."""
        touched = sorted(self._touched, key=names)
        rest = order[~np.isin(order, touched)]
        places = [bisect_left(rest, names(slot), key=names) for slot in touched]
        return np.insert(rest, places, touched)


def sort_name(name: str) -> str:
    """A name as it is sorted: "“Élan” 2" gives "elan” 000000000002"; "" stays ""."""
    if not name.isascii():
        parted = unicodedata.normalize("NFKD", name)
        name = "".join(sign for sign in parted if not unicodedata.combining(sign))
    folded = " ".join(name.casefold().split())
    folded = _EDGE.sub("", folded) or folded
    return _DIGITS.sub(lambda digits: digits[0].zfill(_LONG), folded)
