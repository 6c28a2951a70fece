"""Breaths are taken within a step, forwards and backwards, and no longer once it is over."""

import pytest


def test_they_are_taken_before_modules_and_after_gradients() -> None:
    import torch

    from engine.training.loop.breaths import breathing

    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1))
    taken: list[str] = []

    def learn() -> None:
        loss = model(torch.ones(1, 2)).sum()
        taken.append("turn")
        loss.backward()

    with breathing(model.parameters(), lambda: taken.append("breath")):
        learn()
    # THEN one before the whole and each of its three parts, one after each of four gradients
    assert taken == ["breath"] * 4 + ["turn"] + ["breath"] * 4
    learn()
    assert taken[9:] == ["turn"]


def test_what_a_breath_raises_comes_out_of_the_step() -> None:
    import torch

    from engine.errors import Cancelled
    from engine.training.loop.breaths import breathing

    model, turned = torch.nn.Linear(2, 1), False

    def stop() -> None:
        if turned:
            raise Cancelled

    with pytest.raises(Cancelled), breathing(model.parameters(), stop):
        loss = model(torch.ones(1, 2)).sum()
        turned = True
        loss.backward()
