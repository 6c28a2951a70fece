"""Keys are found as whole words in any script, however letters are encoded, in bounded time."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.chat.lore.effort import TOO_MUCH, Effort
from engine.chat.lore.words import WordSearch, spelt_out, word_key
from tests.quickest import quickest


def stands(key: str, text: str, sensitive: bool = False) -> bool:
    made = word_key(key, sensitive)
    return made is not None and made in set(WordSearch([made]).found_in(text, (), Effort()))


@pytest.mark.parametrize("key, text", [
    ("dragon", "The dragon sleeps."), ("dragon", "DRAGON"), ("Dragon", "a dragon's lair"),
    ("red dragon", "the red\n dragon"), ("elf", "a half-elf"), ("C++", "I write C++."),
    ("don't", "I don’t know"), ("O'Brien", "Mr O‘Brien"), ("42", "Room 42!"), ("...", "Well..."),
    (":)", "hello :)"), ("naïve", "a nai\u0308ve plan"), ("STRASSE", "die Straße"),
    ("ａｂｃ", "abc"), ("ﬁre", "FIRE"), ("soft", "so\u00adft"), ("Ёлка", "ёлка"),
    ("龙", "那条龙睡着了"), ("火竜", "赤い火竜がいる"), ("ドラゴン", "大きなドラゴンだ"),
    ("드래곤", "드래곤은 잔다"),
    ("มังกร", "มีมังกรตัวหนึ่ง"), ("राम", "श्री राम आए"), ("כלב", "יש לי כלב."), ("🐉", "a 🐉!"),
    ("v2", "the v2 card"), ("snake_case", "in snake_case,"), (" padded ", "is padded here")])
def test_found(key: str, text: str) -> None:
    assert stands(key, text)


@pytest.mark.parametrize("key, text", [
    ("dragon", "dragonfly"), ("dragon", "a snapdragon"), ("art", "party"), ("red dragon", "red"),
    ("red dragon", "dragon red"), ("red dragon", "red big dragon"), ("राम", "रामायण"),
    ("4", "42"), ("case", "snake_case"), ("龙虎", "龙和虎"), ("", "anything"), ("   ", "any thing"),
    ("\u200b", "any\u200bthing"), ("x", "")])
def test_not_found(key: str, text: str) -> None:
    assert not stands(key, text)


def test_letters_large_and_small_are_apart_only_where_a_key_says_so() -> None:
    assert stands("May", "in may") and not stands("May", "in may", sensitive=True)
    assert stands("May", "in May", sensitive=True) and not stands("May", "MAY", sensitive=True)


def test_each_key_is_found_once_and_known_ones_are_passed_over() -> None:
    keys = [word_key(key, False) for key in ("red", "red dragon", "red", "dragon", "blue")]
    made = [key for key in keys if key]
    search = WordSearch(made)
    found = list(search.found_in("A red dragon, a red dragon.", (), Effort()))
    assert sorted(key.spelt for key in found) == [" dragon ", " red ", " red dragon "]
    left = list(search.found_in("A red dragon.", set(found[:2]), Effort()))
    assert left == found[2:]


WORDS = st.lists(st.text("abcäö龙", min_size=1, max_size=4), min_size=1, max_size=30)


@settings(deadline=None)
@given(WORDS, st.data())
def test_any_words_in_a_row_are_found(words: list[str], data: st.DataObject) -> None:
    # GIVEN a text and some of its words in a row
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    # THEN they are found, in any case and decomposed
    key = " ".join(words[start:end])
    assert stands(key, " ".join(words))
    assert stands(key.upper(), unicodedata.normalize("NFD", ", ".join(words)).upper()) or (
        end - start > 1)


@settings(deadline=None)
@given(st.lists(st.text("ab", min_size=1, max_size=2), min_size=1, max_size=3),
       st.lists(st.text("ab", min_size=1, max_size=2), max_size=12))
def test_found_exactly_where_the_same_words_follow_each_other(key: list[str],
                                                              words: list[str]) -> None:
    there = any(words[n:n + len(key)] == key for n in range(len(words)))
    assert stands(" ".join(key), " ".join(words)) is there


@settings(deadline=None)
@example("\x1f0")
@given(st.text())
def test_any_text_is_spelt_out_and_finds_itself(text: str) -> None:
    spelt = spelt_out(text, sensitive=False)
    assert spelt.startswith(" ") and spelt.endswith(" ")
    assert stands(text, text) is bool(spelt.strip())


@pytest.mark.parametrize("text", ["\u0315\u0300" * 50_000, "a" + "\u0300" * 100_000, "龙" * 100_000,
                                  " " * 100_000, "a " * 50_000, "ﷺ" * 20_000, "." * 100_000])
def test_spelling_a_text_out_is_quick_whatever_it_holds(text: str) -> None:
    assert quickest(lambda: spelt_out(text, sensitive=False), 2) < 2


def test_keys_made_to_be_compared_in_vain_end_soon_and_it_is_said() -> None:
    # GIVEN 10,000 keys each of whose words are in the text, though never in that order
    keys = [word_key("a " * 60 + f"b{n} b a", False) for n in range(10_000)]
    text = "a " * 30_000 + " ".join(f"b{n}" for n in range(10_000)) + " b"
    effort = Effort()
    began = time.process_time()
    # WHEN they are looked for THEN the search gives up, and says so
    assert not list(WordSearch(key for key in keys if key).found_in(text, (), effort))
    assert time.process_time() - began < 4
    assert list(effort.said) == [TOO_MUCH]
