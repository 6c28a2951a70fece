"""A song that weighs two counts as one that stands there twice: held against scikit-learn, scipy
and the plain figures on songs that really are repeated."""

import numpy as np
import pytest

from engine.evaluation import metrics
from engine.evaluation.weighted import Ranking, aucs, mean_known, ranked, rankings, spearman
from tests.engine.evaluation.songs_to_judge import drawn

SEEDS = range(6)


def worlds(seed: int, songs: int, count: int = 12) -> np.ndarray:
    """Weights of resamplings, the songs as they are first."""
    chance = np.random.default_rng(seed + 1000)
    weights = chance.multinomial(songs, np.full(songs, 1 / songs), count).astype(float)
    return np.concatenate([np.ones((1, songs)), weights])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("ties", [True, False])
def test_rankings_are_those_of_repeated_songs(seed: int, ties: bool) -> None:
    scores, present, asked = drawn(seed, ties=ties)
    weights = worlds(seed, len(scores))
    auc, precision = ranked(rankings(scores, present, asked), weights)
    assert auc == pytest.approx(aucs(rankings(scores, present, asked), weights))
    for world, drawn_weights in enumerate(weights):
        rows = np.repeat(np.arange(len(scores)), drawn_weights.astype(int))
        for tag in range(scores.shape[1]):
            known = rows[asked[rows, tag]]
            said, truth = scores[known, tag], present[known, tag]
            assert auc[world, tag] == pytest.approx(metrics.roc_auc(said, truth))
            assert precision[world, tag] == pytest.approx(metrics.average_precision(said, truth))


@pytest.mark.parametrize("seed", SEEDS)
def test_broken_weights_are_those_of_scikit_learn(seed: int) -> None:
    from sklearn.metrics import average_precision_score, roc_auc_score

    scores, present, _ = drawn(seed, tags=1)
    weights = np.random.default_rng(seed).random((1, len(scores))) * 3 + 0.5
    ranking = Ranking.of(scores[:, 0], present[:, 0], np.ones(len(scores), bool))
    auc, precision = ranking.figures(weights)
    assert auc[0] == pytest.approx(roc_auc_score(present[:, 0], scores[:, 0],
                                                 sample_weight=weights[0]))
    assert precision[0] == pytest.approx(average_precision_score(
        present[:, 0], scores[:, 0], sample_weight=weights[0]))


def test_a_world_without_both_kinds_of_song_cannot_tell() -> None:
    scores, present = np.array([0.2, 0.8, 0.5]), np.array([False, True, False])
    ranking = Ranking.of(scores, present, np.ones(3, bool))
    auc, precision = ranking.figures(np.array([[1, 1, 1], [1, 0, 2], [0, 3, 0], [0, 0, 0.0]]))
    np.testing.assert_array_equal(auc, [1, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(precision, [1, np.nan, 1, np.nan])


@pytest.mark.parametrize("present", [[True, True], [False, False]])
def test_one_kind_of_song_alone_is_unknown_everywhere(present: list[bool]) -> None:
    ranking = Ranking.of(np.array([0.1, 0.2]), np.array(present), np.ones(2, bool))
    assert np.isnan(ranking.auc(np.ones((3, 2)))).all()
    assert (np.isnan(ranking.figures(np.ones((3, 2)))[1]) == (not present[0])).all()


def test_a_tag_nobody_was_asked_about_is_unknown() -> None:
    ranking = Ranking.of(np.array([0.1, 0.2]), np.array([True, False]), np.zeros(2, bool))
    assert np.isnan(ranking.auc(np.ones((2, 2)))).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_spearman_is_that_of_repeated_songs(seed: int) -> None:
    from scipy.stats import spearmanr

    chance = np.random.default_rng(seed)
    one = np.round(chance.normal(size=50), 1)
    other = np.round(one + chance.normal(size=50) * 2, 0)
    weights = worlds(seed, 50)
    found = spearman(one, other, weights)
    for world, drawn_weights in enumerate(weights):
        rows = np.repeat(np.arange(50), drawn_weights.astype(int))
        assert found[world] == pytest.approx(spearmanr(one[rows], other[rows]).statistic)


def test_spearman_of_what_never_changes_is_unknown() -> None:
    weights = np.array([[1, 1, 1], [2, 1, 0], [0, 0, 3.0]])
    assert np.isnan(spearman(np.ones(3), np.arange(3.0), weights)).all()
    # Two of the songs are alike: where only they are drawn nothing can be told.
    found = spearman(np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0]), weights)
    np.testing.assert_array_equal(np.isnan(found), [False, True, True])


def test_means_are_over_what_is_known() -> None:
    values = np.array([[1, 2, np.nan], [np.nan] * 3, [0, 0, 3]])
    np.testing.assert_allclose(mean_known(values), [1.5, np.nan, 1])
