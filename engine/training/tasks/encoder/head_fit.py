"""Heads for labels upon what a still encoder sees: convex, solved whole by L-BFGS in seconds.

A new head is a logistic regression with an L2 penalty. A head that is there already learns on from
itself: how far each text's score may move is a prior on the change (the regularisation of Daume
2007, "Frustratingly easy", and of L2-SP, Li et al. 2018), so that few texts change little.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.training.labelled_set import Floats, LabelledSet

_STEPS = 200
_LEAST_SPREAD = 1e-6
_BY_TEXTS = 100  # with fewer, each number's own spread is trusted half, the mean of all half


@dataclass(frozen=True, slots=True, eq=False)
class LabelHeads:
    """`weight` (M, W) with `bias` (M,) give logits; `places` (2, W) and `places_bias` (2,) valence
    and arousal before their tanh, None where the labels are no moods."""

    weight: Floats
    bias: Floats
    places: Floats | None = None
    places_bias: Floats | None = None

    def say(self, vectors: Floats, added: Floats | None = None) -> Floats:
        """(S, W) -> (S, M) logits, with what is `added` (S, M) by others."""
        said = vectors @ self.weight.T + self.bias
        return said if added is None else said + added


@dataclass(frozen=True, slots=True)
class HeadPenalties:
    """`decay`: the L2 penalty of a new head on standardised numbers, beside the mean loss;
    `reach`: how many logits a text's score is expected to move from the head it starts with."""

    decay: float
    reach: float
    affect_weight: float = 0.3


def fit_label_heads(vectors: Floats, of: LabelledSet, penalties: HeadPenalties,
                    exclusive: bool = False, moods: bool = False) -> LabelHeads:
    """New heads for what is seen (S, W) of S texts: the loss of each label is the mean over the
    texts that were asked about it, so that rare label sets count, and the sum over labels."""
    mean, spread = _standard(vectors)
    seen = torch.from_numpy(((vectors - mean) / spread).astype(np.float32))
    labels = nn.Linear(vectors.shape[1], of.present.shape[1])
    places = nn.Linear(vectors.shape[1], 2)
    losses = _Losses(of, exclusive)
    parts = [labels, places] if moods else [labels]

    def objective() -> Tensor:
        firm = sum((part.weight.square().sum() for part in parts), torch.zeros(()))
        loss = losses.by_label(labels(seen)) + penalties.decay / 2 * firm
        if moods:
            loss = loss + penalties.affect_weight * losses.of_places(torch.tanh(places(seen)))
        return loss

    _solve(objective, [p for part in parts for p in part.parameters()])
    weight, bias = _plain(labels, mean, spread)
    return LabelHeads(weight, bias, *(_plain(places, mean, spread) if moods else (None, None)))


def move_label_heads(vectors: Floats, of: LabelledSet, start: LabelHeads,
                     penalties: HeadPenalties, added: Floats | None = None,
                     exclusive: bool = False) -> LabelHeads:
    """The heads `start` after S texts of which (S, W) is seen. The change of each label is drawn
    from a normal prior under which a text's logit moves by about `reach`; labels nobody was asked
    about stay as they are. Places stay too."""
    mean, spread = _standard(vectors)
    seen = torch.from_numpy(((vectors - mean) / spread).astype(np.float32))
    before = torch.from_numpy(start.say(vectors, added).astype(np.float32))
    change = nn.Linear(vectors.shape[1], of.present.shape[1])
    losses = _Losses(of, exclusive)
    width, wide = vectors.shape[1], penalties.reach**2

    def objective() -> Tensor:
        held = width * change.weight.square().sum() + change.bias.square().sum()
        return losses.summed(before + change(seen)) + held / (2 * wide)

    _solve(objective, list(change.parameters()))
    weight, bias = _plain(change, mean, spread)
    return LabelHeads(start.weight + weight, start.bias + bias, start.places, start.places_bias)


class _Losses:
    """What texts say of logits."""

    def __init__(self, of: LabelledSet, exclusive: bool) -> None:
        self._exclusive = exclusive
        self._present, self._asked = torch.from_numpy(of.present), torch.from_numpy(of.asked)
        self._times = self._asked.sum(0).clamp(min=1)
        self._known = torch.from_numpy(np.isfinite(of.affect).all(1).astype(np.float32))
        self._affect = torch.from_numpy(np.nan_to_num(of.affect))

    def by_label(self, logits: Tensor) -> Tensor:
        """Each label's mean, summed over labels; the mean over texts of a choice."""
        if self._exclusive:
            return functional.cross_entropy(logits, self._present.argmax(1))
        return (self._each(logits).sum(0) / self._times).sum()

    def summed(self, logits: Tensor) -> Tensor:
        """Over everything that was asked."""
        if self._exclusive:
            return functional.cross_entropy(logits, self._present.argmax(1), reduction="sum")
        return self._each(logits).sum()

    def of_places(self, places: Tensor) -> Tensor:
        """The mean squared distance of (S, 2) places over the texts whose place is known."""
        error = (places - self._affect).square().sum(1) * self._known
        return error.sum() / self._known.sum().clamp(min=1)

    def _each(self, logits: Tensor) -> Tensor:
        each = functional.binary_cross_entropy_with_logits(
            logits, self._present, reduction="none")
        return each * self._asked


def _standard(vectors: Floats) -> tuple[Floats, Floats]:
    """(W,) means and spreads; with few texts spreads lean towards their mean."""
    spread = vectors.std(0)
    trust = min(1.0, len(vectors) / _BY_TEXTS) / 2 + 0.5
    spread = trust * spread + (1 - trust) * spread.mean()
    return vectors.mean(0), spread.clip(min=_LEAST_SPREAD)


def _solve(objective: Callable[[], Tensor], parameters: list[nn.Parameter]) -> None:
    with torch.no_grad():
        for parameter in parameters:
            parameter.zero_()
    optimizer = torch.optim.LBFGS(parameters, max_iter=_STEPS, line_search_fn="strong_wolfe")

    def step() -> Tensor:
        optimizer.zero_grad()
        loss = objective()
        loss.backward()
        return loss

    optimizer.step(step)


def _plain(head: nn.Linear, mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Weight and bias for numbers as they are, of a head that learned on standardised ones."""
    weight = head.weight.detach().numpy() / spread
    bias = head.bias.detach().numpy() - weight @ mean
    return weight.astype(np.float32), bias.astype(np.float32)
