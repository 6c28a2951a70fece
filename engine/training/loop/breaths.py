"""Places within a step where a training can stop for a moment: before each module, and after each
gradient. So that whoever needs the machine waits a layer long, not a step long.

Knows neither who needs it nor what is computed.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook


@contextmanager
def breathing(weights: Iterable[nn.Parameter], breathe: Callable[[], None]) -> Generator[None]:
    """Within, `breathe` is called very often by whatever torch computes forwards, and backwards
    through `weights`. What it raises comes out of the forward or backward call."""
    def before(_module: nn.Module, _given: object) -> None:
        breathe()

    def after(_weight: torch.Tensor) -> None:
        breathe()

    hooks = [register_module_forward_pre_hook(before)]
    hooks += [weight.register_post_accumulate_grad_hook(after) for weight in weights]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
