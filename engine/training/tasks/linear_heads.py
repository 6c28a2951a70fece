"""Linear heads over still vectors: a logistic regression for every mood, all fitted at once.

Convex but for the bounds of valence and arousal, and solved whole by L-BFGS, so the same songs
give the same heads. Which songs count for which mood, and how much, is decided elsewhere.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.training.dataset import Floats
from engine.training.heads import Heads

_STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class HeadTargets:
    """What S songs teach: `present` (S, M) 0 or 1, `weight` (S, M) how much that counts, 0 where
    nothing is known; `affect` (S, 2) in -1..1, nan where nobody measured it."""

    present: Floats
    weight: Floats
    affect: Floats


def fit_heads(vectors: Floats, targets: HeadTargets, decay: float, steps: int = _STEPS) -> Heads:
    """Heads for (S, D) vectors: cross-entropy, each mood's weighted mean over its songs and then
    summed over moods, squared error of affect, and `decay` / 2 times the squared weights on
    standardised vectors."""
    mean, spread = vectors.mean(0), vectors.std(0).clip(min=1e-6)
    standard = torch.from_numpy(((vectors - mean) / spread).astype(np.float32))
    moods = nn.Linear(vectors.shape[1], targets.present.shape[1])
    affect = nn.Linear(vectors.shape[1], 2)
    parameters = [*moods.parameters(), *affect.parameters()]
    for parameter in parameters:
        nn.init.zeros_(parameter)
    said = torch.from_numpy(np.nan_to_num(targets.affect))
    known = torch.from_numpy(np.isfinite(targets.affect).all(1).astype(np.float32))
    present, weight = torch.from_numpy(targets.present), torch.from_numpy(targets.weight)
    share = weight / weight.sum(0).clamp(min=1e-6)
    optimizer = torch.optim.LBFGS(parameters, max_iter=steps, line_search_fn="strong_wolfe")

    def objective() -> Tensor:
        optimizer.zero_grad()
        each = nn.functional.binary_cross_entropy_with_logits(
            moods(standard), present, reduction="none"
        )
        error = (torch.tanh(affect(standard)) - said).square().sum(1)
        firm = moods.weight.square().sum() + affect.weight.square().sum()
        loss = (each * share).sum() + (error * known).sum() / known.sum().clamp(min=1)
        loss = loss + decay / 2 * firm
        loss.backward()
        return loss

    optimizer.step(objective)
    return Heads(*_plain(moods, mean, spread), *_plain(affect, mean, spread))


def _plain(head: nn.Linear, mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Weight and bias for vectors as they are, of a head that learned on standardised ones."""
    weight = head.weight.detach().numpy() / spread
    bias = head.bias.detach().numpy() - weight @ mean
    return weight.astype(np.float32), bias.astype(np.float32)
