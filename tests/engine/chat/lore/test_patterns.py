"""Patterns of cards match as they should; broken, strange and endless ones are passed over."""

import time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.chat.lore import patterns
from engine.chat.lore.effort import Effort, told
from engine.chat.lore.patterns import (
    LONGEST_PATTERN,
    MOST_PATTERNS,
    TOO_MANY,
    PatternError,
    PatternKey,
    PatternSearch,
    pattern_key,
    read_pattern,
    slashed,
)


def found(key: str, text: str, sensitive: bool = False) -> bool:
    made = pattern_key(key, sensitive)
    effort = Effort()
    got = list(PatternSearch([made]).found_in(text, (), effort))
    assert not effort.said
    return got == [made]


@pytest.mark.parametrize("key, text", [
    ("drag(on|oon)", "a Dragoon"), ("/drag(on|oon)/", "a dragoon"), ("/^the/m", "a\nthe"),
    ("/a.b/s", "a\nb"), ("/DRAGON/i", "dragon"), (r"/\bcat\b/gu", "a cat."), (r"/a\/b/", "a/b"),
    (r"\d{4}-\d{2}-\d{2}", "on 2031-05-04"), (r"(?<year>\d+) \k<year>", "7 7"),
    (r"/(?<=the )cat(?!s)/", "the cat"), (r"\p{Han}{2}", "龙虎"), ("(?i:Cat)", "CAT"),
    ("[a-z]{1,300}!", "wow!"), ("C++", "C"), (r"\\k<x>", r"\k<x>")])
def test_found(key: str, text: str) -> None:
    assert found(key, text)


@pytest.mark.parametrize("key, text, sensitive", [
    ("/DRAGON/", "dragon", False), ("DRAGON", "dragon", True), ("/^the/", "a\nthe", False),
    ("/a.b/", "a\nb", False), (r"\bcat\b", "cats", False)])
def test_not_found(key: str, text: str, sensitive: bool) -> None:
    assert not found(key, text, sensitive)


@pytest.mark.parametrize("key", ["dragon", "/", "//", "/usr/bin", "/me waves/s now", "a/b/i", ""])
def test_what_only_looks_like_a_pattern_in_slashes(key: str) -> None:
    assert slashed(key) is None


@pytest.mark.parametrize("pattern", [
    "a{1000000000}", "(a{1000}){1000}", "(?:ab){1000000000}", "[ab]{1000000000}",
    r"\\p{1000000000}", "((a{100}){100}){100}", "(((((a{9}){9}){9}){9}){9}){9}",
    "x" * (LONGEST_PATTERN + 1), "(", ")", "[", "[]", "[^]", "a**", "(?<x",
    "\\", "(?", r"\x", r"\u{41}", "a{3,2}", "(?R)", "(?1)(a)", "(?&x)", "(?P>x)", "(?(1)a|b)",
    "(?e)(?:abc){e<=2}", "(?:abc){e}", r"\\p{e<=2}", "(?:abc){1i+1d<3}", "(?:abc){1<=e<=2}",
    r"\L<names>", "(*FAIL)", "(?|a|b)", "(?V1)[a--b]", "(?r)a", "(?L)a", "(?x) a", "(?>a)",
    r"\N{NO SUCH LETTER}", r"\p{Nonsense}", "(?<1>a)", "(?P<a>x)(?P<a", "a{,5}{2}"])
def test_a_pattern_that_cannot_be_read_is_told_at_once(pattern: str) -> None:
    began = time.process_time()
    with pytest.raises(PatternError):
        read_pattern(PatternKey(pattern, 0))
    assert time.process_time() - began < 1


ENDLESS = ["(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){20}$", r"(\w+\s?)*!", "(?:a+)+(?:a+)+!",
           "(?=(a+)+$)b", "(x+x+)+y", r"(a+)+\1$"]


@pytest.mark.parametrize("pattern", ENDLESS)
def test_a_pattern_without_end_ends(pattern: str) -> None:
    # GIVEN a text that makes a pattern try without end
    text = "xx" + "a" * 19_000 + "xxx "
    key = PatternKey(pattern, 0)
    effort = Effort()
    began = time.process_time()
    # WHEN it is looked for THEN that ends, and the pattern is told of if it took too long
    assert not list(PatternSearch([key]).found_in(text, (), effort))
    assert time.process_time() - began < 2
    assert all("takes too long" in sentence for sentence in effort.said)


def test_a_pattern_slow_twice_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a pattern that takes too long, before one that does not
    monkeypatch.setattr(patterns, "SEARCH_SECONDS", 0.001)
    slow, quick = PatternKey("(.*a){20}$", 0), PatternKey("aab", 0)
    search = PatternSearch([slow, quick])
    text = "a" * 15_000 + "b"
    for _ in range(2):
        assert list(search.found_in(text, (), Effort())) == [quick]
    # WHEN it was so twice THEN it costs nothing more, and is told of still
    monkeypatch.setattr(patterns, "SEARCH_SECONDS", 30)
    effort = Effort()
    assert list(search.found_in(text, (), effort)) == [quick]
    assert [sentence for sentence in effort.said if "(.*a){20}$" in sentence]


def test_all_patterns_of_a_book_share_their_seconds() -> None:
    # GIVEN more endless patterns than there is time for, and a clock
    now = [0.0]

    def clock() -> float:
        now[0] += 0.05
        return now[0]
    keys = [PatternKey(f"a{n}", 0) for n in range(100)]
    effort = Effort(seconds=0.2, clock=clock)
    assert not list(PatternSearch(keys).found_in("b", (), effort))
    # THEN the search ends after a few, and says so
    assert now[0] <= 0.5
    assert list(effort.said) == [TOO_MANY]


def test_no_more_patterns_are_read_than_is_quick() -> None:
    keys = [PatternKey(f"key{n}", 0) for n in range(MOST_PATTERNS + 1)]
    effort = Effort(seconds=60)
    got = list(PatternSearch(keys).found_in(" ".join(k.pattern for k in keys) + " ", (), effort))
    assert got == keys[:-1]
    assert list(effort.said) == [TOO_MANY]


def test_a_long_text_is_searched_at_its_end() -> None:
    text = "early " + "x" * patterns.MOST_SEARCHED + " late"
    assert found("late", text) and not found("early", text)


def test_sentences_stay_short_and_on_one_line() -> None:
    effort = Effort()
    keys = [PatternKey(f"({n}\n\u202e" + "x" * 200, 0) for n in range(20)]
    assert not list(PatternSearch(keys).found_in("text", (), effort))
    said = told(effort.said)
    assert len(said) == 9 and said[-1] == "And 12 more like these."
    assert all(sentence.isprintable() and len(sentence) < 150 for sentence in said)


PATTERN_PIECES = st.sampled_from([
    "a", "b", ".", r"\w", r"\s", "[a-z]", "[^x]", "|", "(", ")", "(?:", "(?=", "(?<=", "(?!", "*",
    "+", "?", "{2}", "{3,}", "{0,9}", "{40}", r"\1", "^", "$", r"\b", "[", "]", "\\", "{", "}", "-",
    "(?P<n>", r"\k<n>", r"\p{L}", "(?i)", "龙"])


@settings(deadline=None)
@given(st.lists(PATTERN_PIECES, max_size=25).map("".join), st.sampled_from([0, regex.IGNORECASE]))
def test_any_pattern_ends_soon(pattern: str, flags: int) -> None:
    began = time.process_time()
    effort = Effort()
    list(PatternSearch([PatternKey(pattern, int(flags))]).found_in("ab" * 4000 + "!", (), effort))
    assert time.process_time() - began < 2
