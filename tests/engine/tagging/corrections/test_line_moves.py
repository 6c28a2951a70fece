"""Words on lines follow their lines through every kind of edit."""

import time

import pytest

from engine.tagging.corrections.line_moves import folded_lines, moved_words
from engine.tagging.corrections.line_words import LineWord
from engine.tagging.labels import Verdict
from tests.fakes import lyric

VERSE = ["the river runs below the town", "a candle in the window burns", "",
         "we carry stones across the field", "and nobody will ask us why"]


def moved(first: int, last: int, after: list[str],
          before: list[str] = VERSE) -> tuple[int, int] | None:
    words = moved_words([LineWord("joy", first, last, Verdict.ADDED)], before, after)
    assert len(words) <= 1
    return (words[0].first, words[0].last) if words else None


@pytest.mark.parametrize("after, expected", [
    (VERSE, (3, 4)),
    (["a new first line", "", *VERSE], (5, 6)),
    ([*VERSE[:3], "we carry stones over the meadow", VERSE[4]], (3, 4)),
    ([*VERSE[:3], "we carry stones", "across the field", VERSE[4]], (3, 5)),
    ([*VERSE[:3], "we carry stones across the field and nobody will ask us why"], (3, 3)),
    ([*VERSE[:4], "something sung in between", VERSE[4]], (3, 5)),
    (VERSE[:4], (3, 3)),
    (VERSE[:2], None),
    ([*VERSE[3:], "", *VERSE[:2]], (0, 1)),
], ids=["same", "lines above", "a word corrected", "broken anew", "joined", "a line between",
        "half of it gone", "all of it gone", "the verses swapped"])
def test_a_stretch_follows_its_lines(after: list[str], expected: tuple[int, int] | None) -> None:
    assert moved(3, 4, after) == expected


def test_blank_lines_alone_prove_nothing() -> None:
    assert moved(2, 2, ["all", "else"]) is None


def test_a_chorus_sung_twice_keeps_each_its_own_word() -> None:
    song = ["oh the light", "verse one here", "oh the light", "verse two there"]
    words = [LineWord("joy", 0, 0, Verdict.ADDED), LineWord("joy", 2, 2, Verdict.REJECTED)]
    after = moved_words(words, song, ["intro", *song])
    assert [(word.first, word.verdict) for word in after] == [
        (1, Verdict.ADDED), (3, Verdict.REJECTED)]


def test_lines_compare_blind_to_case_and_spacing() -> None:
    assert folded_lines(lyric("The  RIVER", "ﬁre")) == ["the river", "fire"]


def test_a_long_talk_is_followed_quickly() -> None:
    long = [f"line {number} of the song says word{number % 97} again" for number in range(1500)]
    edited = [line.replace("song", "talk") if number % 3 else line
              for number, line in enumerate(long)]
    began = time.perf_counter()
    assert moved(700, 720, edited, long) == (700, 720)
    assert time.perf_counter() - began < 2
