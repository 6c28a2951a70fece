"""Texts found by their words: BM25 (Robertson and Zaragoza, 2009) over an index that may change.

Knows words and how rare they are, nothing of meaning and nothing of who speaks. Rows are numbers
the caller gives; the score of a row that was never put, or was taken out, is 0.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

SATURATION = 1.2
"""k1: how soon a word that stands again and again in a text adds no more."""
LENGTH_SHARE = 0.75
"""b: how far long texts are held back; 0 not at all, 1 in full."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a text as the index knows them: letters and digits, in small letters."""
    return [found.replace("’", "'") for found in _WORD.findall(text.casefold())]


class WordIndex:
    """Which words stand in which rows."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, int]] = {}
        self._held: dict[int, Counter[str]] = {}
        self._worth: dict[str, tuple[npt.NDArray[np.int64], Floats]] = {}
        self._lengths = np.zeros(0, np.float32)
        self._total = 0

    def __len__(self) -> int:
        return len(self._held)

    def put(self, row: int, text: str) -> None:
        """Makes `text` what stands in `row`, instead of what stood there."""
        self.take_out(row)
        held = Counter(words_of(text))
        self._held[row] = held
        self._reach(row)
        self._lengths[row] = held.total()
        self._total += held.total()
        for word, count in held.items():
            self._rows.setdefault(word, {})[row] = count

    def take_out(self, row: int) -> None:
        """Empties a row; one that is empty stays so."""
        held = self._held.pop(row, None)
        self._worth.clear()  # every word's worth hangs on how many rows there are
        for word in held or ():
            rows = self._rows[word]
            del rows[row]
            if not rows:
                del self._rows[word]
        if held is not None:
            self._total -= held.total()

    def scores(self, lines: Sequence[str], rows: int) -> Floats:
        """(L, rows) how well each row answers each of L lines; never below 0."""
        found = np.zeros((len(lines), rows), np.float32)
        counted = [Counter(words_of(line)) for line in lines]
        for word in dict.fromkeys(word for line in counted for word in line):
            if word not in self._rows:
                continue
            if word not in self._worth:
                self._worth[word] = self._weighed(word)
            places, weights = self._worth[word]
            for at, line in enumerate(counted):
                if word in line:
                    found[at, places] += weights * line[word]
        return found

    def _weighed(self, word: str) -> tuple[npt.NDArray[np.int64], Floats]:
        """The rows a word stands in and what it is worth in each."""
        rows = self._rows[word]
        places = np.fromiter(rows.keys(), np.int64, len(rows))
        counts = np.fromiter(rows.values(), np.float32, len(rows))
        number, holding = len(self._held), len(places)
        rarity = np.log1p((number - holding + 0.5) / (holding + 0.5))
        share = self._lengths[places] * (number / max(self._total, 1))
        held_back = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * share)
        return places, (rarity * counts * (SATURATION + 1) / (counts + held_back)).astype(
            np.float32)

    def _reach(self, row: int) -> None:
        if row >= len(self._lengths):
            longer = np.zeros(max(row + 1, 2 * len(self._lengths)), np.float32)
            longer[: len(self._lengths)] = self._lengths
            self._lengths = longer
