"""A lorebook made ready to be searched for: each entry's keys, rules and text, read once.

Knows what must be found for an entry to be called; does not look for it. Keys past the limits
are passed over, each with a sentence.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.chat.lore.decorators import LoreRules, read_decorators
from engine.chat.lore.effort import passed_over
from engine.chat.lore.foreign_rules import ForeignRules, read_extensions
from engine.chat.lore.macros import Names, searched_text
from engine.chat.lore.patterns import PatternKey, pattern_key, slashed
from engine.chat.lore.places import LorePlace, LoreSpot
from engine.chat.lore.words import LONGEST_KEY, WordKey, word_key
from engine.chat.lorebook import Lorebook, LoreEntry

MOST_KEYS = 100_000
MOST_KEY_LETTERS = 1_000_000
TOO_LARGE = "The lorebook has too many keys; those of its last entries are not looked for."

Key = WordKey | PatternKey
Found = Callable[[Key], bool]


@dataclass(frozen=True, slots=True)
class WatchedEntry:
    """An entry. `number` is its place in the book. One key of each of `groups` must be found,
    none of `not_keys`, and not all of `not_all`; `keyed` says whether it has a key of its own."""

    number: int
    entry: LoreEntry
    text: str
    rules: LoreRules
    foreign: ForeignRules
    keyed: bool
    groups: tuple[tuple[Key, ...], ...]
    more_groups: tuple[tuple[Key, ...], ...]
    not_keys: tuple[Key, ...]
    not_all: tuple[Key, ...]

    @property
    def keys(self) -> Iterable[Key]:
        for group in (*self.groups, *self.more_groups, self.not_keys, self.not_all):
            yield from group

    @property
    def place(self) -> LorePlace:
        """A position goes over a depth, a decorator over what other fields say."""
        rules, foreign = self.rules, self.foreign
        role = rules.role or foreign.role or LorePlace().role
        depth = foreign.depth if rules.depth is None else rules.depth
        if rules.spot is None and depth is not None:
            return LorePlace(LoreSpot.DEPTH, depth, role)
        after = self.entry.position == LoreSpot.AFTER_CHAR
        usual = LoreSpot.AFTER_CHAR if after else LoreSpot.BEFORE_CHAR
        return LorePlace(rules.spot or usual, 0, role)

    def scan_depth(self, usual: int) -> int:
        """How many of the last messages its keys are looked for in."""
        said = self.foreign.scan_depth if self.rules.scan_depth is None else self.rules.scan_depth
        return usual if said is None else said

    def is_called(self, found: Found, said: Found) -> bool:
        """By its keys. `found`: anywhere they are looked for; `said`: in the talk itself."""
        wanted = self.more_groups if self.entry.constant else (*self.groups, *self.more_groups)
        return ((self.entry.constant or self.keyed)
                and all(any(found(key) for key in group) for group in wanted)
                and not any(said(key) for key in self.not_keys)
                and not (self.not_all and all(said(key) for key in self.not_all)))


class EntryReader:
    """Reads the entries of one book, within its limits.

    Secondary keys and keys to exclude are of no meaning beside patterns, says the specification.
    """

    def __init__(self, names: Names | None) -> None:
        self._names = names
        self._keys = self._letters = 0
        self.said: dict[str, None] = {}

    def read(self, book: Lorebook) -> tuple[WatchedEntry, ...]:
        """The entries that can be told at all: those that are on and hold a text."""
        read = (self._watched(number, entry) for number, entry in enumerate(book.entries)
                if entry.enabled and entry.content)
        return tuple(watched for watched in read if watched.text)

    def _watched(self, number: int, entry: LoreEntry) -> WatchedEntry:
        rules, text = read_decorators(entry.content)
        foreign = read_extensions(entry.extensions)
        own = self._read_keys(entry, entry.keys)
        narrowed = entry.selective and not entry.constant and not entry.regex
        second = self._read_keys(entry, entry.secondary_keys) if narrowed else ()
        groups = [own]
        if second and not foreign.not_secondary:
            groups += [(key,) for key in second] if foreign.all_secondary else [second]
        not_any = second if foreign.not_secondary and not foreign.all_secondary else ()
        return WatchedEntry(
            number, entry, text, rules, foreign, bool(own), tuple(groups),
            tuple(self._read_keys(entry, group) for group in rules.more_keys),
            (*self._read_keys(entry, () if entry.regex else rules.not_keys), *not_any),
            second if foreign.not_secondary and foreign.all_secondary else ())

    def _read_keys(self, entry: LoreEntry, keys: Iterable[str]) -> tuple[Key, ...]:
        read = (self._read_key(key, bool(entry.case_sensitive), entry.regex) for key in keys)
        return tuple(key for key in read if key)

    def _read_key(self, key: str, sensitive: bool, is_pattern: bool) -> Key | None:
        self._keys += 1
        self._letters += min(len(key), LONGEST_KEY)
        if self._keys > MOST_KEYS or self._letters > MOST_KEY_LETTERS:
            self.said.setdefault(TOO_LARGE)
            return None
        if is_pattern:
            return pattern_key(key, sensitive) if key else None
        if key.startswith("/") and (pattern := slashed(key)):
            return pattern
        if len(key) > LONGEST_KEY:
            self.said.setdefault(passed_over(key, f"it is longer than {LONGEST_KEY} letters"))
            return None
        return word_key(searched_text(key, self._names), sensitive)
