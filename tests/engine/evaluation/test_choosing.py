"""Thresholds for judging: a tagger's own, or ones that never saw the songs they judge."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.choosing import across_folds, base_rate_threshold, by_thresholds


def test_a_score_counts_from_its_threshold_and_never_from_an_infinite_one() -> None:
    scores = np.array([[0.5, 0.9, 1.0], [0.4, 0.8, 1.0]], np.float32)
    chosen = by_thresholds(scores, (0.5, 0.85, float("inf")))
    assert chosen.tolist() == [[True, True, False], [False, False, False]]


@settings(deadline=None, max_examples=80)
@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30, unique=True), st.data())
def test_a_base_rate_threshold_lets_through_as_many_as_are_present(scores: list[float],
                                                                   data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(scores)))
    present = np.arange(len(scores)) < count
    values = np.array(scores, np.float64)
    bar = base_rate_threshold(values, present)
    assert int((values >= bar).sum()) == count


def test_equal_scores_go_through_together_or_not_at_all() -> None:
    bar = base_rate_threshold(np.array([0.9, 0.5, 0.5, 0.5]), np.array([True, True, False, False]))
    assert bar == 0.5
    assert base_rate_threshold(np.array([0.3]), np.array([False])) == float("inf")


def test_a_fold_is_judged_by_what_the_others_say() -> None:
    # GIVEN a tag on half of fold 0 and on none of fold 1
    scores = np.array([[0.9], [0.2], [0.8], [0.1]], np.float32)
    present = np.array([[True], [False], [False], [False]])
    fold = np.array([0, 0, 1, 1], np.int8)
    chosen = across_folds(scores, present, np.ones_like(present), fold)
    # THEN fold 0 gets none, as fold 1 has none, and fold 1 half: 0.8 reaches (0.9 + 0.2) / 2
    assert chosen.ravel().tolist() == [False, False, True, False]


def test_what_a_fold_holds_does_not_move_its_own_threshold() -> None:
    chance = np.random.default_rng(0)
    scores = chance.random((40, 3)).astype(np.float32)
    present, asked = chance.random((40, 3)) < 0.3, chance.random((40, 3)) < 0.9
    fold = (np.arange(40) % 4).astype(np.int8)
    before = across_folds(scores, present, asked, fold)
    turned = np.where((fold == 2)[:, None], ~present, present)
    np.testing.assert_array_equal(across_folds(scores, turned, asked, fold)[fold == 2],
                                  before[fold == 2])


def test_songs_nobody_was_asked_about_set_no_threshold() -> None:
    scores = np.array([[0.1], [0.5], [0.4]], np.float32)
    present, fold = np.array([[True], [True], [False]]), np.array([0, 0, 1], np.int8)
    asked = np.array([[True], [True], [True]])
    # Fold 1 is judged by fold 0: where both were asked, 0.1 lets everything through.
    assert across_folds(scores, present, asked, fold)[2, 0]
    asked[0] = False
    assert not across_folds(scores, present, asked, fold)[2, 0]
