"""Words are cut the same way when vectors are learned and when songs are tagged."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.errors import EngineError
from engine.inference.tokenizer import Tokenizer
from engine.tagging.excerpts import cut_excerpts
from engine.tagging.reading import lyric_from_text
from engine.training.word_tokenizer import PADDING, UNKNOWN, word_cutter, word_tokenizer
from tests.benchmarks.word_mill import milled_song

TEXTS = ("Don\u2019t you cry, it's only rain", "don't cry: rain, rain!",
         "Caf\u00e9 rain - 99 tears")


def words_of(text: str, fewest: int = 1) -> list[str]:
    made = word_tokenizer([text], 100, fewest)
    return [made.id_to_token(token) for token in Tokenizer(made).encode(text).ids.tolist()]


@pytest.mark.parametrize("text, words", [
    ("Rain RAIN rain", ["rain", "rain", "rain"]),
    ("Don\u2019t don't don`t", ["don't", "don't", "don't"]),
    ("'cause lovin' 'tis", ["cause", "lovin", "tis"]),
    ("rock'n'roll", ["rock'n'roll"]),
    ("half-light, half--light", ["half", "light", "half", "light"]),
    ("caf\u00e9 cafe\u0301", ["caf\u00e9", "caf\u00e9"]),  # composed, and letter by letter
    ("99 red \u2460", ["99", "red", "1"]),
    ("\u201clove\u201d (love) [love]", ["love", "love", "love"]),
    ("\ud55c\uad6d \u0420\u0410\u0419", ["\ud55c\uad6d", "\u0440\u0430\u0439"]),
])
def test_words_and_what_lies_between(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_ids_go_by_how_many_texts_hold_a_word() -> None:
    # GIVEN a word that one text shouts three times, and one that stands in every text
    made = word_tokenizer(["hey hey hey sun", "sun rain", "rain sun moon"], 100, 1)
    # THEN rank is by texts, and words of equal rank stand by their letters
    assert [made.id_to_token(number) for number in range(made.get_vocab_size())] == [
        "[PAD]", "[UNK]", "sun", "rain", "hey", "moon"]
    assert made.token_to_id("[PAD]") == PADDING and made.token_to_id("[UNK]") == UNKNOWN


def test_rare_words_and_too_many_are_left_out() -> None:
    made = word_tokenizer(TEXTS, 100, 2)
    assert set(made.get_vocab()) == {"[PAD]", "[UNK]", "rain", "don't", "cry"}
    assert set(word_tokenizer(TEXTS, 1, 1).get_vocab()) == {"[PAD]", "[UNK]", "rain"}
    assert Tokenizer(made).encode("tears of rain").ids.tolist() == [1, 1, made.token_to_id("rain")]


def test_the_order_of_texts_does_not_matter() -> None:
    there, back = (word_tokenizer(texts, 100, 1).to_str() for texts in (TEXTS, TEXTS[::-1]))
    assert there == back


@pytest.mark.parametrize("texts", [[], [""], ["... !!"], ["one two three"]])
def test_without_shared_words_nothing_can_be_made(texts: list[str]) -> None:
    with pytest.raises(EngineError, match="nothing to learn from"):
        word_tokenizer(texts, 100, 2)


def test_no_text_can_spell_a_name_of_its_own() -> None:
    made = Tokenizer(word_tokenizer(["pad unk", "pad unk"], 10, 1))
    assert PADDING not in made.encode("[PAD] [UNK] [pad]").ids.tolist()
    assert UNKNOWN not in made.encode("[PAD] [UNK]").ids.tolist()
    assert made.special_tokens == 0


def test_it_survives_its_file(tmp_path: Path) -> None:
    made = word_tokenizer(TEXTS, 100, 1)
    (tmp_path / "tokenizer.json").write_text(made.to_str(), "utf-8")
    again = Tokenizer.open(tmp_path / "tokenizer.json")
    for text in (*TEXTS, "nothing of that", ""):
        assert again.encode(text).ids.tolist() == Tokenizer(made).encode(text).ids.tolist()


@given(some.text(max_size=60))
def test_places_lie_within_the_text_and_hold_no_blank(text: str) -> None:
    found = Tokenizer(word_cutter()).encode(text)
    assert (found.starts < found.ends).all() and (found.ends <= len(text)).all()
    assert (np.diff(found.starts) >= 0).all()
    for start, end in zip(found.starts.tolist(), found.ends.tolist(), strict=True):
        assert not any(letter.isspace() for letter in text[start:end].strip())


def test_songs_are_cut_alike_before_and_after_words_are_known() -> None:
    """Vectors are learned on excerpts cut while no word was known yet."""
    songs = [milled_song(seed) for seed in range(8)]
    knows, blank = Tokenizer(word_tokenizer(songs, 30, 2)), Tokenizer(word_cutter())
    for text in songs:
        lyric = lyric_from_text(text, "")
        before, after = (cut_excerpts(lyric, each, 40) for each in (blank, knows))
        assert len(before) > 1
        for one, other in zip(before, after, strict=True):
            assert (one.text, one.weight, one.pieces) == (other.text, other.weight, other.pieces)
            assert knows.encode(one.text).ids.tolist() == other.token_ids.tolist()
