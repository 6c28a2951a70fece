"""What is shown of a song's lines: the tagger's scores with the person's words over them."""

import numpy as np
import pytest

from engine.tagging.corrections.line_words import LineWord
from engine.tagging.corrections.shown_song import MoodSpan, mood_spans, with_words
from engine.tagging.excerpt_lines import excerpts_of_lines
from engine.tagging.labels import Verdict
from engine.tagging.lyric import Lyric
from engine.tagging.results import ExcerptMoods, SongMoods, Tag
from engine.tagging.song import Song, SongRow, SongState
from tests.fakes import lyric

WORDS: Lyric = lyric("one", "two", "", "three", "four", "five", "two")
MOODS = ("joy", "anger")


def excerpt(first: int, last: int, joy: float, anger: float,
            echoes: tuple[int, ...] = ()) -> ExcerptMoods:
    tags = tuple(Tag(mood, score) for mood, score in (("joy", joy), ("anger", anger))
                 if score >= 0.5)
    return ExcerptMoods(first, last, 10.0, np.array([joy, anger], np.float32), 0.2, 0.1,
                        echoes=echoes, tags=tags)


@pytest.fixture
def song() -> Song:
    excerpts = (excerpt(0, 1, 0.9, 0.1, echoes=(6,)), excerpt(3, 5, 0.2, 0.7))
    moods = SongMoods("t", (Tag("joy", 0.6),), np.array([0.6, 0.4], np.float32), 0.2, 0.1,
                      excerpts, MOODS)
    return Song(SongRow("/a.txt", 1, SongState.TAGGED), WORDS, ("/a.txt",), moods)


def scores(song: Song, mood: str) -> dict[int, float]:
    assert song.moods is not None
    owners = excerpts_of_lines(song.lyric, song.moods.excerpts)
    at = song.moods.moods.index(mood)
    return {line: round(max(float(song.moods.excerpts[n].scores[at]) for n in numbers), 3)
            for line, numbers in owners.items()}


def word(first: int, last: int, verdict: Verdict, mood: str = "joy") -> LineWord:
    return LineWord(mood, first, last, verdict)


def test_without_words_it_is_the_very_song(song: Song) -> None:
    assert with_words(song, ()) is song


def test_words_win_on_their_lines_and_nowhere_else(song: Song) -> None:
    shown = with_words(song, [word(1, 1, Verdict.REJECTED), word(4, 5, Verdict.ADDED)])
    assert scores(shown, "joy") == {0: 0.9, 1: 0.0, 3: 0.2, 4: 1.0, 5: 1.0, 6: 0.9}
    assert scores(shown, "anger") == scores(song, "anger")


def test_what_was_predicted_stays_as_it_was(song: Song) -> None:
    before = scores(song, "joy")
    shown = with_words(song, [word(0, 6, Verdict.ADDED)])
    assert scores(song, "joy") == before
    assert shown.moods and song.moods
    assert shown.moods.tags == song.moods.tags
    np.testing.assert_array_equal(shown.moods.scores, song.moods.scores)


def test_a_repeated_line_can_be_judged_apart_from_the_first(song: Song) -> None:
    shown = with_words(song, [word(6, 6, Verdict.REJECTED)])
    assert scores(shown, "joy") == {0: 0.9, 1: 0.9, 3: 0.2, 4: 0.2, 5: 0.2, 6: 0.0}


def test_a_mood_the_tagger_does_not_know_gets_its_place(song: Song) -> None:
    shown = with_words(song, [word(3, 3, Verdict.ADDED, "longing")])
    assert scores(shown, "longing") == {0: 0.0, 1: 0.0, 3: 1.0, 4: 0.0, 5: 0.0, 6: 0.0}
    assert shown.moods is not None and len(shown.moods.scores) == 3


def test_a_song_nobody_has_read_shows_the_words_alone(song: Song) -> None:
    unread = Song(song.row, song.lyric, song.places, None)
    shown = with_words(unread, [word(3, 4, Verdict.ADDED)])
    assert scores(shown, "joy") == {0: 0.0, 1: 0.0, 3: 1.0, 4: 1.0, 5: 0.0, 6: 0.0}
    wordless = Song(song.row, lyric(), (), None)
    assert with_words(wordless, [word(0, 0, Verdict.ADDED)]) is wordless


def test_a_mood_holds_in_runs_of_lines(song: Song) -> None:
    assert [(s.first, s.last, s.said) for s in mood_spans(song, (), "joy")] == [
        (0, 1, False), (6, 6, False)]
    words = [word(3, 4, Verdict.ADDED)]
    assert mood_spans(with_words(song, words), words, "joy") == (
        MoodSpan("joy", 0, 4, 1.0, True), MoodSpan("joy", 6, 6, pytest.approx(0.9), False))
    assert mood_spans(Song(song.row, WORDS, (), None), (), "joy") == ()


def test_tags_of_an_excerpt_follow_the_words(song: Song) -> None:
    shown = with_words(song, [word(3, 3, Verdict.ADDED), word(4, 4, Verdict.REJECTED, "anger")])
    assert shown.moods is not None
    tags = {e.first_line: [tag.tag for tag in e.tags] for e in shown.moods.excerpts}
    assert tags == {0: ["joy"], 3: ["joy", "anger"], 4: [], 5: ["anger"], 6: ["joy"]}
