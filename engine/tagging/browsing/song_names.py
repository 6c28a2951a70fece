"""Titles and artists as a list is sorted by them: any case, without accents, numbers by size.

Holds the folded names only; what is shown is read when it is shown.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_DIGITS = re.compile(r"\d+")
_EDGE = re.compile(r"^[\W_]+")
_LONG = 12
_LAST = "\U0010ffff"  # sorts behind every name
_Order = npt.NDArray[np.int64]


class SongNames:
    """A folded title and artist for every slot. Orders are made when they are asked for and kept
    until a name changes; what was sorted before is sorted again quickly."""

    def __init__(self, room: int = 0) -> None:
        self.titles = [""] * room
        self.artists = [""] * room
        self._by_title: _Order | None = None
        self._by_artist: _Order | None = None
        self._stale = True

    def put(self, slots: npt.NDArray[np.int64], titles: Sequence[str],
            artists: Sequence[str]) -> None:
        """Stores folded names."""
        for slot, title, artist in zip(slots.tolist(), titles, artists, strict=True):
            if self.titles[slot] != title or self.artists[slot] != artist:
                self.titles[slot], self.artists[slot] = title, artist
                self._stale = True

    def grow(self, more: int) -> None:
        self.titles += [""] * more
        self.artists += [""] * more
        self._by_title = self._by_artist = None
        self._stale = True

    def by_title(self) -> _Order:
        """All slots by title, then artist."""
        self._sort()
        assert self._by_title is not None
        return self._by_title

    def by_artist(self) -> _Order:
        """All slots by artist, then title; those without an artist last."""
        self._sort()
        assert self._by_artist is not None
        return self._by_artist

    def adopt(self, titles: list[str], artists: list[str], by_title: _Order,
              by_artist: _Order) -> None:
        """Takes over names of all slots with their orders."""
        self.titles, self.artists = titles, artists
        self._by_title, self._by_artist = by_title, by_artist
        self._stale = False

    def _sort(self) -> None:
        if not self._stale:
            return
        slots = list(range(len(self.titles)))
        titled = slots if self._by_title is None else self._by_title.tolist()
        named = slots if self._by_artist is None else self._by_artist.tolist()
        # Sorts are stable: first by what decides among equals.
        titled = sorted(sorted(named, key=self._artist), key=self.titles.__getitem__)
        named = sorted(titled, key=self._artist)
        self._by_title, self._by_artist = np.array(titled, np.int64), np.array(named, np.int64)
        self._stale = False

    def _artist(self, slot: int) -> str:
        return self.artists[slot] or _LAST


def sort_name(name: str) -> str:
    """A name as it is sorted: "“Élan” 2" gives "elan” 000000000002"; "" stays ""."""
    if not name.isascii():
        parted = unicodedata.normalize("NFKD", name)
        name = "".join(sign for sign in parted if not unicodedata.combining(sign))
    folded = " ".join(name.casefold().split())
    folded = _EDGE.sub("", folded) or folded
    return _DIGITS.sub(lambda digits: digits[0].zfill(_LONG), folded)
