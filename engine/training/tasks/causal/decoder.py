"""A decoder that learns (Llama, Mistral, Qwen2, Qwen3): whole, by low-rank changes, or its head.

Only what learns is a parameter and goes into checkpoints; all else stands still, in the numbers
that are computed with. What is padded stands behind what is read, so that no mask is needed.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPrivateImportUsage=false

from collections.abc import Iterator
from contextlib import nullcontext
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from engine.training.recipe import LoraOptions, Tuning
from engine.training.tasks.causal.learned_words import log_probabilities
from engine.training.tasks.causal.products import LowRank, Product, keep_part
from engine.training.tasks.causal.weights import CausalShape, CausalWeights


class CausalModel(nn.Module):
    """A decoder's torch form; `tuning` says which of its weights are parameters.

    `still`: the kind of numbers in which weights that do not learn are kept.
    """

    embedding: Tensor
    untied: Tensor | None
    final_norm: Tensor

    def __init__(self, weights: CausalWeights, tuning: Tuning, lora: LoraOptions | None = None,
                 still: torch.dtype = torch.float32, seed: int = 0) -> None:
        super().__init__()
        self.shape = weights.shape
        self.tuning = tuning
        self.checkpointing = False
        full, head = tuning is Tuning.FULL, tuning is Tuning.HEAD
        kind = torch.float32 if full else still
        embedding = _tensor(weights, "embedding")
        own_head = weights.read("head")
        keep_part(self, "embedding", embedding.to(kind), full)
        untied = embedding.clone() if head and own_head is None else _maybe(weights, "head")
        untied = None if untied is None else untied.to(torch.float32 if head else kind)
        keep_part(self, "untied", untied, full or head)
        keep_part(self, "final_norm", _tensor(weights, "final_norm"), full or head)
        self.layers = nn.ModuleList(
            _Layer(weights, number, full, kind) for number in range(self.shape.layers))
        if tuning is Tuning.LORA:
            generator = torch.Generator().manual_seed(seed)
            for product in self.products():
                product.add_lora(lora or LoraOptions(), generator)
        self._angles: tuple[Tensor, Tensor] | None = None

    @property
    def head(self) -> Tensor:
        """(V, hidden): the matrix that gives the logits."""
        return self.embedding if self.untied is None else self.untied

    def products(self) -> Iterator[Product]:
        """Every product of every layer."""
        for layer in self.layers:
            yield from (part for part in layer.children() if isinstance(part, Product))

    def forward(self, ids: Tensor, rows: Tensor, tokens: Tensor) -> Tensor:
        """(L,) fp32 log-probabilities of `tokens` after the places `rows` of the flattened ids
        (B, T)."""
        kind = _computed_in(ids.device)
        with torch.autocast(ids.device.type, enabled=False):
            hidden = self.hidden(ids, rows, kind)
            return log_probabilities(hidden, self.head.to(kind), tokens)

    def logits(self, ids: Tensor, rows: Tensor) -> Tensor:
        """(L, V) fp32 of the places `rows`."""
        kind = _computed_in(ids.device)
        with torch.autocast(ids.device.type, enabled=False):
            return (self.hidden(ids, rows, kind) @ self.head.to(kind).t()).float()

    def hidden(self, ids: Tensor, rows: Tensor, kind: torch.dtype) -> Tensor:
        """(L, hidden) in `kind`: what the head sees at `rows` of the flattened ids (B, T)."""
        still = torch.no_grad() if self.tuning is Tuning.HEAD else nullcontext()
        with still:
            carried = functional.embedding(ids, self.embedding).float()
            turns = self._turns(ids.shape[1], ids.device)
            last = len(self.layers) - 1
            for number, layer in enumerate(self.layers):
                chosen = rows if number == last else None
                if self.checkpointing and torch.is_grad_enabled():
                    carried = cast(Tensor, checkpoint(
                        layer, carried, turns, kind, chosen, use_reentrant=False))
                else:
                    carried = layer(carried, turns, kind, chosen)
        return normed(carried, self.final_norm, self.shape.norm_epsilon).to(kind)

    def matrices(self) -> Iterator[tuple[str, Tensor]]:
        """Every weight by its name in CausalWeights, fp32, low-rank changes added in."""
        yield "embedding", self.embedding.detach().float()
        if self.untied is not None:
            yield "head", self.untied.detach().float()
        yield "final_norm", self.final_norm.detach().float()
        for number, layer in enumerate(self.layers):
            for name, value in cast(_Layer, layer).matrices():
                yield f"layers.{number}.{name}", value

    def changed(self, name: str) -> bool:
        """Whether training may change the part of this name."""
        if self.tuning is Tuning.FULL:
            return True
        if self.tuning is Tuning.HEAD:
            return name in ("head", "final_norm")
        return any(f"layers.{number}.{part.name}" == name and part.name in product.changes
                   for number, layer in enumerate(self.layers)
                   for product in layer.children() if isinstance(product, Product)
                   for part in product.parts)

    def adapters(self) -> Iterator[tuple[str, LowRank]]:
        """Every low-rank change by the name of its matrix."""
        for number, layer in enumerate(self.layers):
            for product in (p for p in layer.children() if isinstance(p, Product)):
                for name, change in product.changes.items():
                    yield f"layers.{number}.{name}", cast(LowRank, change)

    def _turns(self, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
        """(T, 1, head_size) cosines, and sines whose first half is negative."""
        if self._angles is None or len(self._angles[0]) < width:
            places = torch.arange(width, dtype=torch.float64)
            angles = torch.outer(places, torch.from_numpy(self.shape.frequencies))
            cosines, sines = angles.cos(), angles.sin()
            self._angles = (torch.cat([cosines, cosines], -1)[:, None].float(),
                            torch.cat([-sines, sines], -1)[:, None].float())
        return tuple(part[:width].to(device) for part in self._angles)  # type: ignore[return-value]


class _Layer(nn.Module):
    """One layer: attention, then the gated feed-forward, each added to what is carried."""

    attention_norm: Tensor
    ffn_norm: Tensor
    query_norm: Tensor | None
    key_norm: Tensor | None

    def __init__(self, weights: CausalWeights, number: int, learns: bool,
                 kind: torch.dtype) -> None:
        super().__init__()
        self.shape: CausalShape = weights.shape
        prefix = f"layers.{number}."
        for name in ("attention_norm", "ffn_norm", "query_norm", "key_norm"):
            keep_part(self, name, _maybe(weights, prefix + name), learns)

        def product(*names: str) -> Product:
            parts = [(name, _tensor(weights, prefix + name).to(kind)) for name in names]
            biases = [_maybe(weights, f"{prefix}{name}_bias") for name in names]
            held = [bias for bias in biases if bias is not None]
            return Product(parts, torch.cat(held) if held else None, learns)

        self.query_key_value = product("query", "key", "value")
        self.output = product("output")
        self.gate_up = product("gate", "up")
        self.down = product("down")

    def forward(self, carried: Tensor, turns: tuple[Tensor, Tensor], kind: torch.dtype,
                rows: Tensor | None) -> Tensor:
        """(B, T, hidden) fp32; of the flattened `rows` only (L, hidden), where given."""
        epsilon = self.shape.norm_epsilon
        attended = self._attended(normed(carried, self.attention_norm, epsilon).to(kind), turns)
        if rows is not None:
            attended = attended.reshape(-1, attended.shape[-1])[rows]
            carried = carried.reshape(-1, carried.shape[-1])[rows]
        carried = carried + self.output(attended)
        value = normed(carried, self.ffn_norm, epsilon).to(kind)
        gate, up = self.gate_up(value).chunk(2, -1)
        return carried + self.down(functional.silu(gate) * up)

    def _attended(self, value: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
        """(B, T, heads * head_size)."""
        shape = self.shape
        batch, width, _ = value.shape
        whole = self.query_key_value(value).view(
            batch, width, shape.heads + 2 * shape.kv_heads, shape.head_size)
        query, key, content = whole.split([shape.heads, shape.kv_heads, shape.kv_heads], 2)
        if self.query_norm is not None and self.key_norm is not None:
            query = normed(query.float(), self.query_norm, shape.norm_epsilon)
            key = normed(key.float(), self.key_norm, shape.norm_epsilon)
        query, key = (turned(part, turns).to(value.dtype).transpose(1, 2)
                      for part in (query, key))
        mask = self._mask(width, value.device)
        attended = functional.scaled_dot_product_attention(
            query, key, content.transpose(1, 2), attn_mask=mask, is_causal=mask is None,
            enable_gqa=shape.heads != shape.kv_heads)
        return attended.transpose(1, 2).reshape(batch, width, -1)

    def _mask(self, width: int, device: torch.device) -> Tensor | None:
        """(T, T) what may be seen, where a layer does not see all the way back."""
        seen = self.shape.sliding_window
        if not seen or width <= seen:
            return None
        places = torch.arange(width, device=device)
        back = places[:, None] - places[None]
        return (back >= 0) & (back < seen)

    def matrices(self) -> Iterator[tuple[str, Tensor]]:
        """Everything the layer has, by its name in LayerWeights."""
        for name in ("attention_norm", "ffn_norm", "query_norm", "key_norm"):
            value: Tensor | None = getattr(self, name)
            if value is not None:
                yield name, value.detach().float()
        for product in (self.query_key_value, self.output, self.gate_up, self.down):
            yield from product.matrices().items()
            if product.bias is not None:
                for part in product.parts:
                    bias = product.bias.detach()[part.start:part.start + part.rows].float()
                    yield f"{part.name}_bias", bias


def normed(value: Tensor, gain: Tensor, epsilon: float) -> Tensor:
    """Each row at root mean square 1, times the gain (Zhang and Sennrich 2019)."""
    return value * torch.rsqrt(value.square().mean(-1, keepdim=True) + epsilon) * gain


def turned(value: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary places, halves split: (B, T, heads, head_size) fp32."""
    cosines, sines = turns
    return value * cosines + value.roll(value.shape[-1] // 2, -1) * sines


def _computed_in(device: torch.device) -> torch.dtype:
    """The kind of numbers of the autocast around, else fp32."""
    return (torch.get_autocast_dtype(device.type) if torch.is_autocast_enabled(device.type)
            else torch.float32)


def _tensor(weights: CausalWeights, name: str) -> Tensor:
    return torch.from_numpy(weights.need(name).copy())


def _maybe(weights: CausalWeights, name: str) -> Tensor | None:
    found = weights.read(name)
    return None if found is None else torch.from_numpy(found.copy())
