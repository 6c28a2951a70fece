"""Every figure of a label set is that of scikit-learn, and of songs that really are repeated."""

import numpy as np
import pytest
from sklearn import metrics as theirs

from engine.evaluation.block_figures import ManyTags, OneTag, averaged, enough
from engine.evaluation.metrics import expected_calibration_error
from tests.engine.evaluation.songs_to_judge import drawn

SEEDS = range(5)
HERE = np.ones((1, 60))


def one_label(seed: int, kinds: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Scores (60, K) and one tag a song (60, K)."""
    chance = np.random.default_rng(seed)
    label = chance.integers(0, kinds, 60)
    present = np.eye(kinds, dtype=bool)[label]
    return np.clip(chance.random((60, kinds)) * 0.7 + present * 0.3, 0.01, 0.99), present


@pytest.mark.parametrize("seed", SEEDS)
def test_many_tags_as_scikit_learn_has_them(seed: int) -> None:
    scores, present, _ = drawn(seed, ties=False)
    chosen = scores > 0.5
    whole, each = ManyTags(scores, chosen, present, np.ones_like(present)).told(HERE)
    expected = {"macro_auc": theirs.roc_auc_score(present, scores, average="macro"),
                "mean_average_precision": theirs.average_precision_score(present, scores),
                "exact_match": theirs.accuracy_score(present, chosen),
                "ece": expected_calibration_error(scores, present)}
    for average in ("micro", "macro"):
        values = theirs.precision_recall_fscore_support(present, chosen, average=average,
                                                        zero_division=0)
        names = ("precision", "recall", "f1")
        expected |= {f"{average}_{name}": value
                     for name, value in zip(names, values[:3], strict=True)}
    for name, value in expected.items():
        assert float(whole[name][0]) == pytest.approx(value), name
    assert float(whole["tags_per_song"][0]) == pytest.approx(chosen.sum() / 60)
    assert float(whole["untagged"][0]) == pytest.approx((chosen.sum(1) == 0).mean())
    assert each["auc"][0] == pytest.approx(theirs.roc_auc_score(present, scores, average=None))
    assert each["f1"][0] == pytest.approx(theirs.f1_score(present, chosen, average=None))
    assert each["ece"][0] == pytest.approx(
        [expected_calibration_error(scores[:, m], present[:, m]) for m in range(4)])


@pytest.mark.parametrize("seed", SEEDS)
def test_one_tag_as_scikit_learn_has_it(seed: int) -> None:
    scores, present = one_label(seed)
    label, pick = present.argmax(1), scores.argmax(1)
    figures = OneTag(scores, present)
    whole, each = figures.told(HERE)
    assert float(whole["accuracy"][0]) == pytest.approx(theirs.accuracy_score(label, pick))
    assert float(whole["balanced_accuracy"][0]) == pytest.approx(
        theirs.balanced_accuracy_score(label, pick))
    assert float(whole["macro_f1"][0]) == pytest.approx(
        theirs.f1_score(label, pick, average="macro"))
    assert float(whole["top_3"][0]) == pytest.approx(
        theirs.top_k_accuracy_score(label, scores, k=3))
    assert float(whole["macro_auc"][0]) == pytest.approx(
        theirs.roc_auc_score(present, scores, average="macro"))
    assert each["recall"][0] == pytest.approx(theirs.recall_score(label, pick, average=None))
    assert figures.confusion().tolist() == theirs.confusion_matrix(label, pick).tolist()
    # Shares are the softmax of the logits, and what was picked is judged by its own.
    logits = np.log(scores / (1 - scores))
    softmax = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert figures.shares == pytest.approx(softmax)
    assert float(whole["ece"][0]) == pytest.approx(
        expected_calibration_error(softmax.max(1), label == pick))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("single", [False, True])
def test_a_resampling_is_the_figures_of_repeated_songs(seed: int, single: bool) -> None:
    chance = np.random.default_rng(seed)
    songs = 60 if single else 200  # of so many no tag is too rare for the means
    rows = chance.integers(0, songs, songs)
    weights = np.bincount(rows, minlength=songs).astype(float)[None]
    if single:
        scores, present = one_label(seed)
        drawn_whole, drawn_each = OneTag(scores, present).told(weights)
        real_whole, real_each = OneTag(scores[rows], present[rows]).told(HERE)
    else:
        scores, present, asked = drawn(seed, songs)
        parts = (scores, scores > 0.6, present, asked)
        drawn_whole, drawn_each = ManyTags(*parts).told(weights)
        real_whole, real_each = ManyTags(*(part[rows] for part in parts)).told(
            np.ones((1, songs)))
    for drawn_values, real in ((drawn_whole, real_whole), (drawn_each, real_each)):
        assert set(drawn_values) == set(real)
        for name in real:
            np.testing.assert_allclose(drawn_values[name], real[name], atol=1e-9, err_msg=name)


def test_what_was_not_asked_is_neither_right_nor_wrong() -> None:
    scores = np.array([[0.9, 0.8], [0.2, 0.9]], np.float32)
    present, asked = np.array([[True, False], [False, False]]), np.array([[True, False]] * 2)
    figures = ManyTags(scores, scores > 0.5, present, asked)
    whole, each = figures.told(np.ones((1, 2)))
    assert float(whole["exact_match"][0]) == float(whole["micro_f1"][0]) == 1
    assert figures.chosen.tolist() == [[True, False], [False, False]]
    assert float(whole["tags_per_song"][0]) == 0.5 and float(whole["untagged"][0]) == 0.5
    assert np.isnan([each["auc"][0, 1], each["ece"][0, 1], each["recall"][0, 1]]).all()
    assert figures.reliability().count.sum() == 2


def test_a_tag_never_chosen_has_no_precision_but_counts_in_the_mean() -> None:
    present = np.array([[True, True], [False, True]])
    chosen = np.array([[True, False], [False, False]])
    whole, each = ManyTags(present * 0.5, chosen, present, np.ones_like(present)).told(
        np.ones((1, 2)))
    assert np.isnan(each["precision"][0, 1]) and each["recall"][0, 1] == 0
    assert float(whole["macro_precision"][0]) == 0.5


def test_a_tag_no_song_has_is_no_part_of_the_mean() -> None:
    present = np.array([[True, False], [False, False]])
    whole, each = ManyTags(present * 0.5, present, present, np.ones_like(present)).told(
        np.array([[1, 1], [0, 1.0]]))
    assert float(whole["macro_f1"][0]) == 1
    assert np.isnan(each["f1"][0, 1])
    assert np.isnan(whole["macro_f1"][1]), "in the second world no tag is left"


def test_verdicts_are_met_or_not() -> None:
    chosen = np.array([[True, False, True], [False, False, True]])
    present = np.array([[True, False, False], [False, True, True]])
    asked = np.array([[True, False, True], [False, True, True]])
    figures = ManyTags(chosen * 0.9, chosen, present, asked, verdicts=True)
    whole, _ = figures.told(np.array([[1, 1], [2, 0], [0, 0.0]]))
    assert figures.main == "agreement"
    np.testing.assert_allclose(whole["agreement"], [0.5, 0.5, np.nan])
    assert "agreement" not in ManyTags(chosen * 0.9, chosen, present, asked).told(
        np.ones((1, 2)))[0]


def test_scores_of_nought_and_one_have_shares_too() -> None:
    present = np.array([[True, False], [False, True]])
    shares = OneTag(present.astype(np.float32), present).shares
    assert shares.sum(1) == pytest.approx([1, 1])
    assert shares.max() < 1
    none = OneTag(np.zeros((2, 2), np.float32), present).shares
    assert none == pytest.approx(np.full((2, 2), 0.5))


def test_three_of_three_is_no_figure() -> None:
    scores, present = one_label(0, kinds=3)
    assert "top_3" not in OneTag(scores, present).told(HERE)[0]


def test_means_are_of_tags_that_five_have_and_five_have_not_the_same_in_every_world() -> None:
    present = np.zeros((40, 3), bool)
    present[:20, 0] = present[:2, 1] = present[:38, 2] = True
    asked = np.ones_like(present)
    assert averaged(present, asked).tolist() == enough(present, asked).tolist() == [
        True, False, False]
    # Songs that were not asked count for neither side; where all are rare, all are averaged.
    asked[16:, 0] = False
    assert not enough(present, asked).any() and averaged(present, asked).all()


def test_a_tag_of_one_song_does_not_drop_in_and_out_of_the_mean() -> None:
    scores, present, asked = drawn(3, songs=120, tags=3)
    present[:, 2] = False
    present[0, 2] = True
    figures = ManyTags(scores, scores > 0.5, present, np.ones_like(asked))
    without, with_it = np.ones((2, 120))
    without[0] = 0
    whole, each = figures.told(np.stack([without, with_it]))
    assert figures.rare == 1
    for name, parts in (("macro_auc", "auc"), ("mean_average_precision", "ap"),
                        ("macro_f1", "f1")):
        np.testing.assert_allclose(whole[name], each[parts][:, :2].mean(1))
    assert whole["macro_auc_all"][1] == pytest.approx(each["auc"][1].mean())
    assert whole["macro_auc_all"][0] == pytest.approx(each["auc"][0, :2].mean())


@pytest.mark.parametrize("single", [False, True])
def test_noise_is_none_of_the_error_of_the_songs_as_they_are(single: bool) -> None:
    scores, present, asked = drawn(1, songs=60)
    figures = (OneTag(*one_label(1)) if single else
               ManyTags(scores, scores > 0.5, present, asked))
    whole, each = figures.told(HERE)
    noise, noise_each = figures.noise(HERE)
    assert noise["ece"].shape == (1, 2) and noise_each["ece"].shape == (1, 4, 2)
    # By chance alone nothing is left of it; freed of noise it is less, but not nought.
    np.testing.assert_allclose(noise["ece"][:, 0], 0, atol=1e-12)
    np.testing.assert_allclose(noise_each["ece"][..., 0], 0, atol=1e-12)
    assert 0 <= noise["ece"][0, 1] < whole["ece"][0]
    assert (noise_each["ece"][..., 1] <= each["ece"]).all()


def test_freed_of_noise_the_error_comes_closer_to_the_truth() -> None:
    # GIVEN scores that are all 0.1 too high
    chance = np.random.default_rng(2)
    plain, freed = [], []
    for _ in range(40):
        true = chance.uniform(0.1, 0.9, (80, 1))
        present = chance.random((80, 1)) < true - 0.1
        figures = ManyTags(true, true > 0.5, present, np.ones_like(present))
        plain.append(float(figures.told(np.ones((1, 80)))[0]["ece"][0]))
        freed.append(float(figures.noise(np.ones((1, 80)))[0]["ece"][0, 1]))
    assert abs(np.mean(freed) - 0.1) < abs(np.mean(plain) - 0.1) / 2
