"""Songs as shares of words: rare ones weigh more, repeats ever less, an excerpt has length 1."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.tagging.results import Excerpt
from engine.training.dataset import LabelledSong
from engine.training.word_shares import SparseRows, word_rarity, word_shares
from tests.engine.training.songs_by_hand import song

VOCABULARY = 30
START, END = 1, 2


def excerpt(ids: Sequence[int], weight: float = 1.0) -> Excerpt:
    return Excerpt(0, 0, "words", np.array([START, *ids, END]), weight, ())


def worded(*excerpts: Excerpt) -> LabelledSong:
    return replace(song("s"), excerpts=excerpts)


def some(count: int, seed: int = 0) -> list[LabelledSong]:
    """Songs of one to three excerpts, with words that repeat."""
    chance = np.random.default_rng(seed)
    return [worded(*(excerpt(chance.integers(3, VOCABULARY, chance.integers(1, 20)).tolist(),
                             float(chance.integers(1, 90)))
                     for _ in range(chance.integers(1, 4)))) for _ in range(count)]


def dense(rows: SparseRows) -> np.ndarray:
    """(S, V) all of it; a place named twice would be counted twice."""
    found = np.zeros(rows.shape, np.float32)
    np.add.at(found, (rows.rows, rows.columns), rows.values)
    assert len(np.unique(rows.rows * rows.shape[1] + rows.columns)) == len(rows.values)
    return found


def test_a_word_is_the_rarer_the_fewer_songs_hold_it() -> None:
    # GIVEN four songs: 5 in all of them, 6 in one but often, 7 in two excerpts of one
    songs = [worded(excerpt([5, 6, 6, 6])), worded(excerpt([5, 7]), excerpt([7])),
             worded(excerpt([5])), worded(excerpt([5]))]
    rarity = word_rarity(songs, 10, rarest=1)
    assert rarity.dtype == np.float32
    assert rarity[5] == pytest.approx(1)
    assert rarity[6] == rarity[7] == pytest.approx(1 + np.log(5 / 2))
    # THEN words nobody sang have none, nor have the marks at both ends of every excerpt
    assert rarity[[0, START, END, 3, 9]].tolist() == [0] * 5


def test_words_of_too_few_songs_count_nothing() -> None:
    songs = [worded(excerpt([5, 6])), worded(excerpt([5])), worded(excerpt([5, 7]))]
    assert np.flatnonzero(word_rarity(songs, 10, rarest=3)).tolist() == [5]
    assert not word_rarity(songs, 10, rarest=4).any()


def test_shares_are_what_they_are_said_to_be() -> None:
    songs = some(6)
    rarity = word_rarity(songs, VOCABULARY, 2)
    assert 0 < np.count_nonzero(rarity) < VOCABULARY - 3
    expected = np.zeros((6, VOCABULARY))
    for row, each in enumerate(songs):
        total = sum(part.weight for part in each.excerpts)
        for part in each.excerpts:
            count = np.bincount(part.token_ids[1:-1], minlength=VOCABULARY)
            share = np.where(count, 1 + np.log(count.clip(min=1)), 0) * rarity
            expected[row] += part.weight / total * share / np.linalg.norm(share)
    assert dense(word_shares(songs, rarity)) == pytest.approx(expected, abs=1e-6)


def test_an_excerpt_has_length_one_however_long() -> None:
    rarity = np.ones(VOCABULARY, np.float32)
    long = worded(excerpt([5, 6, 7, 8, 9] * 30))
    for each in (long, worded(excerpt([5])), worded(excerpt([5, 5, 5]))):
        assert np.linalg.norm(dense(word_shares([each], rarity))) == pytest.approx(1, abs=1e-6)


def test_a_song_of_unknown_words_has_no_share_and_keeps_its_row() -> None:
    rarity = np.zeros(VOCABULARY, np.float32)
    rarity[5] = 2.0
    shares = word_shares([worded(excerpt([5])), worded(excerpt([6, 7])), worded(excerpt([])),
                          worded(excerpt([5, 6]))], rarity)
    assert shares.shape == (4, VOCABULARY)
    assert dense(shares)[:, 5].tolist() == [1, 0, 0, 1]


def test_no_songs_are_no_shares() -> None:
    nothing = word_shares([], np.ones(VOCABULARY, np.float32))
    assert nothing.shape == (0, VOCABULARY) and not len(nothing.values)
    assert word_shares([worded(excerpt([]))], np.ones(9, np.float32)).shape == (1, 9)


def test_rows_can_be_picked_columns_left_out_and_all_scaled() -> None:
    songs = some(9, seed=3)
    shares = word_shares(songs, word_rarity(songs, VOCABULARY, 2))
    whole = dense(shares)
    kept = np.arange(9) % 3 != 1
    assert np.array_equal(dense(shares.picked(kept)), whole[kept])
    assert dense(shares.picked(np.zeros(9, np.bool_))).shape == (0, VOCABULARY)
    narrow, used = shares.narrowed()
    assert np.array_equal(used, np.flatnonzero(whole.any(0)))
    assert np.array_equal(dense(narrow), whole[:, used])
    assert dense(shares.scaled(3.0)) == pytest.approx(3 * whole)


def test_the_variance_is_that_of_all_columns() -> None:
    songs = some(12, seed=5)
    shares = word_shares(songs, word_rarity(songs, VOCABULARY, 1))
    assert shares.total_variance() == pytest.approx(dense(shares).var(0).sum(), rel=1e-4)
    assert word_shares(songs[:1] * 3, np.ones(VOCABULARY, "f4")).total_variance() == pytest.approx(
        0, abs=1e-6)
