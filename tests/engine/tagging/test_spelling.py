"""Slips of spelling: counted as people make them, and refused where in doubt."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.tagging.spelling import LONGEST, nearest, slips_allowed, slips_between

WORDS = st.text("aelmnst", max_size=9)


@pytest.mark.parametrize("one, other, slips", [
    ("sadness", "sadness", 0), ("", "abc", 3), ("calmnes", "calmness", 1),
    ("lonleiness", "loneliness", 1), ("dispair", "despair", 1), ("heading", "healing", 2),
    ("romantcism", "romanticism", 1), ("abcd", "badc", 2)])
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert slips_between(one, other, 9) == slips


@given(WORDS, WORDS)
@settings(deadline=None)
def test_slips_are_the_same_both_ways_and_nought_only_for_the_same_word(one: str,
                                                                        other: str) -> None:
    assert slips_between(one, other, 20) == slips_between(other, one, 20)
    assert (slips_between(one, other, 20) == 0) == (one == other)


@given(WORDS, WORDS, st.integers(0, 5))
@settings(deadline=None)
def test_the_bound_only_hides_what_lies_beyond_it(one: str, other: str, most: int) -> None:
    assert slips_between(one, other, most) == min(slips_between(one, other, 20), most + 1)


def test_longer_words_may_hold_more_slips() -> None:
    allowed = [slips_allowed(length) for length in range(30)]

    assert allowed == sorted(allowed)
    assert allowed[6] == 0 and allowed[7] == 1 and allowed[12] == 2 and max(allowed) == 2


@pytest.mark.parametrize("word, found", [
    ("nostaliga", {"nostalgia"}), ("agressivness", {"aggressiveness"}),
    ("danger", set()), ("palm", set()), ("morning", set()), ("", set()),
    ("calming", {"calming"})])
def test_the_nearest_spelling_is_found_or_none(word: str, found: set[str]) -> None:
    known = ["nostalgia", "aggressiveness", "anger", "calm", "calming", "mourning"]

    assert nearest(word, known) == found


def test_spellings_that_are_equally_near_are_all_given() -> None:
    assert nearest("carelass", ["careless", "carelass2", "careliss"]) == {"careless", "careliss"}


def test_a_nearer_spelling_displaces_a_farther_one() -> None:
    known = ["contemplationss", "contemplations", "contemplatioons"]

    assert nearest("contemplatons", known) == {"contemplations"}


def test_endless_words_are_not_compared() -> None:
    word = "a" * (LONGEST + 1)

    assert nearest(word, [word]) == set()
