"""Hidden words: whole ones, about the share asked for, the same for the same seed and epoch."""

import numpy as np
import pytest

from engine.inference.tokenizer import Tokenizer
from engine.training.classifier_options import WordsOptions
from engine.training.examples.example import Example
from engine.training.examples.masked import MaskedMaker
from engine.training.rows.row import BadRow, PlainRow, RowPlace
from tests.tiny_encoder import tiny_tokenizer

TEXT = " ".join(["paper", "candle", "qqq", "bell", "shoulder"] * 12)


@pytest.fixture
def tokenizer() -> Tokenizer:
    inner = tiny_tokenizer()
    inner.add_special_tokens(["[MASK]"])
    return Tokenizer(inner)


def maker(tokenizer: Tokenizer, **options: object) -> MaskedMaker:
    return MaskedMaker(tokenizer, WordsOptions(**options), 7)


def test_about_the_share_is_hidden_most_of_it_behind_the_mask(tokenizer: Tokenizer) -> None:
    made = maker(tokenizer, share=0.2)
    (piece,) = made.pieces(TEXT)
    shown = [made.masked(piece, 0, epoch) for epoch in range(50)]
    share = np.mean([each.guessed.sum() / (len(piece.ids) - 2) for each in shown])
    assert 0.17 < share < 0.23
    hidden = np.mean([(each.seen[each.guessed] == tokenizer.special_id("[MASK]")).mean()
                      for each in shown])
    assert 0.7 < hidden < 0.9
    assert all(np.array_equal(each.seen[~each.guessed], piece.ids[~each.guessed])
               for each in shown)


def test_a_word_is_hidden_whole_or_not_at_all(tokenizer: Tokenizer) -> None:
    made = maker(tokenizer)
    (piece,) = made.pieces(TEXT)
    for epoch in range(20):
        guessed = made.masked(piece, 3, epoch).guessed
        for word in range(1, int(piece.word.max()) + 1):
            assert guessed[piece.word == word].all() or not guessed[piece.word == word].any()
        assert not guessed[piece.word == 0].any()


def test_single_tokens_may_be_hidden_where_that_is_asked(tokenizer: Tokenizer) -> None:
    (piece,) = maker(tokenizer, whole_words=False).pieces(TEXT)
    assert piece.word.max() == len(piece.ids) - 2


def test_epoch_and_place_decide_what_is_hidden(tokenizer: Tokenizer) -> None:
    made = maker(tokenizer)
    (piece,) = made.pieces(TEXT)
    first = made.masked(piece, 3, 1).guessed
    assert np.array_equal(first, made.masked(piece, 3, 1).guessed)
    assert not np.array_equal(first, made.masked(piece, 3, 2).guessed)
    assert not np.array_equal(first, made.masked(piece, 4, 1).guessed)


def test_the_preview_shows_the_words_and_which_are_asked(tokenizer: Tokenizer) -> None:
    (found,) = maker(tokenizer).examples(PlainRow(TEXT, RowPlace("t", 4)))
    assert isinstance(found, Example)
    assert found.learned.any()
    (short,) = maker(tokenizer).examples(PlainRow("paper", RowPlace("t", 5)))
    assert isinstance(short, BadRow)
