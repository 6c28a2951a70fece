"""Which entries of a lorebook a talk calls for.

Pure but for a clock that ends the search of patterns: the same book, talk, settings and turn call
the same entries, in time bounded whatever a book says. Knows no storage and no prompt.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from engine.chat.lore.effort import Effort, told
from engine.chat.lore.hearing import Hearing
from engine.chat.lore.macros import Names
from engine.chat.lore.patterns import PatternKey, PatternSearch
from engine.chat.lore.token_room import CalledEntry, with_room
from engine.chat.lore.watched_entries import EntryReader, Key, WatchedEntry
from engine.chat.lore.words import WordKey, WordSearch
from engine.chat.lorebook import Lorebook
from engine.chat.scene import SpokenLine

_BOOKS_KEPT = 4


@dataclass(frozen=True, slots=True)
class LoreSettings:
    """How entries are looked for.

    `scan_depth` and `token_budget` count where a book says nothing of its own; a book's budget
    never goes over `most_tokens`. `rounds`: how often called entries may call others. `greeting`:
    which greeting the talk began with, from 0; None where that is not known. `full`: the talk no
    longer fits the window, so entries that should give way do. `called_before`: numbers of the
    entries called at earlier turns of this talk.
    """

    scan_depth: int = 4
    token_budget: int = 512
    most_tokens: int = 2048
    rounds: int = 4
    names: Names | None = None
    greeting: int | None = None
    full: bool = False
    called_before: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class LoreCall:
    """`entries` are to be told, `left_out` were called but found no room; both in the order they
    are told in. `said` are sentences for the person about keys that were passed over."""

    entries: tuple[CalledEntry, ...] = ()
    left_out: tuple[CalledEntry, ...] = ()
    said: tuple[str, ...] = ()


def called_entries(book: Lorebook, talk: Sequence[SpokenLine], settings: LoreSettings,
                   count: Callable[[str], int], turn: int) -> LoreCall:
    """What `talk` (oldest line first) calls for.

    `count` says how many tokens a text takes; `turn` is how many replies characters have given
    so far. The book is read at its first call and kept ready for the next.
    """
    return _kept_book(_Same(book), settings.names).called(talk, settings, count, turn)


class WatchedBook:
    """A lorebook made ready; `names` are put into its keys where they are known."""

    def __init__(self, book: Lorebook, names: Names | None = None) -> None:
        reader = EntryReader(names)
        watched = reader.read(book)
        self._book = book
        self._names = names
        self._said = reader.said
        self._entries = {w.number: w for w in watched}
        self._unkeyed = [w.number for w in watched
                         if w.entry.constant or w.rules.always or w.rules.keeps]
        self._keeps = any(w.rules.keeps for w in watched)
        self._own_depth = max((w.scan_depth(0) for w in watched), default=0)
        self._by_key: dict[Key, list[int]] = {}
        for number, key in ((w.number, key) for w in watched for key in w.keys):
            self._by_key.setdefault(key, []).append(number)
        self._words = WordSearch(key for key in self._by_key if isinstance(key, WordKey))
        self._patterns = PatternSearch(key for key in self._by_key if isinstance(key, PatternKey))

    def called(self, talk: Sequence[SpokenLine], settings: LoreSettings,
               count: Callable[[str], int], turn: int) -> LoreCall:
        """As `called_entries` says."""
        effort = Effort()
        effort.said.update(self._said)
        hearing = Hearing(self._words, self._patterns, self._names, effort)
        called = self._rounds(hearing, talk, settings, turn)
        entries, left_out = with_room(
            [CalledEntry(w.number, w.entry, w.text, w.place) for w in called],
            frozenset(w.number for w in called if w.rules.gives_way), self._room(settings), count)
        return LoreCall(entries, left_out, told(effort.said))

    def _rounds(self, hearing: Hearing, talk: Sequence[SpokenLine], settings: LoreSettings,
                turn: int) -> list[WatchedEntry]:
        """The entries the talk calls, then those that they call, and so on; each once."""
        usual = settings.scan_depth if self._book.scan_depth is None else self._book.scan_depth
        rounds = settings.rounds if self._book.recursive else 0
        called: dict[int, WatchedEntry] = {}
        heard = hearing.hear(talk, len(talk) if self._keeps else max(usual, self._own_depth))
        asked = {*self._unkeyed, *self._numbers(heard)}
        while fresh := [w for number in sorted(asked - called.keys())
                        if _may_be_called(w := self._entries[number], settings, turn)
                        and (_is_sure(w, settings)
                             or hearing.calls(w, _depth(w, usual, len(talk))))]:
            called |= {watched.number: watched for watched in fresh}
            if rounds <= 0:
                break
            rounds -= 1
            heard = hearing.hear_lore(w.text for w in fresh if not w.foreign.shut_in)
            asked = set(self._numbers(heard))
        return list(called.values())

    def _numbers(self, heard: Iterable[Key]) -> Iterator[int]:
        """The entries that have one of these keys."""
        return chain.from_iterable(self._by_key[key] for key in heard)

    def _room(self, settings: LoreSettings) -> int:
        """In tokens. A book that says 0 does not mean that nothing of it is told."""
        return min(self._book.token_budget or settings.token_budget, settings.most_tokens)


def _may_be_called(watched: WatchedEntry, settings: LoreSettings, turn: int) -> bool:
    """Whether its rules allow it at all now."""
    rules = watched.rules
    if rules.always:
        return True
    if rules.never or (rules.once and watched.number in settings.called_before):
        return False
    early = rules.only_after is not None and turn < rules.only_after
    between = rules.only_every is not None and turn % rules.only_every != 0
    other = None not in (rules.greeting, settings.greeting) and rules.greeting != settings.greeting
    return _is_sure(watched, settings) or not (
        early or between or other or (rules.gives_way and settings.full))


def _is_sure(watched: WatchedEntry, settings: LoreSettings) -> bool:
    kept = watched.rules.keeps and watched.number in settings.called_before
    return watched.rules.always or kept


def _depth(watched: WatchedEntry, usual: int, lines: int) -> int:
    """In how many of the last lines its keys are looked for: one that is kept on once it was
    called is called by all of the talk."""
    return lines if watched.rules.keeps else min(watched.scan_depth(usual), lines)


class _Same:
    """A book by which one it is: books hold values that cannot be compared quickly, or at all."""

    def __init__(self, book: Lorebook) -> None:
        self.book = book

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.book is self.book

    def __hash__(self) -> int:
        return id(self.book)


@lru_cache(_BOOKS_KEPT)
def _kept_book(same: _Same, names: Names | None) -> WatchedBook:
    return WatchedBook(same.book, names)
