"""The figures are those of scikit-learn and scipy, ties included."""

import numpy as np
import pytest

from engine.evaluation.metrics import best_f1_threshold, macro_auc, midranks, roc_auc, spearman

SEEDS = range(8)


def tied(seed: int, count: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Scores with many ties that say something about `present`, and `present`."""
    chance = np.random.default_rng(seed)
    present = chance.random(count) < 0.3
    scores = np.clip(np.round(chance.random(count) * 0.7 + present * 0.2, 1), 0.05, 1)
    return scores.astype(np.float32), present


@pytest.mark.parametrize("seed", SEEDS)
def test_roc_auc_with_ties(seed: int) -> None:
    from sklearn.metrics import roc_auc_score

    scores, present = tied(seed)
    assert len(set(scores.tolist())) < 20
    assert roc_auc(scores, present) == pytest.approx(roc_auc_score(present, scores))


def test_roc_auc_of_one_kind_only_is_unknown() -> None:
    assert np.isnan(roc_auc(np.array([0.1, 0.2]), np.array([True, True])))
    assert np.isnan(roc_auc(np.array([0.1, 0.2]), np.array([False, False])))


def test_macro_auc_is_the_mean_of_the_columns_that_can_be_judged() -> None:
    from sklearn.metrics import roc_auc_score

    scores, present = zip(*(tied(seed) for seed in SEEDS), strict=True)
    whole, said = np.stack(scores, 1), np.stack(present, 1)
    said[:, 3] = False
    kept = [column for column in SEEDS if column != 3]
    expected = roc_auc_score(said[:, kept], whole[:, kept], average="macro")
    assert macro_auc(whole, said) == pytest.approx(expected)
    assert np.isnan(macro_auc(whole, np.zeros_like(said)))


@pytest.mark.parametrize("seed", SEEDS)
def test_midranks_and_spearman(seed: int) -> None:
    from scipy.stats import rankdata, spearmanr

    one, present = tied(seed)
    other = np.random.default_rng(seed + 99).permutation(one) + present
    assert midranks(one) == pytest.approx(rankdata(one))
    assert spearman(one, other) == pytest.approx(spearmanr(one, other).statistic)


def test_spearman_of_what_never_changes_is_unknown() -> None:
    assert np.isnan(spearman(np.ones(5), np.arange(5.0)))
    assert np.isnan(spearman(np.arange(5.0), np.zeros(5)))


@pytest.mark.parametrize("seed", SEEDS)
def test_best_f1_is_reached_from_its_threshold(seed: int) -> None:
    from sklearn.metrics import f1_score

    scores, present = tied(seed)
    threshold, best = best_f1_threshold(scores, present)
    # No threshold does better, and the one named does as well as said.
    tried = [f1_score(present, scores >= bar) for bar in np.unique(scores)]
    assert best == pytest.approx(max(tried))
    assert f1_score(present, scores >= threshold) == pytest.approx(best)
    assert threshold not in scores, "it lies between two scores"
