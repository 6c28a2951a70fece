"""Steps: every example once an epoch, like lengths together, no more tokens than asked."""

import numpy as np

from engine.training.tasks.encoder.steps import length_steps

LENGTHS = np.random.default_rng(1).integers(5, 129, 400).tolist()


def test_every_example_has_its_step() -> None:
    for epoch in (0, 1):
        steps = length_steps(LENGTHS, 1024, 7, epoch)
        assert sorted(row for step in steps for row in step) == list(range(400))


def test_a_step_is_no_larger_than_asked_and_little_of_it_is_padding() -> None:
    steps = length_steps(LENGTHS, 1024, 7)
    sizes = [len(step) * max(LENGTHS[row] for row in step) for step in steps]
    assert max(sizes) <= 1024
    assert sum(LENGTHS) / sum(sizes) > 0.9


def test_a_text_longer_than_a_step_stands_alone() -> None:
    assert [0] in length_steps([5000, 3, 4], 1024, 7)


def test_seed_and_epoch_decide_the_order() -> None:
    assert length_steps(LENGTHS, 512, 7, 3) == length_steps(LENGTHS, 512, 7, 3)
    assert length_steps(LENGTHS, 512, 7, 3) != length_steps(LENGTHS, 512, 7, 4)
    assert length_steps(LENGTHS, 512, 7, 3) != length_steps(LENGTHS, 512, 8, 3)


def test_judging_sorts_them_all() -> None:
    steps = length_steps(LENGTHS, 1024)
    lengths = [LENGTHS[row] for step in steps for row in step]
    assert lengths == sorted(LENGTHS, reverse=True)
