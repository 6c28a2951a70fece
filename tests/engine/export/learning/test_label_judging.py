"""Figures before and after, with intervals, and the sentence they come to."""

import numpy as np
import pytest

from engine.export.learning.label_judging import Told, compared, truth_of, verdict_of
from engine.export.learning.thresholds import expected_f1_thresholds
from engine.training.rows.row import RowPlace, TextRow

LABELS = ("a", "b")


def rows(count: int) -> list[TextRow]:
    chance = np.random.default_rng(3)
    given = chance.random((count, 2)) < 0.4
    return [TextRow("words", tuple(np.array(LABELS)[each].tolist()), RowPlace("r"))
            for each in given]


def told(truth: np.ndarray, noise: float) -> Told:
    scores = np.clip(truth + np.random.default_rng(5).normal(0, noise, truth.shape), 0, 1)
    return Told(scores, scores >= 0.5)


def test_a_clear_gain_is_sure_and_said() -> None:
    truth = truth_of(rows(120), LABELS)
    figures = compared(truth, told(truth.present, 2.0), told(truth.present, 0.1), rounds=200)
    f1 = next(figure for figure in figures if figure.name == "macro-F1")
    assert f1.sure
    assert f1.difference_interval is not None
    assert f1.before is not None
    low, high = f1.difference_interval
    assert 0 < low < f1.after - f1.before < high
    assert verdict_of(figures, "macro-F1", "Mine")[0] is True


def test_the_same_answers_differ_by_nothing() -> None:
    truth = truth_of(rows(60), LABELS)
    same = told(truth.present, 0.5)
    figures = compared(truth, same, same, rounds=100)
    assert all(figure.difference == 0 and not figure.sure for figure in figures)
    better, sentence = verdict_of(figures, "macro-F1", "Mine")
    assert better is None
    assert "chance" in sentence


def test_without_anything_before_only_the_figure_is_told() -> None:
    truth = truth_of(rows(60), LABELS)
    figures = compared(truth, None, told(truth.present, 0.1), rounds=100)
    assert all(figure.before is None and figure.difference is None for figure in figures)
    assert verdict_of((), "macro-F1", "Mine") == (
        None, "Mine has learned; there was too little to judge it by.")


def test_labels_nobody_was_asked_about_count_nothing() -> None:
    row = TextRow("words", (), RowPlace("r"), ("b",))
    truth = truth_of([row, row], LABELS)
    assert truth.asked.tolist() == [[False, True], [False, True]]
    assert compared(truth, None, told(truth.present, 0.1)) == ()


def test_thresholds_follow_how_often_a_label_is_given() -> None:
    scores = np.random.default_rng(1).random((500, 1))
    often, seldom = (expected_f1_thresholds(scores, np.array([rate]))[0] for rate in (0.6, 0.05))
    assert often < seldom
    assert expected_f1_thresholds(scores, np.array([0.0])) == [0.5]


def test_scores_all_too_low_are_mended_by_the_rate() -> None:
    # GIVEN a label that three in ten texts have, told well, but by scores ten times too low
    present = np.arange(300) < 90
    scores = np.where(present, 0.06, 0.01) + np.random.default_rng(2).random(300) * 0.01
    # WHEN its threshold is set from the rate alone
    bar = expected_f1_thresholds(scores[:, None], np.array([0.3]))[0]
    # THEN it lies between the two kinds
    assert ((scores >= bar) == present).mean() == pytest.approx(1, abs=0.1)
