"""A product with a matrix that stands still and low-rank changes to some of its rows, in one step.

Left to torch, each change would fill and add a whole gradient of its own. Knows no names.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Spans:
    """From which row to which each change reaches, and by how much all are scaled."""

    rows: tuple[tuple[int, int], ...]
    scale: float


def with_low_rank(value: Tensor, dropped: Tensor | None, weight: Tensor, bias: Tensor | None,
                  spans: Spans, changes: Sequence[Tensor]) -> Tensor:
    """value (..., K) times `weight` (N, K) that does not learn, plus in the rows of each span
    dropped down' up' scale (Hu et al. 2021). `changes`: down (r, K) and up (rows, r) of each span
    in turn; `dropped` is the value with some of it dropped, None where nothing is."""
    shape = value.shape[:-1]
    flat = value.reshape(-1, value.shape[-1])
    thinned = None if dropped is None else dropped.reshape(flat.shape)
    answer = _WithLowRank.apply(flat, thinned, weight, bias, spans, *changes)
    return answer.view(*shape, -1)  # type: ignore[no-any-return]


class _WithLowRank(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, value: Tensor, dropped: Tensor | None, weight: Tensor,
                bias: Tensor | None, spans: Spans, *changes: Tensor) -> Tensor:
        source = value if dropped is None else dropped
        downs, ups = torch.cat(changes[::2]), changes[1::2]
        inner = (source @ downs.t()).mul_(spans.scale)
        answer = functional.linear(value, weight, bias)
        for (start, end), up, part in zip(spans.rows, ups, _parts(inner, ups), strict=True):
            answer[:, start:end].addmm_(part, up.t())
        ctx.save_for_backward(source, weight, inner, downs, *ups)
        ctx.spans, ctx.thinned = spans, dropped is not None
        return answer

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        source, weight, inner, downs, *ups = ctx.saved_tensors
        grad, spans = grads[0], ctx.spans
        slope = torch.empty_like(inner)
        to_ups: list[Tensor] = []
        for (start, end), up, part, own in zip(
                spans.rows, ups, _parts(inner, ups), _parts(slope, ups), strict=True):
            rows = grad[:, start:end]
            torch.mm(rows, up, out=own)
            to_ups.append(rows.t() @ part)
        slope.mul_(spans.scale)
        to_downs = (slope.t() @ source).split([up.shape[1] for up in ups])
        to_value = grad @ weight if ctx.needs_input_grad[0] else None
        to_dropped = slope @ downs if ctx.thinned else None
        if to_value is not None and not ctx.thinned:
            to_value.addmm_(slope, downs)
        pairs = (each for pair in zip(to_downs, to_ups, strict=True) for each in pair)
        return to_value, to_dropped, None, None, None, *pairs


def _parts(inner: Tensor, ups: Sequence[Tensor]) -> Sequence[Tensor]:
    """What goes through each change, side by side in `inner`."""
    return inner.split([up.shape[1] for up in ups], 1)
