"""The figures are those of scikit-learn and scipy, ties included."""

import numpy as np
import pytest

from engine.evaluation.metrics import (
    average_precision,
    best_f1_threshold,
    confusion_matrix,
    exact_match,
    expected_calibration_error,
    macro_auc,
    midranks,
    precision_recall_f1,
    reliability,
    roc_auc,
    spearman,
    top_k_accuracy,
)
from tests.engine.evaluation.songs_to_judge import drawn

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


@pytest.mark.parametrize("seed", SEEDS)
def test_average_precision_with_ties(seed: int) -> None:
    from sklearn.metrics import average_precision_score

    scores, present = tied(seed)
    assert average_precision(scores, present) == pytest.approx(
        average_precision_score(present, scores))


def test_average_precision_by_hand() -> None:
    present = np.array([True, False, True, False])
    # Found at places 1 and 3: (1/1 + 2/3) / 2.
    assert average_precision(np.array([0.9, 0.8, 0.7, 0.1]), present) == pytest.approx(5 / 6)
    # All called together: the share of songs that have it.
    assert average_precision(np.full(4, 0.5), present) == pytest.approx(0.5)
    assert np.isnan(average_precision(np.array([0.5]), np.array([False])))
    assert average_precision(np.array([0.5]), np.array([True])) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_are_counted_as_scikit_learn_does(seed: int) -> None:
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    scores, present, _ = drawn(seed, tags=5)
    chosen = scores > 0.6
    chosen[:, 2] = False  # one that is never chosen
    present[:, 3] = False  # and one that no song has
    found = precision_recall_f1(chosen, present)
    expected = precision_recall_fscore_support(present, chosen, average=None, zero_division=0)
    for mine, theirs in zip((found.precision, found.recall, found.f1, found.support), expected,
                            strict=True):
        assert mine == pytest.approx(theirs)
    for average in ("macro", "micro"):
        theirs = precision_recall_fscore_support(present, chosen, average=average, zero_division=0)
        assert getattr(found, average) == pytest.approx(theirs[:3])
    assert exact_match(chosen, present) == pytest.approx(accuracy_score(present, chosen))


def test_what_nobody_was_asked_does_not_count() -> None:
    chosen, present = np.array([[True, True], [True, False]]), np.array([[True, False]] * 2)
    asked = np.array([[True, False], [True, True]])
    found = precision_recall_f1(chosen, present, asked)
    assert found.micro == (1, 1, 1) and found.chosen.tolist() == [2, 0]
    assert exact_match(chosen, present, asked) == 1
    assert exact_match(chosen, present) == 0.5
    assert np.isnan(exact_match(chosen[:0], present[:0]))


def test_a_table_without_tags_or_songs_has_no_figures() -> None:
    nothing = np.zeros((3, 0), bool)
    assert precision_recall_f1(nothing, nothing).macro == (0, 0, 0)
    nobody = np.zeros((0, 2), bool)
    assert precision_recall_f1(nobody, nobody).support.tolist() == [0, 0]


@pytest.mark.parametrize("seed", SEEDS)
def test_calibration_error_as_it_is_defined(seed: int) -> None:
    scores, present = tied(seed)
    expected = 0.0
    for low in range(15):
        inside = [s for s in range(len(scores)) if min(int(scores[s] * 15), 14) == low]
        if inside:
            gap = abs(float(np.mean(scores[inside])) - float(np.mean(present[inside])))
            expected += gap * len(inside) / len(scores)
    assert expected_calibration_error(scores, present) == pytest.approx(expected)


def test_scores_that_keep_their_word_have_no_error() -> None:
    scores = np.repeat([0.1, 0.5, 0.9], 10).astype(np.float32)
    present = np.array([n % 10 < times for times in (1, 5, 9) for n in range(10)])
    assert expected_calibration_error(scores, present) == pytest.approx(0, abs=1e-6)
    # Turned round they are as wrong as they can be: 0.8 away at both ends, right in the middle.
    assert expected_calibration_error(scores, ~present) == pytest.approx(1.6 / 3)
    assert expected_calibration_error(1 - scores, present) == pytest.approx(1.6 / 3)
    assert np.isnan(expected_calibration_error(scores[:0], present[:0]))


def test_the_edges_of_scores_have_a_bin() -> None:
    found = reliability(np.array([0.0, 1.0, 1 / 15]), np.array([False, True, True]))
    assert found.count.tolist() == [1, 1, *[0] * 12, 1]
    assert found.present[-1] == 1 and found.scores[-1] == 1
    flat = reliability(np.array([[0.2, 0.4]]), np.array([[True, False]]), bins=5)
    assert flat.count.tolist() == [0, 1, 1, 0, 0]
    nothing = reliability(np.zeros(0), np.zeros(0, bool))
    assert nothing.scores.shape == nothing.present.shape == (15,)


@pytest.mark.parametrize("seed", SEEDS)
def test_confusion_and_top_k_are_those_of_scikit_learn(seed: int) -> None:
    from sklearn.metrics import confusion_matrix as confusion
    from sklearn.metrics import top_k_accuracy_score

    chance = np.random.default_rng(seed)
    label, scores = chance.integers(0, 5, 80), chance.random((80, 6))
    pick = scores.argmax(1)
    assert confusion_matrix(pick, label, 6).tolist() == confusion(
        label, pick, labels=range(6)).tolist()
    for k in (1, 2, 3):
        assert top_k_accuracy(scores, label, k) == pytest.approx(
            top_k_accuracy_score(label, scores, k=k, labels=range(6)))
    assert np.isnan(top_k_accuracy(scores[:0], label[:0]))


def test_of_equal_scores_the_earlier_is_taken() -> None:
    scores, label = np.full((3, 4), 0.5), np.array([0, 1, 3])
    assert [top_k_accuracy(scores, label, k) for k in (1, 2, 4)] == pytest.approx([1/3, 2/3, 1])
