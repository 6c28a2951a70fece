"""BERT as it is trained here: the weights of our graphs in torch, quick on a processor.

Query, key and value are one product, padding is never computed but within groups of like length,
frozen word vectors give no gradients. Parity with transformers is held by the tests. Knows no
labels, no loss and no files.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.inference.tokenizer import Ids

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, Floats]
"""encoder.* as in BertModel, in fp32, as the graph builder takes them."""

_ROOT = "encoder."
_LAYER = "encoder.encoder.layer."
_BARRED = -1e4
_LEAST_GROUP = 512  # tokens; smaller groups cost more than the padding they save


@dataclass(frozen=True, slots=True)
class BertShape:
    """The numbers that the weights do not tell."""

    heads: int
    norm_epsilon: float = 1e-12


class Bert(nn.Module):
    """Tokens in, the vectors of every layer or of the last out."""

    def __init__(self, weights: Weights, shape: BertShape, dropout: float = 0.0) -> None:
        super().__init__()
        root = f"{_ROOT}embeddings."
        self.words = nn.Embedding.from_pretrained(
            _tensor(weights[f"{root}word_embeddings.weight"]), freeze=False)
        # Every token is of type 0, so that row joins the places.
        places = weights[f"{root}position_embeddings.weight"]
        types = weights[f"{root}token_type_embeddings.weight"]
        self.places = nn.Parameter(_tensor(places + types[0]))
        self.norm = _norm(weights, f"{root}LayerNorm", shape.norm_epsilon)
        self.layers = nn.ModuleList(
            _Layer(weights, f"{_LAYER}{number}.", shape, dropout)
            for number in range(layers_of(weights)))
        self.dropout = dropout
        self.shape = shape

    @property
    def width(self) -> int:
        """D, the numbers of a vector."""
        return int(self.words.embedding_dim)

    @property
    def vocabulary(self) -> int:
        """V, the tokens it knows."""
        return int(self.words.num_embeddings)

    def forward(self, ids: Tensor, real: Tensor | None) -> Tensor:
        """(B, T) ids -> (B, T, D). `real` (B, T) is False at padding, None where there is none."""
        return self.hidden(ids, real)[-1]

    def hidden(self, ids: Tensor, real: Tensor | None) -> list[Tensor]:
        """The vectors (B, T, D) after the embeddings and after each layer."""
        found = [self.embedded(ids)]
        barred = None if real is None else real[:, None, None, :]
        for layer in self.layers:
            found.append(layer(found[-1], barred))
        return found

    def embedded(self, ids: Tensor) -> Tensor:
        """(B, T, D) of words and places, normalised."""
        near = self.places[: ids.shape[1]]
        hidden = self.norm(self.words(ids).to(near.dtype) + near)
        return functional.dropout(hidden, self.dropout, self.training)

    def freeze(self, words: bool = True, layers: int = 0) -> None:
        """Keeps the embeddings and the lowest `layers` as they are; `words` alone where 0."""
        self.words.weight.requires_grad_(not words)
        if layers:
            still = [self.places, *self.norm.parameters()]
            still += [p for layer in list(self.layers)[:layers] for p in layer.parameters()]
            for parameter in still:
                parameter.requires_grad_(False)

    def plain(self) -> dict[str, Floats]:
        """The weights by the names they came with, in fp32."""
        root = f"{_ROOT}embeddings."
        places = _array(self.places)
        found = {f"{root}word_embeddings.weight": _array(self.words.weight),
                 f"{root}position_embeddings.weight": places,
                 f"{root}token_type_embeddings.weight": np.zeros((2, places.shape[1]), np.float32)}
        found |= _plain(self.norm, f"{root}LayerNorm")
        for number, layer in enumerate(self.layers):
            assert isinstance(layer, _Layer)
            found |= layer.plain(f"{_LAYER}{number}.")
        return found


class _Layer(nn.Module):
    """Attention and what follows it, each with its residual and its norm after."""

    def __init__(self, weights: Weights, name: str, shape: BertShape, dropout: float) -> None:
        super().__init__()
        own = [f"{name}attention.self.{part}" for part in ("query", "key", "value")]
        self.looking = _linear(np.concatenate([weights[f"{part}.weight"] for part in own]),
                               np.concatenate([weights[f"{part}.bias"] for part in own]))
        self.mixing = _named(weights, f"{name}attention.output.dense")
        self.mixed = _norm(weights, f"{name}attention.output.LayerNorm", shape.norm_epsilon)
        self.wide = _named(weights, f"{name}intermediate.dense")
        self.narrow = _named(weights, f"{name}output.dense")
        self.out = _norm(weights, f"{name}output.LayerNorm", shape.norm_epsilon)
        self.heads = shape.heads
        self.dropout = dropout

    def forward(self, hidden: Tensor, seen: Tensor | None) -> Tensor:
        """(B, T, D) -> (B, T, D); `seen` (B, 1, 1, T) is False where nothing may be looked at."""
        batch, length, width = hidden.shape
        apart = self.looking(hidden).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = apart.permute(2, 0, 3, 1, 4)
        mixed = _attended(query, key, value, seen).transpose(1, 2)
        mixed = self.mixing(mixed.reshape(batch, length, width))
        hidden = self.mixed(hidden + functional.dropout(mixed, self.dropout, self.training))
        outer = self.narrow(functional.gelu(self.wide(hidden)))
        return self.out(hidden + functional.dropout(outer, self.dropout, self.training))

    def plain(self, name: str) -> dict[str, Floats]:
        """The weights of this layer by the names they came with."""
        found: dict[str, Floats] = {}
        matrices, biases = (np.split(_array(each), 3) for each in
                            (self.looking.weight, self.looking.bias))
        for part, matrix, bias in zip(("query", "key", "value"), matrices, biases, strict=True):
            found[f"{name}attention.self.{part}.weight"] = np.ascontiguousarray(matrix)
            found[f"{name}attention.self.{part}.bias"] = np.ascontiguousarray(bias)
        for module, place in ((self.mixing, "attention.output.dense"),
                              (self.mixed, "attention.output.LayerNorm"),
                              (self.wide, "intermediate.dense"), (self.narrow, "output.dense"),
                              (self.out, "output.LayerNorm")):
            found |= _plain(module, f"{name}{place}")
        return found


def _attended(query: Tensor, key: Tensor, value: Tensor, seen: Tensor | None) -> Tensor:
    """(B, H, T, d) each. In bfloat16 written out: on processors the backward pass of torch's own
    takes as long as all the rest of the model."""
    if query.dtype is not torch.bfloat16 or query.device.type != "cpu":
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
    batch, heads, length, size = query.shape
    flat = (batch * heads, length, size)
    turned = key.reshape(flat).transpose(1, 2)
    scores = torch.bmm(query.reshape(flat) * size**-0.5, turned)
    if seen is not None:
        barred = torch.zeros(batch, 1, 1, length, dtype=query.dtype).masked_fill(~seen, _BARRED)
        scores = (scores.view(batch, heads, length, length) + barred).view(-1, length, length)
    return torch.bmm(scores.softmax(-1), value.reshape(flat)).view(query.shape)


def layers_of(weights: Weights) -> int:
    """How many layers there are."""
    return 1 + max(int(name.split(".")[3]) for name in weights if name.startswith(_LAYER))


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Sequences of like length: `rows` their numbers, `ids` (B, T) filled up with 0, `real` (B, T)
    False at what was filled up, None where nothing was."""

    rows: tuple[int, ...]
    ids: Tensor
    real: Tensor | None


def grouped(sequences: Sequence[Ids], shortest: float = 0.8) -> Iterator[Group]:
    """The sequences in groups, longest first, in none of which one is shorter than `shortest` of
    the longest, unless the group would be too small to be worth a pass."""
    order = sorted(range(len(sequences)), key=lambda at: -len(sequences[at]))
    start = 0
    while start < len(order):
        longest, end = len(sequences[order[start]]), start
        while end < len(order) and (len(sequences[order[end]]) >= shortest * longest
                                    or (end - start) * longest < _LEAST_GROUP):
            end += 1
        yield _group(order[start:end], sequences)
        start = end


def _group(rows: Sequence[int], sequences: Sequence[Ids]) -> Group:
    longest = max(len(sequences[row]) for row in rows)
    ids = np.zeros((len(rows), longest), np.int64)
    real = np.zeros((len(rows), longest), np.bool_)
    for at, row in enumerate(rows):
        ids[at, : len(sequences[row])] = sequences[row]
        real[at, : len(sequences[row])] = True
    whole = bool(real.all())
    return Group(tuple(rows), torch.from_numpy(ids), None if whole else torch.from_numpy(real))


def mean_of(hidden: Tensor, real: Tensor | None) -> Tensor:
    """(B, D) fp32 means of (B, T, D) over the real tokens."""
    if real is None:
        return hidden.float().mean(1)
    share = real.float()
    share = share / share.sum(1, keepdim=True)
    return torch.bmm(share[:, None, :], hidden.float()).squeeze(1)


def _tensor(array: Floats) -> Tensor:
    return torch.from_numpy(np.array(array, np.float32))


def _array(tensor: Tensor) -> Floats:
    return np.ascontiguousarray(tensor.detach().float().numpy())


def _linear(matrix: Floats, bias: Floats) -> nn.Linear:
    linear = nn.Linear(matrix.shape[1], matrix.shape[0])
    linear.weight.data, linear.bias.data = _tensor(matrix), _tensor(bias)
    return linear


def _named(weights: Weights, name: str) -> nn.Linear:
    return _linear(weights[f"{name}.weight"], weights[f"{name}.bias"])


def _norm(weights: Weights, name: str, epsilon: float) -> nn.LayerNorm:
    scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
    norm = nn.LayerNorm(len(scale), eps=epsilon)
    norm.weight.data, norm.bias.data = _tensor(scale), _tensor(shift)
    return norm


def _plain(module: nn.Linear | nn.LayerNorm, name: str) -> dict[str, Floats]:
    return {f"{name}.weight": _array(module.weight), f"{name}.bias": _array(module.bias)}
