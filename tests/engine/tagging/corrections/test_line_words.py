"""Words on stretches of lines: the later one has the lines, whatever is said in whatever order."""

from hypothesis import given
from hypothesis import strategies as st

from engine.tagging.corrections.line_words import (
    LineWord,
    Saying,
    after_saying,
    tidied,
    word_on,
)
from engine.tagging.labels import Verdict

ADDED, ACCEPTED, REJECTED = Verdict.ADDED, Verdict.ACCEPTED, Verdict.REJECTED


def said(*sayings: Saying) -> list[tuple[int, int, Verdict]]:
    words: tuple[LineWord, ...] = ()
    for number, saying in enumerate(sayings):
        words = after_saying(words, saying, f"{number:04}")
    return [(word.first, word.last, word.verdict) for word in words]


def test_a_later_word_takes_its_lines_from_an_earlier() -> None:
    assert said(Saying("joy", 2, 9, ADDED), Saying("joy", 4, 5, REJECTED)) == [
        (2, 3, ADDED), (4, 5, REJECTED), (6, 9, ADDED)]


def test_taking_a_word_back_leaves_the_rest() -> None:
    assert said(Saying("joy", 2, 9, ADDED), Saying("joy", 0, 3, None)) == [(4, 9, ADDED)]


def test_words_that_touch_and_agree_become_one() -> None:
    assert said(Saying("joy", 2, 3, ADDED), Saying("joy", 4, 5, ADDED)) == [(2, 5, ADDED)]
    assert said(Saying("joy", 2, 3, ADDED), Saying("joy", 4, 5, ACCEPTED)) == [
        (2, 3, ADDED), (4, 5, ACCEPTED)]


def test_moods_do_not_touch_each_other() -> None:
    assert said(Saying("joy", 2, 3, ADDED), Saying("anger", 0, 9, REJECTED)) == [
        (0, 9, REJECTED), (2, 3, ADDED)]


sayings = st.builds(
    lambda mood, first, size, verdict: Saying(mood, first, first + size, verdict),
    st.sampled_from(["joy", "anger"]), st.integers(0, 12), st.integers(0, 5),
    st.sampled_from([*Verdict, None]))


@given(st.lists(sayings, max_size=8))
def test_each_line_has_the_last_word_said_of_it(all_said: list[Saying]) -> None:
    words: tuple[LineWord, ...] = ()
    for number, saying in enumerate(all_said):
        words = after_saying(words, saying, f"{number:04}")
    for mood in ("joy", "anger"):
        for line in range(20):
            last = [s.verdict for s in all_said if s.mood == mood and s.first <= line <= s.last]
            word = word_on(words, mood, line)
            assert (word.verdict if word else None) == (last[-1] if last else None)
    assert tidied(words) == words
