"""Whatever a book says, it is searched soon, and the person is told what was passed over.

The limits in seconds are generous: without bounds these books take minutes, or all memory.
"""

import time
from collections.abc import Callable

import pytest

from engine.chat.lore.activation import LoreCall, LoreSettings, WatchedBook
from engine.chat.lore.effort import TOO_MUCH
from engine.chat.lore.hearing import MOST_LETTERS
from engine.chat.lore.token_room import MOST_COUNTED
from engine.chat.lore.watched_entries import TOO_LARGE
from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.scene import SpokenLine

SLOWEST_SECONDS = 5.0
USUAL = LoreSettings()
MANY = 10_000
TALK = tuple(SpokenLine("Ann", " ".join(f"word{n * 500 + k}" for k in range(500)))
             for n in range(8))


def words(text: str) -> int:
    return len(text.split())


def searched(entries: list[LoreEntry], talk: tuple[SpokenLine, ...] = TALK,
             settings: LoreSettings = USUAL,
             count: Callable[[str], int] = words) -> LoreCall:
    """Within the time."""
    began = time.process_time()
    book = WatchedBook(Lorebook(tuple(entries), recursive=True, scan_depth=1000))
    found = book.called(talk, settings, count, 0)
    assert time.process_time() - began < SLOWEST_SECONDS
    return found


def test_a_large_honest_book_is_searched_in_full() -> None:
    # GIVEN 10,000 entries of three keys each
    entries = [LoreEntry((f"word{n}", f"name{n} of{n}", f"the {n}th thing"),
                         f"Entry {n} tells a little.") for n in range(MANY)]
    # WHEN a talk calls 4,000 of them
    found = searched(entries, settings=LoreSettings(token_budget=10**6, most_tokens=10**6))
    # THEN all are found, and nothing is passed over
    assert [entry.number for entry in found.entries] == list(range(4000))
    assert found.said == ()


def test_such_a_book_once_read_takes_little_of_a_reply() -> None:
    entries = [LoreEntry((f"word{n}", f"name{n}", f"the thing {n}"), f"Entry {n}.")
               for n in range(MANY)]
    book = WatchedBook(Lorebook(tuple(entries)))
    began = time.process_time()
    for _ in range(5):
        assert len(book.called(TALK[:1], LoreSettings(most_tokens=10), words, 0).entries) == 5
    assert (time.process_time() - began) / 5 < 0.25


def test_keys_of_10000_letters() -> None:
    entries = [LoreEntry((f"{n}" + "x" * 10_000, "word1"), f"Entry {n}.") for n in range(MANY)]
    found = searched(entries)
    assert found.entries
    assert len(found.said) == 9 and "longer than 200 letters" in found.said[0]
    assert all(len(sentence) < 150 for sentence in found.said)


def test_many_keys_in_each_entry() -> None:
    entries = [LoreEntry(tuple(f"{n} key {k}" for k in range(100)), "Told.") for n in range(1001)]
    assert TOO_LARGE in searched(entries).said


def test_all_keys_nearly_stand_in_the_text() -> None:
    text = "a " * 30_000 + " ".join(f"b{n}" for n in range(5000))
    entries = [LoreEntry(("a " * 50 + f"b{n} a",), "Told.") for n in range(5000)]
    found = searched(entries, (SpokenLine("Ann", text),))
    assert found.said == (TOO_MUCH,)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(x+x+)+y", "a{1000000000}", "(" * 99])
def test_many_patterns_that_never_end(pattern: str) -> None:
    entries = [LoreEntry((f"{pattern}{n}",), "Told.", regex=True) for n in range(MANY)]
    text = "a" * 50_000 + "x" * 50_000
    found = searched([LoreEntry(("here",), "Found."), *entries],
                     (SpokenLine("Ann", text), SpokenLine("Lex", "here")))
    assert [entry.text for entry in found.entries] == ["Found."]
    assert found.said


def test_many_long_entries_that_are_always_told() -> None:
    counted: list[int] = []

    def count(text: str) -> int:
        counted.append(len(text))
        return len(text) // 4
    entries = [LoreEntry((), f"{n} " + "long " * 400, constant=True) for n in range(MANY)]
    found = searched(entries, settings=LoreSettings(token_budget=1000), count=count)
    assert sum(counted) <= MOST_COUNTED
    assert len(found.entries) == 2 and len(found.left_out) == MANY - 2


def test_an_entry_plainly_too_long_is_not_even_counted() -> None:
    entries = [LoreEntry((), text, constant=True) for text in ("x" * 1_000_000, "Short.")]
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return 1
    found = searched(entries, count=count)
    assert set(counted) == {"Short."}
    assert [entry.tokens for entry in found.left_out] == [0]


def test_a_chain_through_all_entries_ends_after_its_rounds() -> None:
    entries = [LoreEntry((f"k{n}",), f"k{n + 1}") for n in range(MANY)]
    found = searched(entries, (SpokenLine("Ann", "k0"),), LoreSettings(rounds=50))
    assert len(found.entries) == 51


def test_entries_that_all_call_each_other() -> None:
    entries = [LoreEntry((f"k{n}",), " ".join(f"k{(n * 7 + j) % 3000}" for j in range(30)))
               for n in range(3000)]
    found = searched(entries, (SpokenLine("Ann", "k1"),), LoreSettings(rounds=1000))
    assert found.entries


def test_a_talk_without_end_is_searched_at_its_end() -> None:
    talk = tuple(SpokenLine("Ann", f"early{n} " + "x" * 1000) for n in range(2000))
    late, early = LoreEntry(("early1999",), "Late."), LoreEntry(("early0",), "Early.")
    assert [e.text for e in searched([late, early], talk).entries] == ["Late."]
    one = (SpokenLine("Ann", "early0 " + "x " * MOST_LETTERS + "early1999"),)
    assert [e.text for e in searched([late, early], one).entries] == ["Late."]


def test_many_short_lines_and_keys_that_begin_alike() -> None:
    talk = (SpokenLine("Ann", "the"),) * 50_000
    begun_alike = [LoreEntry((f"the thing {n}",), "Told.") for n in range(MANY)]
    kept = LoreEntry(("other",), "@@keep_activate_after_match\nTold.")
    assert searched([kept, *begun_alike], talk).said == (TOO_MUCH,)
    matching = [LoreEntry((f"/{'.' * (n % 3)}[tx{n}]/",), "Told.") for n in range(MANY)]
    assert searched([kept, *matching], talk).entries


def test_decorators_and_marks_without_end() -> None:
    entries = [LoreEntry(("a",), "@@additional_keys a\n" * 5_000 + "Told."),
               LoreEntry(("a",), "@@x\n@@@y\n" * 5_000 + "Told."),
               LoreEntry(("a",), "{{" * 50_000), LoreEntry(("{{" * 90,), "Told."),
               LoreEntry(("a",), "{{hidden_key:" * 10_000 + "}}" * 10_000),
               LoreEntry(("\u0315\u0300" * 90,), "Told.")]
    found = searched(entries, (SpokenLine("Ann", "a {{" * 20_000 + "\u0315\u0300" * 20_000),))
    assert "Told." in {entry.text for entry in found.entries}
