"""Gestures on lines become words; said twice, they are taken back."""

import numpy as np
import pytest

from engine.tagging.corrections.line_judging import judged, moved, next_sung
from engine.tagging.corrections.line_words import LineWord, Saying, after_saying
from engine.tagging.corrections.shown_song import MoodSpan, mood_spans, with_words
from engine.tagging.labels import Verdict
from engine.tagging.results import ExcerptMoods, SongMoods, Tag
from engine.tagging.song import Song, SongRow, SongState
from tests.fakes import lyric

ADDED, ACCEPTED, REJECTED = Verdict.ADDED, Verdict.ACCEPTED, Verdict.REJECTED


@pytest.fixture
def song() -> Song:
    """The tagger says joy of lines 0 to 3 (2 is blank), and nothing of 4 to 6."""
    words = lyric("one", "two", "", "three", "four", "five", "six")
    excerpts = (ExcerptMoods(0, 3, 1.0, np.array([0.9], np.float32), 0.0, 0.0,
                             tags=(Tag("joy", 0.9),)),
                ExcerptMoods(4, 6, 1.0, np.array([0.1], np.float32), 0.0, 0.0))
    return Song(SongRow("/a", 1, SongState.TAGGED), words, ("/a",), SongMoods(
        "t", (), np.array([0.5], np.float32), 0.0, 0.0, excerpts, ("joy",)))


def spans(song: Song, words: tuple[LineWord, ...]) -> list[tuple[int, int]]:
    return [(span.first, span.last) for span in mood_spans(with_words(song, words), words, "joy")]


def said(words: tuple[LineWord, ...], sayings: tuple[Saying, ...]) -> tuple[LineWord, ...]:
    for number, saying in enumerate(sayings):
        words = after_saying(words, saying, f"{len(words):03}{number:03}")
    return words


@pytest.mark.parametrize("first, last, holds, verdict", [
    (0, 1, True, ACCEPTED), (3, 4, True, ACCEPTED), (4, 5, True, ADDED),
    (1, 1, False, REJECTED), (5, 6, False, None)])
def test_what_is_said_depends_on_what_the_tagger_said(
        song: Song, first: int, last: int, holds: bool, verdict: Verdict | None) -> None:
    assert judged(song, (), "joy", first, last, holds) == (Saying("joy", first, last, verdict),)


@pytest.mark.parametrize("holds", [True, False])
def test_the_same_again_takes_it_back(song: Song, holds: bool) -> None:
    words = said((), judged(song, (), "joy", 0, 1, holds))
    assert words and said(words, judged(song, words, "joy", 0, 1, holds)) == ()


def test_lines_without_words_cannot_be_judged(song: Song) -> None:
    assert judged(song, (), "joy", 2, 2, True) == ()
    assert judged(song, (), "joy", 90, 99, True) == ()


@pytest.mark.parametrize("first, last", [(0, 4), (0, 6), (0, 1), (1, 3), (1, 1), (3, 5)])
def test_a_moved_border_shows_just_that(song: Song, first: int, last: int) -> None:
    span = MoodSpan("joy", 0, 3, 0.9, False)
    assert spans(song, said((), moved(song, span, first, last))) == [(first, last)]


def test_a_border_moved_out_and_back_leaves_no_denial(song: Song) -> None:
    words = said((), moved(song, MoodSpan("joy", 0, 3, 0.9, False), 0, 6))
    words = said(words, moved(song, MoodSpan("joy", 0, 6, 1.0, True), 0, 3))
    assert [(word.first, word.last, word.verdict) for word in words] == [(0, 3, ACCEPTED)]


def test_a_span_in_the_middle_can_lose_both_ends(song: Song) -> None:
    words = said((), judged(song, (), "joy", 4, 6, True))
    words = said(words, moved(song, MoodSpan("joy", 0, 6, 1.0, True), 1, 5))
    assert spans(song, words) == [(1, 5)]
    assert [(w.first, w.verdict) for w in words if not w.holds] == [(0, REJECTED)]


def test_a_border_that_did_not_move_says_nothing(song: Song) -> None:
    assert moved(song, MoodSpan("joy", 0, 3, 0.9, False), 0, 3) == ()


def test_steps_from_line_to_line_skip_what_is_not_sung(song: Song) -> None:
    assert [next_sung(song.lyric, 1, 1), next_sung(song.lyric, 3, -1)] == [3, 1]
    assert [next_sung(song.lyric, 0, -1), next_sung(song.lyric, 6, 1)] == [0, 6]
