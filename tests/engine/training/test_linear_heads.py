"""Heads over still vectors: the exact optimum, on just the songs and moods that count."""

import numpy as np
import pytest

from engine.training.dataset import Floats
from engine.training.heads import Heads

SONGS, WIDTH, MOODS = 80, 6, 3


def fitted(vectors: Floats, present: Floats, weight: Floats, affect: Floats | None = None,
           decay: float = 0.5, steps: int = 200) -> Heads:
    from engine.training.tasks.linear_heads import HeadTargets, fit_heads

    nobody = np.full((len(vectors), 2), np.nan, np.float32)
    targets = HeadTargets(present, weight, nobody if affect is None else affect)
    return fit_heads(vectors, targets, decay, steps)


@pytest.fixture
def drawn() -> tuple[Floats, Floats, Floats]:
    """Vectors of unlike spreads and means, tags that follow them a little, weights by chance."""
    chance = np.random.default_rng(5)
    vectors = chance.normal(0, 1, (SONGS, WIDTH)) * [1, 10, 0.1, 1, 2, 1] + [0, 5, 1, -3, 0, 0]
    slopes = chance.normal(0, 1, (WIDTH, MOODS)) / [[1], [10], [0.1], [1], [2], [1]]
    present = (vectors - vectors.mean(0)) @ slopes + chance.normal(0, 2, (SONGS, MOODS)) > 0.5
    weight = chance.integers(0, 4, (SONGS, MOODS))
    return tuple(part.astype(np.float32) for part in (vectors, present, weight))  # type: ignore


def test_it_is_the_penalised_logistic_regression_of_the_textbook(
        drawn: tuple[Floats, Floats, Floats]) -> None:
    sklearn = pytest.importorskip("sklearn.linear_model")
    vectors, present, weight = drawn
    heads = fitted(vectors, present, weight, decay=0.3)
    logits, _ = heads.say(vectors)
    standard = (vectors - vectors.mean(0)) / vectors.std(0)
    for mood in range(MOODS):
        # There C weighs the sum of losses against half the squares; here their mean.
        total = float(weight[:, mood].sum())
        book = sklearn.LogisticRegression(C=1 / (0.3 * total), tol=1e-8, max_iter=2_000)
        book.fit(standard, present[:, mood], weight[:, mood])
        assert np.allclose(book.decision_function(standard), logits[:, mood], atol=0.02)


def test_what_has_no_weight_teaches_nothing(drawn: tuple[Floats, Floats, Floats]) -> None:
    vectors, present, weight = drawn
    turned = np.where(weight == 0, 1 - present, present)
    one, other = fitted(vectors, present, weight), fitted(vectors, turned, weight)
    assert np.allclose(one.moods, other.moods, atol=1e-5)


def test_a_mood_nobody_was_asked_about_stays_at_nothing(
        drawn: tuple[Floats, Floats, Floats]) -> None:
    vectors, present, weight = drawn
    weight[:, 1] = 0
    heads = fitted(vectors, present, weight)
    assert np.allclose(heads.moods[1], 0) and heads.moods_bias[1] == 0
    assert np.isfinite(heads.moods).all()


def test_affect_is_learned_from_the_songs_where_it_is_known(
        drawn: tuple[Floats, Floats, Floats]) -> None:
    vectors, present, weight = drawn
    standard = (vectors - vectors.mean(0)) / vectors.std(0)
    affect = np.tanh(standard[:, :2] * 0.7).astype(np.float32)
    affect[::2] = np.nan
    heads = fitted(vectors, present, weight, affect, decay=1e-4, steps=400)
    _, said = heads.say(vectors)
    assert np.allclose(said, np.tanh(standard[:, :2] * 0.7), atol=0.05)
    # AND where it is known of none, it says the middle of every song
    assert np.allclose(fitted(vectors, present, weight).say(vectors)[1], 0)


def test_a_firmer_hand_gives_smaller_weights(drawn: tuple[Floats, Floats, Floats]) -> None:
    vectors, present, weight = drawn
    sizes = [float(np.square(fitted(vectors, present, weight, decay=decay).moods).sum())
             for decay in (0.01, 0.1, 1.0, 10.0)]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > 20 * sizes[-1]


def test_a_number_that_never_changes_does_no_harm() -> None:
    vectors = np.ones((20, 2), np.float32)
    vectors[:, 1] = np.arange(20)
    present = (np.arange(20) > 9).astype(np.float32)[:, None]
    heads = fitted(vectors, present, np.ones((20, 1), np.float32), decay=0.01)
    logits, _ = heads.say(vectors)
    assert ((logits[:, 0] > 0) == (present[:, 0] > 0)).all()
