"""Entries are called by their keys and rules, once each, in order and within their tokens."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.conversation import Role
from engine.chat.lore.activation import LoreCall, LoreSettings, WatchedBook, called_entries
from engine.chat.lore.macros import Names
from engine.chat.lore.places import LorePlace, LoreSpot
from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.scene import SpokenLine

ROOMY = LoreSettings(token_budget=10_000, most_tokens=10_000)


def words(text: str) -> int:
    return len(text.split())


def talk(*texts: str) -> list[SpokenLine]:
    return [SpokenLine(("Lex", "Ann")[n % 2], text) for n, text in enumerate(texts)]


def call(entries: Sequence[LoreEntry], *texts: str, settings: LoreSettings = ROOMY, turn: int = 0,
         recursive: bool = False, scan_depth: int | None = None) -> LoreCall:
    book = Lorebook(tuple(entries), recursive=recursive, scan_depth=scan_depth)
    return called_entries(book, talk(*texts), settings, words, turn)


def told(entries: Sequence[LoreEntry], *texts: str, settings: LoreSettings = ROOMY, turn: int = 0,
         recursive: bool = False, scan_depth: int | None = None) -> list[str]:
    found = call(entries, *texts, settings=settings, turn=turn, recursive=recursive,
                 scan_depth=scan_depth)
    return [entry.text for entry in found.entries]


def is_told(entry: LoreEntry, *texts: str, settings: LoreSettings = ROOMY, turn: int = 0) -> bool:
    return bool(told([entry], *texts, settings=settings, turn=turn))


DRAGON = LoreEntry(("dragon", "wyrm"), "Dragons sleep in winter.")


def ruled(*lines: str, keys: tuple[str, ...] = ("dragon",)) -> LoreEntry:
    return LoreEntry(keys, "\n".join([*lines, "", "Told."]))


def test_an_entry_is_called_by_any_of_its_keys() -> None:
    assert told([DRAGON], "I saw a DRAGON.") == ["Dragons sleep in winter."]
    assert told([DRAGON], "The old wyrm!") == ["Dragons sleep in winter."]
    assert told([DRAGON], "A dragonfly.") == []
    assert told([DRAGON]) == []


def test_what_is_off_or_empty_is_never_told() -> None:
    for entry in (LoreEntry(("dragon",), "Off.", enabled=False),
                  LoreEntry(("dragon",), "@@activate\nOff.", enabled=False),
                  LoreEntry(("dragon",), ""), LoreEntry(("dragon",), "@@activate\n\n"),
                  LoreEntry(("dragon",), "Off.", constant=True, enabled=False)):
        assert not is_told(entry, "dragon")


def test_entries_without_keys_are_told_only_where_they_are_constant() -> None:
    assert not is_told(LoreEntry((), "Told."), "anything")
    assert not is_told(LoreEntry(("", "  "), "Told."), "anything  at all")
    assert is_told(LoreEntry((), "Told.", constant=True))


def test_secondary_keys_narrow_a_selective_entry() -> None:
    entry = LoreEntry(("dragon",), "Told.", ("gold", "silver"), selective=True)
    assert is_told(entry, "A dragon and its gold") and is_told(entry, "silver", "dragon")
    assert not is_told(entry, "A dragon") and not is_told(entry, "gold")
    # Without keys of its own it is never called; not selective, it needs no second.
    assert not is_told(LoreEntry((), "Told.", ("gold",), selective=True), "gold")
    assert is_told(LoreEntry(("dragon",), "Told.", ("gold",)), "dragon")
    assert is_told(LoreEntry(("dragon",), "Told.", selective=True), "dragon")


def test_keys_are_looked_for_only_near_the_end() -> None:
    lines = ["dragon", "one", "two", "three"]
    assert told([DRAGON], *lines) and not told([DRAGON], *lines, "four")
    assert told([DRAGON], *lines, "four", scan_depth=5)
    assert not told([DRAGON], *lines, scan_depth=3) and not told([DRAGON], "dragon", scan_depth=0)
    assert not told([DRAGON], "dragon", scan_depth=-1)
    # A depth of its own goes over the book's, either way.
    assert told([ruled("@@scan_depth 9")], *lines, "four", scan_depth=1)
    assert not told([ruled("@@scan_depth 1")], *lines, scan_depth=9)
    assert not told([ruled("@@scan_depth 0")], "dragon")


def test_the_nearest_place_of_a_key_counts() -> None:
    near = ruled("@@scan_depth 1")
    far = ruled("@@scan_depth 9")
    assert len(told([near, far], "dragon", "x", "a dragon")) == 2
    assert len(told([near, far], "dragon", "x", "nothing")) == 1


def test_large_and_small_letters() -> None:
    entry = LoreEntry(("May",), "Told.", case_sensitive=True)
    assert is_told(entry, "In May.") and not is_told(entry, "I may.")
    assert is_told(LoreEntry(("May",), "Told.", case_sensitive=False), "I may.")
    # The same word may be a key of both kinds.
    both = [entry, LoreEntry(("May",), "Any.", case_sensitive=None)]
    assert told(both, "I may.") == ["Any."] and len(told(both, "In May.")) == 2


def test_keys_may_be_patterns() -> None:
    assert is_told(LoreEntry(("drag(on|oon)s?",), "Told.", regex=True), "two Dragoons")
    assert is_told(LoreEntry(("/drag(on|oon)s?/i",), "Told."), "two Dragoons")
    assert not is_told(LoreEntry(("drag(on|oon)s?",), "Told."), "two Dragoons")
    # A pattern and a word with the same letters stay apart.
    assert told([LoreEntry(("/ a /",), "Pattern."), LoreEntry(("a",), "Word.")], "b, a!") == [
        "Word."]


def test_beside_patterns_secondary_and_excluded_keys_mean_nothing() -> None:
    assert is_told(LoreEntry(("drag.n",), "Told.", ("gold",), selective=True, regex=True), "dragon")
    assert is_told(LoreEntry(("drag.n",), "@@exclude_keys egg\nTold.", regex=True), "dragon egg")


def test_a_broken_pattern_is_passed_over_and_told_of() -> None:
    found = call([LoreEntry(("(", "dragon"), "Told.", regex=True)], "dragon")
    assert [entry.text for entry in found.entries] == ["Told."]
    assert found.said == (
        "The lorebook's key “(” was passed over: it is no pattern that can be read.",)


def test_macros_in_keys_and_talk() -> None:
    entry = LoreEntry(("{{char}}'s sword",), "Told.")
    named = LoreSettings(names=Names("Ann", "Lex"))
    assert is_told(entry, "Give me Ann’s sword.", settings=named)
    assert not is_told(entry, "Give me Ann’s sword.")
    assert not is_told(DRAGON, "Nothing.{{// dragon}}")


def test_entries_call_others_where_the_book_is_recursive() -> None:
    chain = [LoreEntry((f"k{n}",), f"k{n + 1}") for n in range(8)]
    assert told(chain, "k0") == ["k1"]
    assert told(chain, "k0", recursive=True) == ["k1", "k2", "k3", "k4", "k5"]
    once = LoreSettings(rounds=1)
    assert told(chain, "k0", recursive=True, settings=once) == ["k1", "k2"]
    none = LoreSettings(rounds=0)
    assert told(chain, "k0", recursive=True, settings=none) == ["k1"]


def test_entries_that_call_each_other_are_told_once() -> None:
    ring = [LoreEntry(("sun",), "moon"), LoreEntry(("moon",), "sun")]
    assert told(ring, "the sun", recursive=True) == ["moon", "sun"]
    assert told([LoreEntry(("sun", "star"), "sun star")] * 1, "sun", recursive=True) == ["sun star"]


def test_asides_in_entries_call_nothing_but_hidden_keys_do() -> None:
    second = LoreEntry(("moon",), "Told.")
    for text, calls in [("{{// moon}}a", False), ("{{comment:moon}}a", False),
                        ("{{hidden_key:moon}}a", True), ("moon", True)]:
        got = told([LoreEntry(("sun",), text), second], "sun", recursive=True)
        assert ("Told." in got) is calls


def test_lore_completes_what_the_talk_began_but_does_not_exclude() -> None:
    # GIVEN an entry of two keys, one of them in another entry
    entry = LoreEntry(("sun",), "Told.", ("moon",), selective=True)
    other = LoreEntry(("sun",), "The moon.")
    assert told([entry, other], "sun", recursive=True) == ["Told.", "The moon."]
    # THEN only the talk itself excludes
    shy = LoreEntry(("star",), "@@exclude_keys moon\nShy.")
    caller = LoreEntry(("sun",), "star moon")
    assert told([shy, caller], "sun", recursive=True) == ["Shy.", "star moon"]
    assert told([shy, caller], "sun moon", recursive=True) == ["star moon"]


def test_order_is_kept_and_ties_stay_as_in_the_book() -> None:
    entries = [LoreEntry((), text, constant=True, order=order) for text, order in [
        ("c", 5), ("a", -1), ("d", 5), ("b", 0), ("n", float("nan"))]]
    assert told(entries) == ["a", "b", "n", "c", "d"]


@pytest.mark.parametrize("entry, place", [
    (LoreEntry((), "t", constant=True), LorePlace(LoreSpot.BEFORE_CHAR)),
    (LoreEntry((), "t", constant=True, position="after_char"), LorePlace(LoreSpot.AFTER_CHAR)),
    (LoreEntry((), "t", constant=True, position="elsewhere"), LorePlace(LoreSpot.BEFORE_CHAR)),
    (LoreEntry((), "@@depth 3\n@@role user\nt", constant=True),
     LorePlace(LoreSpot.DEPTH, 3, Role.USER)),
    (LoreEntry((), "@@depth 3\n@@position scenario\nt", constant=True),
     LorePlace(LoreSpot.SCENARIO)),
    (LoreEntry((), "@@position personality\n@@role assistant\nt", constant=True),
     LorePlace(LoreSpot.PERSONALITY, 0, Role.ASSISTANT)),
    (LoreEntry((), "@@position before_desc\nt", constant=True, position="after_char"),
     LorePlace(LoreSpot.BEFORE_CHAR)),
    (LoreEntry((), "t", constant=True, position="after_char",
               extensions={"position": 4, "depth": 2, "role": 1}),
     LorePlace(LoreSpot.DEPTH, 2, Role.USER)),
    (LoreEntry((), "@@depth 7\nt", constant=True, extensions={"position": 4, "depth": 2}),
     LorePlace(LoreSpot.DEPTH, 7, Role.SYSTEM)),
    (LoreEntry((), "t", constant=True, extensions={"position": 0, "depth": 2, "role": 2}),
     LorePlace(LoreSpot.BEFORE_CHAR)),
])
def test_where_an_entry_is_told(entry: LoreEntry, place: LorePlace) -> None:
    [found] = call([entry]).entries
    assert (found.text, found.place) == ("t", place)


def test_rules_count_the_replies() -> None:
    after, every = ruled("@@activate_only_after 3"), ruled("@@activate_only_every 2")
    assert [is_told(after, "dragon", turn=turn) for turn in range(5)] == [
        False, False, False, True, True]
    assert [is_told(every, "dragon", turn=turn) for turn in range(5)] == [
        True, False, True, False, True]
    constant = LoreEntry((), "@@activate_only_after 3\nTold.", constant=True)
    assert not is_told(constant, turn=2) and is_told(constant, turn=3)


def test_activate_goes_over_all_but_off() -> None:
    assert is_told(ruled("@@activate"), "nothing")
    assert is_told(ruled("@@activate", "@@dont_activate", "@@activate_only_after 9"), "nothing")
    assert not is_told(ruled("@@dont_activate"), "dragon")


def test_rules_of_keys() -> None:
    more = ruled("@@additional_keys gold,silver", "@@additional_keys egg")
    assert is_told(more, "dragon gold egg") and not is_told(more, "dragon gold")
    assert not is_told(more, "gold egg")
    less = ruled("@@exclude_keys egg, nest")
    assert is_told(less, "dragon") and not is_told(less, "dragon nest")
    always = LoreEntry((), "@@additional_keys egg\nTold.", constant=True)
    assert is_told(always, "egg") and not is_told(always, "dragon")


def test_rules_of_greetings_and_of_a_full_window() -> None:
    first = ruled("@@is_greeting 1")
    assert is_told(first, "dragon") and is_told(first, "dragon", settings=LoreSettings(greeting=1))
    assert not is_told(first, "dragon", settings=LoreSettings(greeting=0))
    shy = ruled("@@ignore_on_max_context")
    assert is_told(shy, "dragon") and not is_told(shy, "dragon", settings=LoreSettings(full=True))


def test_rules_that_remember() -> None:
    once, keeps = ruled("@@dont_activate_after_match"), ruled("@@keep_activate_after_match")
    before = LoreSettings(called_before=frozenset({0}))
    assert is_told(once, "dragon") and not is_told(once, "dragon", settings=before)
    assert is_told(keeps, "nothing", settings=before)
    # By what the talk still holds, an entry is kept on without being remembered too.
    assert is_told(keeps, "dragon", *["x"] * 50) and not is_told(keeps, *["x"] * 50)


def test_rules_of_other_programs() -> None:
    def entry(logic: int, **more: object) -> LoreEntry:
        return LoreEntry(("a",), "Told.", ("b", "c"), selective=True,
                         extensions={"selectiveLogic": logic, **more})
    talks = ("a", "a b", "a b c", "b c")
    assert [[is_told(entry(logic), said) for said in talks] for logic in range(4)] == [
        [False, True, True, False],   # any of them
        [True, True, False, False],   # not all
        [True, False, False, False],  # none
        [False, False, True, False]]  # all
    assert not is_told(entry(0, scan_depth=1), "a b", "x")
    assert is_told(entry(9, scan_depth="1", depth=None, role="x"), "a b", "x")
    # A constant entry does not mind what is found.
    assert is_told(LoreEntry((), "Told.", ("b",), selective=True, constant=True,
                             extensions={"selectiveLogic": 2}), "b")
    sun, moon = LoreEntry(("sun",), "moon"), LoreEntry(("moon",), "Told.")
    shut = {"prevent_recursion": True}
    assert told([LoreEntry(("sun",), "moon", extensions=shut), moon], "sun", recursive=True) == [
        "moon"]
    shut = {"exclude_recursion": True}
    assert told([sun, LoreEntry(("moon",), "Told.", extensions=shut)], "sun", recursive=True) == [
        "moon"]


def test_the_lowest_priority_is_left_out_first() -> None:
    entries = [LoreEntry((), f"{n} b c", constant=True, order=n, priority=priority)
               for n, priority in enumerate([5, 1, None, 9])]  # None: as its order says, 2
    small = LoreSettings(token_budget=6)
    found = call(entries, settings=small)
    assert [entry.text[0] for entry in found.entries] == ["0", "3"]
    assert [entry.text[0] for entry in found.left_out] == ["1", "2"]
    assert [entry.tokens for entry in found.entries] == [3, 3]
    assert [e.text[0] for e in call(entries, settings=LoreSettings(token_budget=9)).left_out] == [
        "1"]


def test_a_books_own_budget_counts_within_what_the_program_allows() -> None:
    entries = tuple(LoreEntry((), f"{n} b c", constant=True, order=n) for n in range(9))
    for own, usual, most, kept in [(6, 12, 99, 2), (None, 12, 99, 4), (0, 12, 99, 4),
                                   (99, 3, 9, 3), (-5, 12, 99, 0), (2, 12, 99, 0)]:
        settings = LoreSettings(token_budget=usual, most_tokens=most)
        found = called_entries(Lorebook(entries, token_budget=own), [], settings, words, 0)
        assert len(found.entries) == kept and len(found.left_out) == 9 - kept


def test_entries_that_give_way_go_first_whatever_their_priority() -> None:
    shy = LoreEntry((), "@@ignore_on_max_context\na b c", constant=True, priority=99)
    plain = LoreEntry((), "d e f", constant=True, priority=1)
    assert told([shy, plain], settings=LoreSettings(token_budget=3)) == ["d e f"]
    assert told([shy, plain], settings=LoreSettings(token_budget=6)) == ["a b c", "d e f"]


def test_a_book_is_read_once_and_changes_are_seen() -> None:
    book = Lorebook((DRAGON,), extensions={"a": {}})  # no hash of its own
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return 1
    for said in ("dragon", "nothing", "wyrm"):
        called_entries(book, talk(said), ROOMY, count, 0)
    assert counted == [DRAGON.content] * 2
    other = Lorebook((LoreEntry(("dragon",), "Other."),))
    assert told(other.entries, "dragon") == ["Other."]
    watched = WatchedBook(book)
    assert watched.called(talk("dragon"), ROOMY, words, 0) == called_entries(
        book, talk("dragon"), ROOMY, words, 0)


KEYS = st.sampled_from(["a", "b", "c", "a b", "ä", "龙", "/a+/", "", "x" * 300])
TEXTS = st.lists(st.sampled_from(
    ["a", "b", "c", "ä", "龙", "@@activate", "@@depth 2", "\n", "{{hidden_key:b}}", "{{// a}}",
     "@@exclude_keys c", "@@additional_keys a", "@@scan_depth 1"]), max_size=6).map(" ".join)
ENTRIES = st.builds(
    LoreEntry, keys=st.lists(KEYS, max_size=3).map(tuple), content=TEXTS,
    secondary_keys=st.lists(KEYS, max_size=2).map(tuple), selective=st.booleans(),
    constant=st.booleans(), enabled=st.booleans(), order=st.floats(), regex=st.booleans(),
    priority=st.none() | st.floats(), case_sensitive=st.none() | st.booleans())
BOOKS = st.builds(Lorebook, entries=st.lists(ENTRIES, max_size=8).map(tuple),
                  scan_depth=st.none() | st.integers(-1, 5), recursive=st.booleans(),
                  token_budget=st.none() | st.integers(-1, 12))
TALKS = st.lists(TEXTS, max_size=6)


@settings(deadline=None, max_examples=60)
@given(BOOKS, TALKS, st.integers(0, 5))
def test_what_holds_for_every_book(book: Lorebook, texts: list[str], turn: int) -> None:
    # WHEN any book is asked what a talk calls for
    found = called_entries(book, talk(*texts), LoreSettings(token_budget=8), words, turn)
    numbers = [entry.number for entry in (*found.entries, *found.left_out)]
    # THEN each entry is told once at most, none that is off, in order and within the tokens
    assert len(set(numbers)) == len(numbers)
    assert all(book.entries[number].enabled for number in numbers)
    assert list(found.entries) == sorted(found.entries, key=lambda entry: entry.order)
    assert sum(entry.tokens for entry in found.entries) <= max(8, book.token_budget or 8)
    # AND no text opens with a decorator, and the same is told when asked again
    assert not any(entry.text.lstrip().startswith("@@") for entry in found.entries)
    assert found == called_entries(book, talk(*texts), LoreSettings(token_budget=8), words, turn)
    # AND what is left out would not have fitted beside what was given room before it
    for out in found.left_out:
        before = [e for e in found.entries if e.priority >= out.priority]
        assert sum(e.tokens for e in before) + words(out.text) > (book.token_budget or 8)


@settings(deadline=None, max_examples=60)
@given(BOOKS, TALKS)
def test_more_depth_and_recursion_call_no_fewer(book: Lorebook, texts: list[str]) -> None:
    """But for keys that exclude, which more text may hold."""
    plain = [e for e in book.entries if "exclude" not in e.content]
    narrow = Lorebook(tuple(plain), scan_depth=1)
    wide = Lorebook(tuple(plain), scan_depth=6, recursive=True)
    few, many = ({e.number for e in called_entries(b, talk(*texts), ROOMY, words, 0).entries}
                 for b in (narrow, wide))
    assert few <= many
