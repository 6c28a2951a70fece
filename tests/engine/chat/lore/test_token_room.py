"""Entries get the tokens there are by their priority, and none is counted in vain."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.lore.places import LorePlace
from engine.chat.lore.token_room import MOST_COUNTED, CalledEntry, with_room
from engine.chat.lorebook import LoreEntry


def called(*entries: tuple[str, float, float | None]) -> list[CalledEntry]:
    """From texts, orders and priorities."""
    return [CalledEntry(number, LoreEntry((), text, order=order, priority=priority), text,
                        LorePlace()) for number, (text, order, priority) in enumerate(entries)]


def test_all_are_told_in_order_where_there_is_room() -> None:
    kept, left_out = with_room(called(("bb", 2, 9), ("a", 1, 1)), frozenset(), 3, len)
    assert [(e.text, e.tokens) for e in kept] == [("a", 1), ("bb", 2)] and not left_out


def test_a_lower_one_is_told_where_a_higher_one_does_not_fit() -> None:
    kept, left_out = with_room(called(("a" * 9, 1, 9), ("b", 2, 1)), frozenset(), 3, len)
    assert [e.text for e in kept] == ["b"] and [e.text for e in left_out] == ["a" * 9]


def test_no_more_letters_are_counted_than_is_quick() -> None:
    counted: list[int] = []

    def count(text: str) -> int:
        counted.append(len(text))
        return 10**9
    many = called(*[("x" * 1000, n, None) for n in range(2000)])
    kept, left_out = with_room(many, frozenset(), 1000, count)
    assert not kept and len(left_out) == 2000
    assert sum(counted) == MOST_COUNTED


ENTRIES = st.lists(st.tuples(st.text(max_size=9), st.floats(), st.none() | st.floats()), max_size=9)


@settings(deadline=None)
@given(ENTRIES, st.frozensets(st.integers(0, 8)), st.integers(-2, 30))
def test_what_holds_for_all_entries(entries: list[tuple[str, float, float | None]],
                                    give_way: frozenset[int], tokens: int) -> None:
    every = called(*entries)
    kept, left_out = with_room(every, give_way, tokens, len)
    # THEN nothing is lost, the tokens are kept to, and the order is the book's own
    assert sorted(e.number for e in (*kept, *left_out)) == list(range(len(every)))
    assert sum(e.tokens for e in kept) <= max(tokens, 0)
    assert [e.order for e in kept] == sorted(e.order for e in kept)
    # AND one that gives way takes no room from one that does not
    alone, _ = with_room([e for e in every if e.number not in give_way], frozenset(), tokens, len)
    assert {e.number for e in alone} == {e.number for e in kept} - give_way
