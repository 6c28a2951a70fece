"""A decoder that learns (Llama, Mistral, Qwen2, Qwen3): whole, by low-rank changes, or its head.

Only what learns is a parameter and goes into checkpoints; all else stands still, in the numbers
that are computed with. What is padded stands behind what is read, so that no mask is needed.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPrivateImportUsage=false

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from engine.training.recipe import LoraOptions, Tuning
from engine.training.tasks.causal.batch import Choices
from engine.training.tasks.causal.layer_steps import (
    add_and_norm,
    attended,
    gated,
    heads_turned,
)
from engine.training.tasks.causal.learned_words import chosen_probabilities, log_probabilities
from engine.training.tasks.causal.products import LowRank, Product, keep_part
from engine.training.tasks.causal.weights import CausalShape, CausalWeights

_KEPT = 256
"""Tokens: what attention shares among more is computed again on the way back, to save memory."""


class CausalModel(nn.Module):
    """A decoder's torch form; `tuning` says which of its weights are parameters.

    `still`: the kind of numbers in which weights that do not learn are kept. `words`: whether the
    tables of words learn with all else.
    """

    embedding: Tensor
    untied: Tensor | None
    final_norm: Tensor

    def __init__(self, weights: CausalWeights, tuning: Tuning, lora: LoraOptions | None = None,
                 still: torch.dtype = torch.float32, seed: int = 0, words: bool = True) -> None:
        super().__init__()
        self.shape = weights.shape
        self.tuning = tuning
        self.checkpointing = False
        self.still = still
        full, head = tuning is Tuning.FULL, tuning is Tuning.HEAD
        kind = torch.float32 if full else still
        self.words = full and words
        embedding = _tensor(weights, "embedding")
        own_head = weights.read("head")
        keep_part(self, "embedding", embedding.to(torch.float32 if self.words else still),
                  self.words)
        untied = embedding.clone() if head and own_head is None else _maybe(weights, "head")
        moves = self.words or head
        untied = None if untied is None else untied.to(torch.float32 if moves else still)
        keep_part(self, "untied", untied, moves)
        keep_part(self, "final_norm", _tensor(weights, "final_norm"), full or head)
        self.layers = nn.ModuleList(
            _Layer(weights, number, full, kind) for number in range(self.shape.layers))
        if tuning is Tuning.LORA:
            generator = torch.Generator().manual_seed(seed)
            for product in self.products():
                product.add_lora(lora or LoraOptions(), generator)
        self._known: Places | None = None

    @property
    def head(self) -> Tensor:
        """(V, hidden): the matrix that gives the logits."""
        return self.embedding if self.untied is None else self.untied

    def products(self) -> Iterator[Product]:
        """Every product of every layer."""
        for layer in self.layers:
            yield from (part for part in layer.children() if isinstance(part, Product))

    def forward(self, ids: Tensor, rows: Tensor, tokens: Tensor,
                choices: Choices | None = None) -> Tensor:
        """(L,) fp32 log-probabilities of `tokens` after the places `rows` of the flattened ids
        (B, T), among the `choices` where there are some."""
        kind = _computed_in(ids.device)
        with torch.autocast(ids.device.type, enabled=False):
            hidden = self.hidden(ids, rows, kind)
            if choices is not None:
                return chosen_probabilities(hidden, self.head, tokens, choices)
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
            added: Tensor | None = None
            places = self._places(ids.shape[1], ids.device, kind)
            last = len(self.layers) - 1
            for number, layer in enumerate(self.layers):
                chosen = rows if number == last else None
                if self.checkpointing and torch.is_grad_enabled():
                    carried, added = checkpoint(  # type: ignore[misc]
                        layer, carried, added, places, chosen, use_reentrant=False)
                else:
                    carried, added = layer(carried, added, places, chosen)
        return add_and_norm(carried, added, self.final_norm, self.shape.norm_epsilon, kind)[1]

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
            return self.words or name not in ("embedding", "head")
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

    def _places(self, width: int, device: torch.device, kind: torch.dtype) -> "Places":
        if self._known is None or not self._known.serves(width, device, kind):
            self._known = _places(self.shape, width, device, kind)
        return self._known


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """What all layers need to know of where tokens stand: cosines and sines (T, 1, head_size / 2)
    fp32, and what is added to the scores (R * T, T) of the R heads that share a key."""

    cosines: Tensor
    sines: Tensor
    mask: Tensor

    @property
    def kind(self) -> torch.dtype:
        """The kind of numbers that is computed with."""
        return self.mask.dtype

    def serves(self, width: int, device: torch.device, kind: torch.dtype) -> bool:
        """Whether it was made for batches of this kind."""
        return (self.mask.shape[1] == width and self.mask.device == device
                and self.kind == kind)


def _places(shape: CausalShape, width: int, device: torch.device, kind: torch.dtype) -> Places:
    places = torch.arange(width, dtype=torch.float64)
    angles = torch.outer(places, torch.from_numpy(shape.frequencies))[:, None]
    back = places[:, None] - places[None]
    seen = (back >= 0) & (back < (shape.sliding_window or width))
    mask = torch.zeros(width, width).masked_fill_(~seen, float("-inf"))
    mask = mask.repeat(shape.heads // shape.kv_heads, 1)
    return Places(angles.cos().float().to(device), angles.sin().float().to(device),
                  mask.to(device, kind))


def activation_bytes(shape: CausalShape, tokens: int, kind: torch.dtype) -> int:
    """What a step of so many tokens keeps between the way there and the way back."""
    wide = (shape.heads + 2 * shape.kv_heads) * shape.head_size
    computed = 4 * shape.hidden + 2 * wide + 3 * shape.ffn + shape.heads * min(tokens, _KEPT)
    carried = 4 * 3 * shape.hidden  # fp32
    return tokens * shape.layers * (computed * kind.itemsize + carried)


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

    def forward(self, carried: Tensor, added: Tensor | None, places: "Places",
                rows: Tensor | None) -> tuple[Tensor, Tensor]:
        """What is carried (B, T, hidden) fp32, and what is to be added to it; of the flattened
        `rows` only (L, hidden), where given."""
        epsilon = self.shape.norm_epsilon
        carried, value = add_and_norm(carried, added, self.attention_norm, epsilon, places.kind)
        mixed = self._attended(value, places)
        if rows is not None:
            mixed = mixed.reshape(-1, mixed.shape[-1])[rows]
            carried = carried.reshape(-1, carried.shape[-1])[rows]
        carried, value = add_and_norm(carried, self.output(mixed), self.ffn_norm, epsilon,
                                      places.kind)
        return carried, self.down(gated(self.gate_up(value)))

    def _attended(self, value: Tensor, places: "Places") -> Tensor:
        """(B, T, heads * head_size)."""
        shape = self.shape
        batch, width, _ = value.shape
        whole = self.query_key_value(value).view(batch, width, -1, shape.head_size)
        if self.query_norm is not None and self.key_norm is not None:
            query, key, content = whole.split([shape.heads, shape.kv_heads, shape.kv_heads], 2)
            parts = [add_and_norm(part.float(), None, gain, shape.norm_epsilon, places.kind)[1]
                     for part, gain in ((query, self.query_norm), (key, self.key_norm))]
            whole = torch.cat([*parts, content], 2)
        mixed = attended(*heads_turned(whole, places.cosines, places.sines, shape.heads,
                                       shape.kv_heads), places.mask, width <= _KEPT)
        return mixed.view(batch, shape.heads, width, -1).transpose(1, 2).reshape(
            batch, width, -1)

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


def _computed_in(device: torch.device) -> torch.dtype:
    """The kind of numbers of the autocast around, else fp32."""
    return (torch.get_autocast_dtype(device.type) if torch.is_autocast_enabled(device.type)
            else torch.float32)


def _tensor(weights: CausalWeights, name: str) -> Tensor:
    return torch.from_numpy(weights.need(name).copy())


def _maybe(weights: CausalWeights, name: str) -> Tensor | None:
    found = weights.read(name)
    return None if found is None else torch.from_numpy(found.copy())
