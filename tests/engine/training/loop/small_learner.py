"""A small learner for tests of the loop: a net that finds a curve, with chances in every step."""
# torch is imported where a test begins: collecting must stay quick.

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

from engine.training.loop.learner import ParameterGroup, StepLoss
from engine.training.recipe import LoopOptions

OPTIONS = LoopOptions(epochs=2, rate=0.02, warmup=0.1, validate_every=5, patience=0,
                      precision="fp32")


class SmallLearner:
    """Learns `rows` points of a sine in steps of eight, with dropout; some points judge."""

    def __init__(self, rows: int = 80, dtype: torch.dtype = torch.float32, seed: int = 3,
                 judges: bool = True) -> None:
        torch.manual_seed(seed)
        self.dropout = nn.Dropout(0.1)
        self.model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), self.dropout,
                                   nn.Linear(16, 1)).to(dtype)
        points = torch.rand(rows + 40, 2, generator=torch.Generator().manual_seed(seed))
        self.points = points.to(dtype)
        self.heights = torch.sin(4 * points[:, :1]) * points[:, 1:]
        self.rows = rows
        self.judges = judges

    def groups(self) -> Sequence[ParameterGroup]:
        body, head = self.model[0], self.model[3]
        return (ParameterGroup(tuple(body.parameters())),
                ParameterGroup(tuple(head.parameters()), is_head=True, decays=False))

    def plan(self, epoch: int) -> Sequence[Sequence[int]]:
        order = torch.randperm(self.rows, generator=torch.Generator().manual_seed(epoch)).tolist()
        return [order[at:at + 8] for at in range(0, self.rows, 8)]

    def loss(self, step: Sequence[int]) -> StepLoss:
        numbers = list(step)
        told = self.model(self.points[numbers]).float()
        loss = nn.functional.mse_loss(told, self.heights[numbers])
        return StepLoss(loss, len(numbers), len(numbers))

    def judge(self) -> Mapping[str, float]:
        if not self.judges:
            return {}
        told = self.model(self.points[self.rows:]).detach().float()
        wrong = (told - self.heights[self.rows:]).abs()
        return {"loss": float((wrong ** 2).mean()), "far off": float(wrong.max())}

    def samples(self) -> Sequence[str]:
        return [f"{float(torch.rand(1)):.3f}"]


class DividedLearner(SmallLearner):
    """The same in parts of unequal size."""

    def parts(self, step: Sequence[int]) -> Sequence[Sequence[int]]:
        return [step[:3], step[3:4], step[4:]]


class BrokenLearner(SmallLearner):
    """Its loss is no number from a step on."""

    def __init__(self, from_step: int, **given: Any) -> None:
        super().__init__(**given)
        self.steps = 0
        self.from_step = from_step

    def loss(self, step: Sequence[int]) -> StepLoss:
        self.steps += 1
        told = super().loss(step)
        if self.steps > self.from_step:
            return StepLoss(told.loss * float("nan"), told.weight, told.examples)
        return told
