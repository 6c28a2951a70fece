"""Vectors tell who keeps whose company, the same for the same texts every time."""

import numpy as np
import pytest

from engine.training.tasks import word_vectors as room
from engine.training.tasks.word_vectors import (
    company,
    mean_vectors,
    positive_information,
    word_vectors,
)

Ids = np.ndarray
SEA, LOVE = (2, 3, 4, 5), (6, 7, 8, 9)  # two circles of words that never meet
WORDS = 11  # the last is in no text


def texts(count: int = 60, seed: int = 0) -> list[Ids]:
    chance = np.random.default_rng(seed)
    return [chance.choice(SEA if at % 2 else LOVE, 20) for at in range(count)]


def slow_company(asked: list[Ids], vocabulary: int, reach: int) -> np.ndarray:
    """Pair by pair, as one would count by hand."""
    found = np.zeros((vocabulary, vocabulary))
    for ids in asked:
        for one in range(len(ids)):
            for other in range(max(0, one - reach), min(len(ids), one + reach + 1)):
                if one != other and ids[one] > 1 and ids[other] > 1:
                    found[ids[one], ids[other]] += 1 / abs(one - other)
    return found


@pytest.mark.parametrize("reach", [1, 2, 5])
@pytest.mark.parametrize("chunk", [1, 25, 400_000])
def test_company_is_counted_as_by_hand(reach: int, chunk: int,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    asked = [chance.integers(0, 7, size) for size in (1, 0, 2, 9, 30)]
    monkeypatch.setattr(room, "_CHUNK_TOKENS", chunk)
    counts = company(asked, 7, reach).toarray()
    assert counts == pytest.approx(slow_company(asked, 7, reach))
    assert (counts == counts.T).all()
    assert not counts[:2].any(), "padding and unknown words keep no company"


def test_no_word_sees_the_next_text() -> None:
    assert company([np.array([2]), np.array([3])], 4, 5).nnz == 0


def test_information_is_that_of_the_formula() -> None:
    counts = company(texts(), WORDS, 3)
    plain, found = counts.toarray(), positive_information(counts).toarray()
    share = plain.sum(1) ** 0.75 / (plain.sum(1) ** 0.75).sum()
    for word in range(WORDS):
        for other in range(WORDS):
            expected = 0.0
            if plain[word, other]:
                ratio = plain[word, other] / plain[word].sum() / share[other]
                expected = max(0.0, np.log(ratio))
            assert found[word, other] == pytest.approx(expected)


def test_words_that_keep_company_are_near() -> None:
    vectors = word_vectors(texts(), WORDS, 4, 3, seed=7)
    near = vectors @ vectors.T
    for circle, other in ((SEA, LOVE), (LOVE, SEA)):
        assert near[np.ix_(circle, circle)].min() > 0.6
        assert np.abs(near[np.ix_(circle, other)]).max() < 0.1


def test_every_vector_has_length_1_but_those_without_company() -> None:
    lengths = np.linalg.norm(word_vectors(texts(), WORDS, 4, 3, seed=7), axis=1)
    assert lengths[2:-1] == pytest.approx(1, abs=1e-5)
    assert lengths[[0, 1, -1]].tolist() == [0, 0, 0]


def test_the_same_texts_give_the_same_vectors() -> None:
    one, again = (word_vectors(texts(), WORDS, 4, 3, seed=7) for _ in range(2))
    assert (one == again).all() and one.dtype == np.float32


@pytest.mark.parametrize("asked", [[], [np.array([2])], [np.array([1, 1, 1])]],
                         ids=["no text", "one word", "unknown words"])
def test_texts_without_company_have_zeros(asked: list[Ids]) -> None:
    vectors = word_vectors(asked, 5, 3, 2, seed=0)
    assert vectors.shape == (5, 3) and not vectors.any()


def test_fewer_words_than_directions() -> None:
    assert word_vectors([np.array([2, 3, 2, 3])], 4, 100, 2, seed=0).shape == (4, 4)


def test_a_text_is_the_mean_of_its_known_words() -> None:
    vectors = np.array([[9, 9], [9, 9], [1, 0], [0, 1]], np.float32)
    asked = [np.array([2, 3, 3, 2]), np.array([0, 1, 3]), np.array([1, 1]), np.array([], np.int64)]
    assert mean_vectors(asked, vectors).tolist() == [[0.5, 0.5], [0, 1], [0, 0], [0, 0]]
