"""Several processes that learn one thing together: one leads, the others compute their share.

Started by torchrun or accelerate, which set WORLD_SIZE; without them a loop is alone. Every step's
examples are shared out and the gradients summed (Li et al. 2020), so that a step is what it would
be on one machine. Only the leader judges, keeps, reports and decides when it ends.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import torch
from torch import Tensor
from torch import distributed as together

from engine.training.loop.moved import Moved

_PATIENCE = timedelta(hours=12)  # the others wait while the leader judges, or is paused
_END, _GO_ON = 0, 1
Place = tuple[int, int, int]
"""The next step, and the epoch and step at which the run began."""


class Crew(Protocol):
    """Those who take a step together."""

    @property
    def alone(self) -> bool: ...

    def mine(self, examples: Sequence[int]) -> Sequence[int]:
        """This process's share of a step."""
        ...

    def add(self, moved: Moved, loss: float, weight: float) -> tuple[float, float]:
        """Sums gradients, loss and weight over all; each has them then."""
        ...

    def begin(self, moved: Moved, place: Place) -> Place:
        """Everybody's weights, moments and place become the leader's, which is told."""
        ...

    def go_on(self, goes_on: bool = True) -> bool:
        """Whether another step is taken, as the leader says."""
        ...


class Alone:
    """The crew of one process."""

    alone = True

    def mine(self, examples: Sequence[int]) -> Sequence[int]:
        return examples

    def add(self, moved: Moved, loss: float, weight: float) -> tuple[float, float]:
        return loss, weight

    def begin(self, moved: Moved, place: Place) -> Place:
        return place

    def go_on(self, goes_on: bool = True) -> bool:
        return goes_on


class Together:
    """A crew of several processes of torch.distributed, over gloo."""

    alone = False

    def __init__(self) -> None:
        if not together.is_initialized():
            together.init_process_group("gloo", timeout=_PATIENCE)
        self.rank = together.get_rank()
        self.size = together.get_world_size()

    def mine(self, examples: Sequence[int]) -> Sequence[int]:
        return examples[self.rank::self.size]

    def add(self, moved: Moved, loss: float, weight: float) -> tuple[float, float]:
        parts: list[Tensor] = []
        for master in moved.masters:
            if master.grad is None:
                master.grad = torch.zeros_like(master)
            parts.append(master.grad.reshape(-1))
        told = torch.tensor([loss, weight], dtype=torch.float32, device=moved.device)
        flat = torch.cat([*parts, told])
        together.all_reduce(flat)
        at = 0
        for part in parts:
            part.copy_(flat[at:at + part.numel()])
            at += part.numel()
        return float(flat[-2]), float(flat[-1])

    def begin(self, moved: Moved, place: Place) -> Place:
        state = moved.state()
        has_moments = any(name.startswith("first.") for name in state)
        where = torch.tensor([*place, int(has_moments)])
        together.broadcast(where, 0)
        if where[-1] and self.rank:
            for name in [n.removeprefix("weights.") for n in state if n.startswith("weights.")]:
                blank = torch.zeros_like(state[f"weights.{name}"])
                state[f"first.{name}"], state[f"second.{name}"] = blank, blank.clone()
                state[f"moves.{name}"] = torch.zeros(())
        received = {name: value.detach().clone() for name, value in sorted(state.items())}
        for value in received.values():
            together.broadcast(value, 0)
        if self.rank:
            moved.load(received)
        step, epoch, first_step, _ = where.tolist()
        return step, epoch, first_step

    def go_on(self, goes_on: bool = True) -> bool:
        word = torch.tensor([_GO_ON if goes_on else _END])
        together.broadcast(word, 0)
        return bool(word.item() == _GO_ON)


def crew_size() -> int:
    """How many processes torchrun started; 1 without it."""
    size = os.environ.get("WORLD_SIZE", "1")
    return int(size) if size.isdigit() else 1


def crew_rank() -> int:
    """Which of them this is; 0 leads."""
    rank = os.environ.get("RANK", "0")
    return int(rank) if rank.isdigit() else 0


def close_crew() -> None:
    """Leaves the crew, where there is one."""
    if together.is_available() and together.is_initialized():
        together.destroy_process_group()


def open_crew() -> Crew:
    """The crew this process was started in."""
    return Together() if crew_size() > 1 else Alone()
