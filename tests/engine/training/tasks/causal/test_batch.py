"""Examples side by side; where several tokens are as right, each counts its part."""

import numpy as np
import pytest
import torch

from engine.training.examples.example import Example
from engine.training.rows.row import RowPlace
from engine.training.tasks.causal.batch import make_batch

HERE = RowPlace("rows", 1)


def example(alike: tuple[tuple[int, ...], ...] | None, chosen: bool = False,
            ids: tuple[int, ...] = (5, 6, 7, 8)) -> Example:
    """Its last two tokens are learned."""
    learned = np.array([False] * (len(ids) - 2) + [True, True])
    choices = (np.array([3, 7, 9]), np.array([2, 8])) if chosen else None
    return Example(np.array(ids, np.int64), learned, HERE, choices=choices,
                   alike=None if alike is None else tuple(map(np.array, alike)))


def test_only_learning_looks_at_what_would_be_as_right() -> None:
    plain = make_batch([example(((7, 9, 9), (8,)))])
    assert plain.tokens.tolist() == [7, 8] and plain.shares.tolist() == [1, 1]


def test_each_counts_its_part_and_all_together_as_much_as_before() -> None:
    batch = make_batch([example(((7, 9, 9), (8,))), example(None, ids=(1, 2, 3))], spread=True)
    assert batch.tokens.tolist() == [7, 9, 9, 8, 2, 3]
    assert batch.rows.tolist() == [1, 1, 1, 2, 4, 5]
    assert batch.owners.tolist() == [0, 0, 0, 0, 1, 1]
    assert batch.shares.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1, 1, 1])


def test_choices_go_along() -> None:
    batch = make_batch([example(((7, 9), (8,)), chosen=True)], spread=True)
    assert batch.choices is not None
    words = batch.choices.words
    allowed = [words[row].tolist() for row in batch.choices.allowed]
    assert allowed == [[3, 7, 9], [3, 7, 9], [2, 8]]


def test_the_loss_is_the_mean_over_what_could_have_come() -> None:
    """Of the two orders of two moods chance chose one; the spread loss is the mean of both."""
    logits = torch.tensor([0.3, -1.0, 2.0, 0.1]).log_softmax(0)
    spread = make_batch([example(((2, 3), (1,)), ids=(0, 0, 2, 1))], spread=True)
    one, other = (make_batch([example(None, ids=(0, 0, first, 1))]) for first in (2, 3))

    def loss(batch: object) -> float:
        tokens, shares = batch.tokens, batch.shares  # type: ignore[attr-defined]
        return float(-(logits[tokens] * shares).sum())

    assert loss(spread) == pytest.approx((loss(one) + loss(other)) / 2)
