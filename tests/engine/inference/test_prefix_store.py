"""What was read is kept by conversation, found by what it begins with, and leaves by its age."""

import numpy as np

from engine.inference.prefix_store import WORTH_COPYING, HeldCache, PrefixStore
from tests.fake_decoder import FakeCache, FakeDecoder

LONG = list(range(30))


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


def store(budget: int = 10**6) -> PrefixStore[FakeCache]:
    return PrefixStore(FakeDecoder(vocabulary=200, window=200), budget)


def used(prefixes: PrefixStore[FakeCache], name: str, *numbers: int) -> int:
    """Takes a cache for these tokens, reads the rest and gives it back; how many were there."""
    held = prefixes.take(name, ids(*numbers))
    found = len(held)
    assert np.array_equal(held.ids, ids(*numbers)[:found])
    assert np.array_equal(held.cache.ids, held.ids), "the cache holds what it is said to hold"
    rest = ids(*numbers)[found:]
    FakeDecoder(vocabulary=200, window=200).read(held.cache, rest)
    held.add(rest)
    prefixes.give_back(name, held)
    return found


def test_a_conversation_finds_what_it_read() -> None:
    prefixes = store()
    assert used(prefixes, "a", 1, 2, 3) == 0
    assert used(prefixes, "a", 1, 2, 3, 4, 5) == 3
    assert used(prefixes, "a", 1, 2, 9) == 2
    # the last token is always left to read, for its logits
    assert used(prefixes, "a", 1, 2, 9) == 2
    assert used(prefixes, "a", 7) == 0


def test_conversations_do_not_take_each_others_caches() -> None:
    prefixes = store()
    used(prefixes, "a", 1, 2, 3, 4)
    used(prefixes, "b", 5, 6, 7, 8)
    assert used(prefixes, "a", 1, 2, 3, 4, 9) == 4
    assert used(prefixes, "b", 5, 6, 7, 8, 9) == 4


def test_a_long_beginning_is_copied_from_any_conversation() -> None:
    prefixes = store()
    used(prefixes, "a", *LONG, 100)
    # WHEN another begins alike
    assert used(prefixes, "b", *LONG, 101, 102) == len(LONG)
    # THEN the first still has all of its own
    assert used(prefixes, "a", *LONG, 100, 103) == len(LONG) + 1
    # AND a short one is not worth it
    assert used(prefixes, "c", *LONG[:WORTH_COPYING - 1], 150) == 0


def test_the_nearest_of_several_serves() -> None:
    prefixes = store()
    used(prefixes, "a", *LONG[:20], 100)
    used(prefixes, "b", *LONG, 100)
    used(prefixes, "c", 5, 6, 7)
    assert used(prefixes, "d", *LONG, 101) == len(LONG)
    # one's own is as good where it is nearly as long
    assert used(prefixes, "a", *LONG[:20], 100, 1) == 21


def test_the_longest_unused_leaves_where_memory_is_short() -> None:
    prefixes = store(budget=2500)  # of caches of 100 bytes a token
    for name, start in (("a", 0), ("b", 50), ("c", 100)):
        used(prefixes, name, *range(start, start + 8))
    assert prefixes.bytes == 2400
    used(prefixes, "a", *range(9))
    # WHEN one more comes, "b" was not used for longest
    used(prefixes, "d", *range(150, 158))
    assert prefixes.bytes <= 2500
    assert used(prefixes, "a", *range(9), 30) == 9
    assert used(prefixes, "b", *range(50, 58)) == 0


def test_the_last_used_stays_however_large() -> None:
    prefixes = store(budget=100)
    used(prefixes, "a", *range(50))
    assert used(prefixes, "a", *range(50), 60) == 50


def test_without_a_budget_nothing_is_kept() -> None:
    prefixes = store(budget=0)
    used(prefixes, "a", 1, 2, 3)
    assert prefixes.bytes == 0
    assert used(prefixes, "a", 1, 2, 3) == 0


def test_what_is_forgotten_is_gone() -> None:
    prefixes = store()
    used(prefixes, "a", 1, 2, 3)
    prefixes.forget("a")
    prefixes.forget("never there")
    assert prefixes.bytes == 0 and used(prefixes, "a", 1, 2, 3) == 0


def test_what_was_read_ahead_and_not_said_is_cut_when_given_back() -> None:
    prefixes = store()
    held = prefixes.take("a", ids(1, 2, 3))
    decoder = FakeDecoder(vocabulary=200, window=200)
    decoder.read(held.cache, ids(1, 2, 3, 50, 51))
    held.add(ids(1, 2, 3))
    prefixes.give_back("a", held)
    assert prefixes.take("a", ids(1, 2, 3, 50, 51, 52)).cache.length == 3


def test_a_cache_taken_twice_is_only_there_once() -> None:
    prefixes = store()
    used(prefixes, "a", 1, 2, 3)
    first = prefixes.take("a", ids(1, 2, 3, 4))
    second = prefixes.take("a", ids(1, 2, 3, 4))
    assert len(first) == 3 and len(second) == 0
    assert first.cache is not second.cache


def test_held_ids_are_what_was_added() -> None:
    held = HeldCache(FakeCache(ids()), 10)
    held.add(ids(1, 2))
    held.add(3)
    before = held.ids
    held.cut(2)
    held.cut(5)
    assert held.ids.tolist() == [1, 2] and len(before) == 3
