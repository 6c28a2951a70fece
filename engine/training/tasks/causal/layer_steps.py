"""The steps between a decoder's matrix products, each with its gradient written out.

What torch would do in ten passes over memory is done in three or four; on a processor that is
what a training waits for. Each function's formula stands beside it. Knows no weights.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportPrivateImportUsage=false, reportPrivateUsage=false

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def add_and_norm(carried: Tensor, added: Tensor | None, gain: Tensor, epsilon: float,
                 kind: torch.dtype) -> tuple[Tensor, Tensor]:
    """carried + added, and that at root mean square 1 times the gain (Zhang and Sennrich 2019).

    `carried` (N, H) and the first answer are fp32, `added` and the second answer of `kind`.
    """
    return _AddAndNorm.apply(carried, added, gain, epsilon, kind)  # type: ignore[no-any-return]


class _AddAndNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, carried: Tensor, added: Tensor | None, gain: Tensor, epsilon: float,
                kind: torch.dtype) -> tuple[Tensor, Tensor]:
        whole = carried.view_as(carried) if added is None else carried + added
        length = torch.linalg.vector_norm(whole, dim=-1, keepdim=True)
        turn = torch.rsqrt(length.square_().div_(whole.shape[-1]).add_(epsilon))
        # One rounding at the end: an answer of another kind would be computed in fp32 anyway.
        normed = (whole * turn).mul_(gain).to(kind)
        ctx.save_for_backward(whole, turn, gain)
        ctx.added = None if added is None else added.dtype
        return whole, normed

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        whole, turn, gain = ctx.saved_tensors
        to_whole, to_normed = grads
        sloped = to_normed.to(whole.dtype, copy=True)
        product = sloped * whole
        to_gain = None
        if ctx.needs_input_grad[2]:
            to_gain = (product * turn).flatten(0, -2).sum(0)
        along = product.mul_(gain).sum(-1, keepdim=True)
        found = torch.addcmul(to_whole, sloped.mul_(gain), turn)
        found.addcmul_(whole, along.mul_(turn ** 3).div_(-whole.shape[-1]))
        to_added = None if ctx.added is None else found.to(ctx.added)
        return found, to_added, to_gain, None, None


def gated(gate_up: Tensor) -> Tensor:
    """silu(gate) * up, of both side by side (..., 2 F)."""
    return _Gated.apply(gate_up)  # type: ignore[no-any-return]


class _Gated(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, gate_up: Tensor) -> Tensor:
        ctx.save_for_backward(gate_up)
        gate, up = gate_up.chunk(2, -1)
        return functional.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        gate_up, = ctx.saved_tensors
        gate, up = gate_up.chunk(2, -1)
        found = torch.empty_like(gate_up)
        to_gate, to_up = found.chunk(2, -1)
        torch.mul(functional.silu(gate), grads[0], out=to_up)
        torch.ops.aten.silu_backward.grad_input(grads[0] * up, gate, grad_input=to_gate)
        return found


def attended(query: Tensor, key: Tensor, value: Tensor, mask: Tensor, keep: bool) -> Tensor:
    """Grouped attention (Ainslie et al. 2023): query (B, G, R * T, D) of the R heads that share a
    key, scaled as `heads_turned` does; key and value (B, G, T, D); `mask` (R * T, T) is added to
    the scores.

    `keep` holds the shares for the way back; else they are computed again there.
    """
    return _Attended.apply(query, key, value, mask, keep)  # type: ignore[no-any-return]


class _Attended(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, mask: Tensor,
                keep: bool) -> Tensor:
        shares = _shares(query, key, mask)
        ctx.save_for_backward(query, key, value, mask, shares if keep else None)
        return shares @ value

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        query, key, value, mask, shares = ctx.saved_tensors
        if shares is None:
            shares = _shares(query, key, mask)
        grad = grads[0].contiguous()
        to_value = shares.transpose(-1, -2) @ grad
        to_shares = grad @ value.transpose(-1, -2)
        slope = torch._softmax_backward_data(to_shares, shares, -1, shares.dtype)
        return slope @ key, slope.transpose(-1, -2) @ query, to_value, None, None


def _shares(query: Tensor, key: Tensor, mask: Tensor) -> Tensor:
    return torch.softmax((query @ key.transpose(-1, -2)).add_(mask), -1)


def heads_turned(whole: Tensor, cosines: Tensor, sines: Tensor, heads: int, groups: int
                 ) -> tuple[Tensor, Tensor, Tensor]:
    """Query, key and value as `attended` wants them, out of all heads (B, T, heads + 2 groups, D)
    side by side; query and key turned to their places (Su et al. 2021, halves split), the query
    divided by the root of D, as attention wants it (Vaswani et al. 2017).

    `cosines` and `sines` (T, 1, D / 2).
    """
    return _HeadsTurned.apply(  # type: ignore[no-any-return]
        whole, cosines, sines, heads, groups)


class _HeadsTurned(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, whole: Tensor, cosines: Tensor, sines: Tensor, heads: int,
                groups: int) -> tuple[Tensor, Tensor, Tensor]:
        batch, width, _, size = whole.shape
        ctx.save_for_backward(cosines, sines)
        ctx.shape, ctx.heads, ctx.groups = whole.shape, heads, groups
        query = whole.new_empty(batch, heads, width, size)
        key = whole.new_empty(batch, groups, width, size)
        scale = size ** -0.5
        turn(whole[:, :, :heads], cosines * scale, sines * scale, query.transpose(1, 2))
        turn(whole[:, :, heads:heads + groups], cosines, sines, key.transpose(1, 2))
        value = whole[:, :, heads + groups:].transpose(1, 2).contiguous()
        return query.view(batch, groups, -1, size), key, value

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        cosines, sines = ctx.saved_tensors
        batch, width, _, size = ctx.shape
        heads, groups = ctx.heads, ctx.groups
        found = grads[0].new_empty(ctx.shape)
        query = grads[0].reshape(batch, heads, width, size).transpose(1, 2)
        scale = size ** -0.5
        turn(query, cosines * scale, -sines * scale, found[:, :, :heads])
        turn(grads[1].transpose(1, 2), cosines, -sines, found[:, :, heads:heads + groups])
        found[:, :, heads + groups:] = grads[2].transpose(1, 2)
        return found, None, None, None, None


def turn(value: Tensor, cosines: Tensor, sines: Tensor, into: Tensor) -> None:
    """Each pair (i, i + D / 2) by its angle, into a tensor of the same shape (B, T, heads, D)."""
    low, high = value.float().chunk(2, -1)
    first, second = into.chunk(2, -1)
    first.copy_((low * cosines).addcmul_(high, sines, value=-1))
    second.copy_((high * cosines).addcmul_(low, sines))
