"""How probable chosen tokens are under a head, without ever holding all logits of a batch.

The products with the head are made piece by piece, forwards and again backwards, so that a long
batch needs no more memory than one piece. Knows no model.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

from typing import Any

import torch
from torch import Tensor

from engine.training.tasks.causal.batch import Choices

_PIECE = 256
"""Rows at once: 50 MB of logits in a vocabulary of 49,152."""


def log_probabilities(hidden: Tensor, head: Tensor, tokens: Tensor) -> Tensor:
    """(L,) fp32 natural logarithms: how probable `tokens` (L,) are after `hidden` (L, H), under
    `head` (V, H) of the same kind of numbers."""
    return _LogProbabilities.apply(hidden, head, tokens)  # type: ignore[no-any-return]


def chosen_probabilities(hidden: Tensor, head: Tensor, tokens: Tensor, choices: Choices) -> Tensor:
    """(L,) fp32 as `log_probabilities`, each among its choices only: what a constraint forbids is
    neither said nor punished."""
    logits = (hidden @ head[choices.words].to(hidden.dtype).t()).float()
    totals = torch.log_softmax(logits.masked_fill(~choices.allowed, float("-inf")), -1)
    return totals.gather(1, torch.searchsorted(choices.words, tokens)[:, None])[:, 0]


class _LogProbabilities(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, head: Tensor, tokens: Tensor) -> Tensor:
        found = hidden.new_empty(len(hidden), dtype=torch.float32)
        totals = torch.empty_like(found)
        for piece in _pieces(len(hidden)):
            logits = (hidden[piece] @ head.t()).float()
            totals[piece] = torch.logsumexp(logits, -1)
            found[piece] = logits.gather(1, tokens[piece, None])[:, 0] - totals[piece]
        ctx.save_for_backward(hidden, head, tokens, totals)
        return found

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        hidden, head, tokens, totals = ctx.saved_tensors
        wants_hidden, wants_head = ctx.needs_input_grad[:2]
        to_hidden = torch.empty_like(hidden) if wants_hidden else None
        to_head = torch.zeros_like(head) if wants_head else None
        for piece in _pieces(len(hidden)):
            slope = _slope(hidden[piece], head, tokens[piece], totals[piece], grads[0][piece])
            if to_hidden is not None:
                to_hidden[piece] = slope @ head
            if to_head is not None:
                to_head.addmm_(slope.t(), hidden[piece])
        return to_hidden, to_head, None


def _slope(hidden: Tensor, head: Tensor, tokens: Tensor, totals: Tensor, grad: Tensor) -> Tensor:
    """(n, V) what the logits' gradients are: (1 at the token - probability) * grad."""
    logits = (hidden @ head.t()).float()
    slope = torch.exp_(logits.sub_(totals[:, None])).mul_(-grad[:, None])
    slope.scatter_add_(1, tokens[:, None], grad[:, None])
    return slope.to(hidden.dtype)


def _pieces(rows: int) -> list[slice]:
    return [slice(start, min(start + _PIECE, rows)) for start in range(0, rows, _PIECE)]
