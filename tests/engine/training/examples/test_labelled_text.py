"""Labelled texts are cut as they are in use, and say what is wrong with those that cannot be."""

import numpy as np
import pytest

from engine.inference.tokenizer import Tokenizer
from engine.tagging.text_windows import cut_windows
from engine.training.examples.example import Example
from engine.training.examples.labelled_text import LabelledText, LabelledTextMaker
from engine.training.rows.row import BadRow, PlainRow, RowPlace, TextRow
from tests.benchmarks.word_mill import milled_song
from tests.tiny_encoder import tiny_tokenizer

PLACE = RowPlace("rows.csv", 3)


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer(tiny_tokenizer())


def test_a_song_is_cut_as_the_taggers_cut_it(tokenizer: Tokenizer) -> None:
    song = "[Chorus]\n" + "\n".join([milled_song(4), "paper candle bell", "paper candle bell"])
    found = LabelledTextMaker(tokenizer, 48).labelled(TextRow(song, ("a",), PLACE, song="s"))
    assert isinstance(found, LabelledText)
    assert all(len(part) <= 48 for part in found.parts)
    assert len(found.parts) == len(found.weights) > 1
    assert found.group == "s"
    assert "chorus" not in tokenizer.decode(np.concatenate(found.parts)).lower()


def test_another_text_is_read_whole_in_windows(tokenizer: Tokenizer) -> None:
    text = "[bell] " + " ".join(["paper", "candle"] * 40)
    found = LabelledTextMaker(tokenizer, 32, lyrics=False).labelled(TextRow(text, ("a",), PLACE))
    assert isinstance(found, LabelledText)
    wanted = tokenizer.encode(text).ids
    assert np.array_equal(np.concatenate([part[1:-1] for part in found.parts]), wanted)
    assert np.array_equal(found.weights, [len(part) for part in found.parts])


def test_windows_end_at_words_where_one_is_near(tokenizer: Tokenizer) -> None:
    text = " ".join(["paper", "qqqq"] * 30)
    for part in cut_windows(text, tokenizer, 24)[1:]:
        assert not tokenizer.decode(part[1:-1]).startswith("##")
    assert len(cut_windows("q" * 100, tokenizer, 34)) == 4
    assert cut_windows("  \n", tokenizer, 34) == ()


def test_what_has_no_words_or_no_labels_is_told(tokenizer: Tokenizer) -> None:
    maker = LabelledTextMaker(tokenizer, 48)
    empty = maker.labelled(TextRow("  \n ", ("a",), PLACE))
    assert isinstance(empty, BadRow)
    assert empty.place == PLACE
    (plain,) = maker.examples(PlainRow("paper", PLACE))
    assert isinstance(plain, BadRow)


def test_of_an_example_no_token_is_predicted(tokenizer: Tokenizer) -> None:
    (found,) = LabelledTextMaker(tokenizer, 48).examples(TextRow("paper candle", ("a",), PLACE))
    assert isinstance(found, Example)
    assert not found.learned.any()
