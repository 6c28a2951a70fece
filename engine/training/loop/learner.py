"""The seam between the loop and what learns: the loop moves weights, the learner knows the loss.

A learner is all that differs between methods. The same learner with the same seed gives the same
steps, so that a resumed run follows the curve of an unbroken one.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor, nn


@dataclass(frozen=True, slots=True, eq=False)
class ParameterGroup:
    """Weights that learn at `share` of the loop's rate, decayed or not."""

    parameters: tuple[nn.Parameter, ...]
    share: float = 1.0
    decays: bool = True
    is_head: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StepLoss:
    """The loss of a step, ready for backward, and how much it weighs (tokens, songs) when losses
    of steps are averaged. `examples` it was made of."""

    loss: Tensor
    weight: float
    examples: int


class Learner(Protocol):
    """What the loop teaches. `model` holds every weight that is saved in a checkpoint: those that
    learn (requires_grad) and no others need be."""

    @property
    def model(self) -> nn.Module: ...

    def groups(self) -> Sequence[ParameterGroup]:
        """All weights that learn."""
        ...

    def plan(self, epoch: int) -> Sequence[Sequence[int]]:
        """The numbers of the examples of every step of an epoch, by the seed and the epoch."""
        ...

    def loss(self, step: Sequence[int]) -> StepLoss:
        """Of these examples; called within the loop's precision, in training mode."""
        ...

    def judge(self) -> Mapping[str, float]:
        """The metrics on what is held out, "loss" among them (the lower the better); empty where
        nothing is held out. Called within the loop's precision, in evaluation mode."""
        ...

    def samples(self) -> Sequence[str]:
        """What the model says now, for the person to judge; may be empty."""
        ...


@runtime_checkable
class Divided(Protocol):
    """A learner whose steps may be too large for the memory: it computes them in parts."""

    def parts(self, step: Sequence[int]) -> Sequence[Sequence[int]]:
        """The examples of `step` in parts, each small enough; `loss` is asked for each, and their
        gradients are added, weighed by StepLoss.weight. Also gives way to the person more
        quickly: a part is what is computed between two looks at whether somebody needs the
        machine."""
        ...


@runtime_checkable
class OwnPrecision(Protocol):
    """A learner that chooses its numbers itself: the loop enters no autocast for it.

    Weights that learn in bfloat16 are no reason to have this: the loop keeps their fp32 masters
    and writes the rounded values back after each step.
    """

    @property
    def own_precision(self) -> bool: ...
