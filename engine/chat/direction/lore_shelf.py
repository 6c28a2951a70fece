"""Lorebooks at hand for the talks that use them, and what of them the last lines call for.

A book is read once, however often its document is; what was called is remembered by the reply it
was called for. Knows no storage and no prompt. One thread at a time.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import msgspec

from engine.chat.lore.activation import LoreSettings, called_entries
from engine.chat.lorebook import Lorebook
from engine.chat.prompts.script import CalledLore
from engine.chat.scene import SpokenLine

_KEPT_BOOKS = 8
_KEPT_REPLIES = 4096


@dataclass(frozen=True, slots=True)
class LoreCalled:
    """`lore` has its macros still in it. `numbers` are those of the entries, by book; `said` are
    sentences for the person."""

    lore: tuple[CalledLore, ...] = ()
    numbers: tuple[tuple[bytes, int], ...] = ()
    said: tuple[str, ...] = ()


class LoreShelf:
    """The books of the last talks."""

    def __init__(self) -> None:
        self._books: OrderedDict[bytes, Lorebook] = OrderedDict()
        self._called: OrderedDict[int, tuple[tuple[bytes, int], ...]] = OrderedDict()

    def called(self, books: Iterable[Lorebook | None], talk: Sequence[SpokenLine],
               settings: LoreSettings, count: Callable[[str], int], turn: int,
               path: Iterable[int]) -> LoreCalled:
        """What `talk` calls for in `books`; `path` are the ids of the messages before."""
        before = {pair for number in path for pair in self._called.get(number, ())}
        lore: list[CalledLore] = []
        numbers: list[tuple[bytes, int]] = []
        said: list[str] = []
        for key, book in dict(map(self._kept, filter(None, books))).items():
            mine = frozenset(number for of, number in before if of == key)
            call = called_entries(book, talk, replace(settings, called_before=mine), count, turn)
            lore += [CalledLore(entry.text, entry.place, entry.entry.name or entry.entry.comment)
                     for entry in call.entries]
            numbers += [(key, entry.number) for entry in call.entries]
            said += call.said
        return LoreCalled(tuple(lore), tuple(numbers), tuple(dict.fromkeys(said)))

    def note(self, message_id: int, called: LoreCalled) -> None:
        """Remembers what a reply was told."""
        if called.numbers:
            self._called[message_id] = called.numbers
            while len(self._called) > _KEPT_REPLIES:
                self._called.popitem(last=False)

    def _kept(self, book: Lorebook) -> tuple[bytes, Lorebook]:
        """The book as it stood here first, so that it is known to be the same."""
        key = blake2b(msgspec.json.encode(book), digest_size=16).digest()
        kept = self._books.setdefault(key, book)
        self._books.move_to_end(key)
        while len(self._books) > _KEPT_BOOKS:
            self._books.popitem(last=False)
        return key, kept
