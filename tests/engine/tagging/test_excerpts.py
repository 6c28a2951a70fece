"""Excerpts never exceed the window, leave no word out, and know where and how often they stand."""

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.inference.tokenizer import Tokenizer
from engine.tagging.echoes import find_echoes
from engine.tagging.excerpts import cut_excerpts
from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.results import Excerpt
from tests.benchmarks.word_mill import WORDS, milled_song
from tests.fakes import lyric
from tests.tiny_encoder import tiny_tokenizer

TOKENIZER = Tokenizer(tiny_tokenizer())

words = st.sampled_from(["river", "Morning,", "zzyx", "sleep.", "oh!", "I", "Wíndow", "歌", "?"])
line_texts = st.lists(words, max_size=60).map(" ".join) | st.text(max_size=40)
lines = st.builds(
    lambda text, kind, repeats: LyricLine(
        text, text if kind is LineKind.WORDS else "", kind, repeats),
    line_texts, st.sampled_from([LineKind.WORDS] * 5 + [LineKind.BLANK, LineKind.HEADING]),
    st.integers(1, 3))
lyrics = st.lists(lines, max_size=40).map(lambda made: Lyric(tuple(made)))


def tokens_of(text: str) -> list[int]:
    return TOKENIZER.encode(text).ids.tolist()


def inner(excerpt: Excerpt) -> list[int]:
    """An excerpt's tokens without the special ones."""
    return excerpt.token_ids[1:-1].tolist()


def milled(lines_each: int = 60, seed: int = 3) -> Lyric:
    chance = random.Random(seed)
    return lyric(*(" ".join(chance.choices(WORDS, k=7)) for _ in range(lines_each)))


@settings(max_examples=150)
@given(lyrics, st.integers(32, 512))
def test_what_holds_for_every_lyric(song: Lyric, window: int) -> None:
    excerpts = cut_excerpts(song, TOKENIZER, window)
    echoes = find_echoes(song.lines)
    read = [number for number, line in enumerate(song.lines)
            if line.kind is LineKind.WORDS and number not in echoes]
    # No excerpt is empty or over the window, and each is wrapped.
    for excerpt in excerpts:
        assert 3 <= len(excerpt.token_ids) <= window
        assert excerpt.token_ids.dtype == np.int64
        assert excerpt.token_ids.tolist() == TOKENIZER.wrap(excerpt.token_ids[1:-1]).tolist()
    # Every token that is sung and no repeat is in exactly one excerpt, in order.
    expected = [token for number in read for token in tokens_of(song.lines[number].words)]
    assert [token for excerpt in excerpts for token in inner(excerpt)] == expected
    # Pieces lie inside their lines, in order, and together cover every line that has a token.
    pieces = [piece for excerpt in excerpts for piece in excerpt.pieces]
    covered: dict[int, int] = {}
    for piece in pieces:
        assert piece.start == covered.get(piece.line, 0) < piece.end
        covered[piece.line] = piece.end
    assert covered == {number: len(song.lines[number].words) for number in read
                       if tokens_of(song.lines[number].words)}
    # Spans and text are those of the pieces; echoes those of its lines.
    for excerpt in excerpts:
        numbers = [piece.line for piece in excerpt.pieces]
        assert (excerpt.first_line, excerpt.last_line) == (min(numbers), max(numbers))
        assert excerpt.text == "\n".join(
            song.lines[p.line].words[p.start:p.end] for p in excerpt.pieces)
        assert excerpt.echoes == tuple(
            copy for copy, original in echoes.items() if original in numbers)


@settings(max_examples=60)
@given(st.lists(st.builds(lambda text, n: LyricLine(text, text, LineKind.WORDS, n),
                          st.lists(st.sampled_from(["river", "stone", "rain", "oh"]), min_size=1,
                                   max_size=8).map(" ".join), st.integers(1, 4)), max_size=30))
def test_weights_add_up_to_what_is_sung(made: list[LyricLine]) -> None:
    song = Lyric(tuple(made))
    sung = sum(len(tokens_of(line.words)) * line.repeats for line in made)
    assert sum(excerpt.weight for excerpt in cut_excerpts(song, TOKENIZER, 32)) == sung


def test_nothing_is_cut_from_nothing() -> None:
    blank = LyricLine("", "", LineKind.BLANK)
    for song in (Lyric(()), Lyric((blank, blank)), lyric("   "), lyric("\u200b")):
        assert cut_excerpts(song, TOKENIZER, 128) == ()


def test_a_short_song_is_one_excerpt() -> None:
    [excerpt] = cut_excerpts(lyric("river stone", "", "quiet light"), TOKENIZER, 128)
    assert inner(excerpt) == tokens_of("river stone quiet light")
    assert (excerpt.first_line, excerpt.last_line, excerpt.weight) == (0, 2, 4.0)


def test_a_long_song_fills_the_window_and_ends_at_line_ends() -> None:
    song = milled()
    excerpts = cut_excerpts(song, TOKENIZER, 64)
    for excerpt in excerpts:
        assert all(p.start == 0 and p.end == len(song.lines[p.line].words) for p in excerpt.pieces)
    # No excerpt could have taken the first line of the next one.
    for one, after in pairwise(excerpts):
        next_line = len(tokens_of(song.lines[after.first_line].words))
        assert len(one.token_ids) + next_line > 64


def test_a_stanza_end_in_the_second_half_is_preferred() -> None:
    # GIVEN stanzas of six lines of six words: one and a half fit a window of 56
    stanzas = [line for n in range(3)
               for line in ([" ".join(WORDS[36 * n + 6 * k:][:6]) for k in range(6)] + [""])]
    excerpts = cut_excerpts(lyric(*stanzas), TOKENIZER, 56)
    # THEN each excerpt is one stanza
    assert [(e.first_line, e.last_line) for e in excerpts] == [(0, 5), (7, 12), (14, 19)]


def test_a_chorus_is_read_once_and_counts_as_often_as_it_is_sung() -> None:
    chorus = ["follow the lantern slowly tonight", "follow my river tonight"]
    song = lyric("river stone", "", *chorus, "", "paper candle", "", *chorus, "", *chorus)
    [excerpt] = cut_excerpts(song, TOKENIZER, 128)
    assert excerpt.text.count("lantern") == 1
    assert excerpt.echoes == (7, 8, 10, 11)
    assert excerpt.weight == 2 + 2 + 3 * 9
    # AND a line marked to be sung three times counts three times
    thrice = Lyric((replace(song.lines[0], repeats=3), *song.lines[1:]))
    assert cut_excerpts(thrice, TOKENIZER, 128)[0].weight == excerpt.weight + 4


def test_times_are_those_of_the_lines() -> None:
    song = milled(30)
    stamped = Lyric(tuple(replace(line, start_ms=4_000 * n, end_ms=4_000 * n + 3_500)
                          for n, line in enumerate(song.lines)))
    excerpts = cut_excerpts(stamped, TOKENIZER, 64)
    assert len(excerpts) > 2
    for excerpt in excerpts:
        assert excerpt.start_ms == 4_000 * excerpt.first_line
        assert excerpt.end_ms == 4_000 * excerpt.last_line + 3_500


def test_a_line_without_a_stamp_borrows_from_its_neighbours() -> None:
    song = lyric("river stone", "paper light", "quiet bread")
    half = Lyric((song.lines[0], replace(song.lines[1], start_ms=2_000, end_ms=3_000),
                  song.lines[2]))
    [excerpt] = cut_excerpts(half, TOKENIZER, 64)
    assert (excerpt.start_ms, excerpt.end_ms) == (2_000, 3_000)
    [untimed] = cut_excerpts(song, TOKENIZER, 64)
    assert (untimed.start_ms, untimed.end_ms) == (None, None)


def test_a_lyric_without_line_breaks_is_cut_at_sentences() -> None:
    # GIVEN one line of sentences of eight words
    chance = random.Random(5)
    sentences = [" ".join(chance.choices(WORDS, k=8)) + mark for mark in ".!?…." * 8]
    excerpts = cut_excerpts(lyric(" ".join(sentences)), TOKENIZER, 64)
    # THEN every piece is one sentence, so that reasons can name it
    pieces = [text.strip() for e in excerpts for text in e.text.split("\n")]
    assert pieces == sentences
    assert len(excerpts) > 3


def test_a_line_without_sentences_is_cut_between_words() -> None:
    chance = random.Random(6)
    text = " ".join(chance.choices([*WORDS, "zzyx", "qwx"], k=400))
    excerpts = cut_excerpts(lyric(text), TOKENIZER, 128)
    pieces = [text for e in excerpts for text in e.text.split("\n")]
    assert [word for piece in pieces for word in piece.split()] == text.split()
    assert max(len(tokens_of(piece)) for piece in pieces) <= 32


@pytest.mark.parametrize("window", [32, 128, 512])
@pytest.mark.parametrize("word", ["z" * 10_000, "歌" * 10_000], ids=["unknown", "a token a letter"])
def test_one_word_of_ten_thousand_letters(word: str, window: int) -> None:
    excerpts = cut_excerpts(lyric(word), TOKENIZER, window)
    assert max(len(e.token_ids) for e in excerpts) <= window
    assert [t for e in excerpts for t in inner(e)] == tokens_of(word)
    assert "".join(e.text for e in excerpts).replace("\n", "") == word
    assert {(e.first_line, e.last_line) for e in excerpts} == {(0, 0)}


def test_tokens_are_those_of_the_whole_song_read_line_by_line() -> None:
    song = lyric(*milled_song(11).splitlines())
    for excerpt in cut_excerpts(song, TOKENIZER, 48):
        assert inner(excerpt) == tokens_of(excerpt.text)
