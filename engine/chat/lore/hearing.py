"""What of a book's keys was heard: in the talk, how near its end, and in entries that are told.

Each text is searched once, for all keys. Decides of no entry but by its keys.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from engine.chat.lore.effort import Effort
from engine.chat.lore.macros import Names, searched_text
from engine.chat.lore.patterns import PatternSearch
from engine.chat.lore.watched_entries import Key, WatchedEntry
from engine.chat.lore.words import WordSearch
from engine.chat.scene import SpokenLine

MOST_LETTERS = 100_000
"""Of the talk are searched, the newest first; as many again of the entries that are called."""
MOST_LINES = 2_000


class Hearing:
    """One search."""

    def __init__(self, words: WordSearch, patterns: PatternSearch, names: Names | None,
                 effort: Effort) -> None:
        self._words = words
        self._patterns = patterns
        self._names = names
        self._effort = effort
        self._said: dict[Key, int] = {}
        self._in_lore: dict[Key, int] = {}
        self._lore_letters = MOST_LETTERS

    def hear(self, talk: Sequence[SpokenLine], depth: int) -> set[Key]:
        """The keys in the last `depth` lines of the talk."""
        letters = MOST_LETTERS
        for back in range(min(depth, len(talk), MOST_LINES)):
            text = talk[-1 - back].text[-letters:]
            letters -= len(text)
            self._hear(text, self._said, back)
            if letters <= 0:
                break
        return set(self._said)

    def hear_lore(self, texts: Iterable[str]) -> set[Key]:
        """The keys in texts of entries that are called, but those heard in others before."""
        before = len(self._in_lore)
        for text in texts:
            part = text[:self._lore_letters]
            self._lore_letters -= len(part)
            if part:
                self._hear(part, self._in_lore, 0)
        return set(islice(self._in_lore, before, None))

    def calls(self, watched: WatchedEntry, depth: int) -> bool:
        """Whether its keys were heard in the last `depth` lines, or in other entries."""
        lore = {} if watched.foreign.shut_out else self._in_lore
        return watched.is_called(lambda key: key in lore or self._said.get(key, depth) < depth,
                                 lambda key: self._said.get(key, depth) < depth)

    def _hear(self, text: str, heard: dict[Key, int], back: int) -> None:
        for key in self._found(searched_text(text, self._names), heard):
            heard[key] = back

    def _found(self, text: str, heard: dict[Key, int]) -> Iterator[Key]:
        return chain(self._words.found_in(text, heard, self._effort),
                     self._patterns.found_in(text, heard, self._effort))
