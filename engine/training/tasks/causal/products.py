"""Matrix products that can learn: whole matrices, or low-rank changes to matrices that stand still.

Several matrices that multiply the same value are one product. Knows nothing of what they mean.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.training.recipe import LoraOptions
from engine.training.tasks.causal.low_rank import Spans, with_low_rank


@dataclass(frozen=True, slots=True)
class Part:
    """One matrix among those of a product: its name and its rows in the product's answer."""

    name: str
    start: int
    rows: int


class Product(nn.Module):
    """x (..., K) times the matrices of `parts` (N together, K), plus a bias (N,)."""

    weight: Tensor
    bias: Tensor | None

    def __init__(self, parts: Sequence[tuple[str, Tensor]], bias: Tensor | None,
                 learns: bool) -> None:
        super().__init__()
        self.parts: list[Part] = []
        for name, matrix in parts:
            start = sum(part.rows for part in self.parts)
            self.parts.append(Part(name, start, len(matrix)))
        weight = torch.cat([matrix for _, matrix in parts])
        keep_part(self, "weight", weight, learns)
        keep_part(self, "bias", bias, learns)
        self.changes = nn.ModuleDict()

    def add_lora(self, options: LoraOptions, generator: torch.Generator) -> None:
        """Lets a low-rank change learn on those of its matrices that `options` name."""
        for part in self.parts:
            if part.name in options.on:
                self.changes[part.name] = LowRank(
                    part.rows, self.weight.shape[1], options, generator)

    def forward(self, value: Tensor) -> Tensor:
        bias = None if self.bias is None else self.bias.to(value.dtype)
        weight = self.weight.to(value.dtype)
        if not self.changes:
            return functional.linear(value, weight, bias)
        changes = [(part, cast(LowRank, self.changes[part.name])) for part in self.parts
                   if part.name in self.changes]
        spans = tuple((part.start, part.start + part.rows) for part, _ in changes)
        first = changes[0][1]
        dropped = (functional.dropout(value, first.dropout) if self.training and first.dropout
                   else None)
        matrices = [matrix.to(value.dtype) for _, change in changes
                    for matrix in (change.down, change.up)]
        return with_low_rank(value, dropped, weight, bias, Spans(spans, first.scale), matrices)

    def matrices(self) -> Mapping[str, Tensor]:
        """Each matrix (N, K) fp32 as it is now, low-rank changes added in."""
        found: dict[str, Tensor] = {}
        for part in self.parts:
            matrix = self.weight.detach()[part.start:part.start + part.rows].float()
            if part.name in self.changes:
                matrix = matrix + cast(LowRank, self.changes[part.name]).whole()
            found[part.name] = matrix
        return found


class LowRank(nn.Module):
    """A change of rank r (Hu et al. 2021): x down up * alpha / r, nothing at the start."""

    def __init__(self, rows: int, columns: int, options: LoraOptions,
                 generator: torch.Generator) -> None:
        super().__init__()
        bound = 1 / math.sqrt(columns)
        self.down = nn.Parameter(
            torch.empty(options.rank, columns).uniform_(-bound, bound, generator=generator))
        self.up = nn.Parameter(torch.zeros(rows, options.rank))
        self.scale = options.alpha / options.rank
        self.dropout = options.dropout

    def whole(self) -> Tensor:
        """(N, K) fp32: what it adds to its matrix."""
        return (self.up.detach() @ self.down.detach()) * self.scale


def keep_part(module: nn.Module, name: str, value: Tensor | None, learns: bool) -> None:
    """A parameter where it learns, else a buffer that checkpoints leave out."""
    if value is not None and learns:
        module.register_parameter(name, nn.Parameter(value))
    else:
        module.register_buffer(name, value, persistent=False)
