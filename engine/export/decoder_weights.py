"""The one value every source of a decoder is read into: its shape, its matrices, its vectors.

Knows no file formats and no graph. Every matrix is (N out, K in) as torch keeps a linear layer;
rotary halves are split (the first half of a head turns with the second), never interleaved.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt

from engine.training.tasks.causal.weights import CausalShape

Floats = npt.NDArray[np.float32]
Half = npt.NDArray[np.float16]
Codes = npt.NDArray[np.uint8]

BLOCK = 32
"""Weights of a row that share a scale."""

_MOST_HELD = 2_000_000_000
FAMILIES = ("llama", "mistral", "qwen2", "qwen3")


@dataclass(frozen=True, slots=True, eq=False)
class DenseMatrix:
    """Weights as they are: `values` (N, K) fp32 or fp16."""

    values: Floats | Half

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.values.shape
        return rows, columns

    def dense(self) -> Floats:
        """(N, K) fp32."""
        return self.values.astype(np.float32, copy=False)

    def top(self, rows: int) -> "DenseMatrix":
        """Its first rows."""
        return DenseMatrix(self.values[:rows])


@dataclass(frozen=True, slots=True, eq=False)
class BlockMatrix:
    """Weights in blocks of 32 along K, exactly: weight = scale * code + minimum.

    `codes` (N, K) 0..15 or 0..255; `scales` (N, K/32) fp32, which may be negative; `minima`
    (N, K/32) fp32, or None where zero is the middle code, 8 or 128: weight = scale * (code - 8).
    """

    codes: Codes
    scales: Floats
    minima: Floats | None
    bits: int

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.codes.shape
        return rows, columns

    @property
    def middle(self) -> int:
        """The code that stands for zero where there are no minima."""
        return 1 << (self.bits - 1)

    def dense(self) -> Floats:
        """(N, K) fp32."""
        rows, columns = self.codes.shape
        blocks = self.codes.reshape(rows, -1, BLOCK).astype(np.float32)
        if self.minima is None:
            blocks -= self.middle
        blocks *= self.scales[:, :, None]
        if self.minima is not None:
            blocks += self.minima[:, :, None]
        return blocks.reshape(rows, columns)

    def top(self, rows: int) -> "BlockMatrix":
        """Its first rows."""
        minima = None if self.minima is None else self.minima[:rows]
        return BlockMatrix(self.codes[:rows], self.scales[:rows], minima, self.bits)


Matrix = DenseMatrix | BlockMatrix


def from_bf16(halves: npt.NDArray[np.uint16]) -> Floats:
    """fp32 of the same shape from brain floats, which are its upper halves."""
    return (halves.astype(np.uint32) << 16).view(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class DecoderConfig(CausalShape):
    """The numbers of a decoder that its weights do not tell, and its family, one of FAMILIES.

    `frequencies` have whatever scaling the model wants already inside; `window` is the most tokens
    it was made for.
    """

    family: str = field(kw_only=True)

    @property
    def layer_size(self) -> int:
        """How many weights the matrices of a layer have."""
        wide, narrow = self.heads * self.head_size, self.kv_heads * self.head_size
        return self.hidden * (2 * wide + 2 * narrow + 3 * self.ffn)

    @property
    def layers_to_keep(self) -> int:
        """How many layers may stay in memory while a graph is built."""
        return _MOST_HELD // max(self.layer_size, 1)


@dataclass(frozen=True, slots=True, eq=False)
class LayerWeights:
    """One layer. Biases and the norms of query and key (head_size,) stand where the family has
    them: the biases of Qwen2, the norms of Qwen3."""

    attention_norm: Floats
    query: Matrix
    key: Matrix
    value: Matrix
    output: Matrix
    ffn_norm: Floats
    gate: Matrix
    up: Matrix
    down: Matrix
    query_bias: Floats | None = None
    key_bias: Floats | None = None
    value_bias: Floats | None = None
    output_bias: Floats | None = None
    query_norm: Floats | None = None
    key_norm: Floats | None = None

    def parts(self) -> tuple[Matrix | Floats, ...]:
        """Everything the layer has, in no particular order."""
        held = (getattr(self, field.name) for field in fields(self))
        return tuple(part for part in held if part is not None)


class LazyLayers(Sequence[LayerWeights]):
    """Layers that are read when asked for. The `kept` asked for last stay in memory, so that a
    large model is never whole in it and a small one is read once."""

    def __init__(self, count: int, read: Callable[[int], LayerWeights], kept: int = 2) -> None:
        self._count = count
        self._read = read
        self._kept = max(kept, 2)  # whoever builds a layer looks at the next one as well
        self._held: dict[int, LayerWeights] = {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> LayerWeights:  # type: ignore[override]
        if not 0 <= index < self._count:
            raise IndexError(index)
        layer = self._held.pop(index, None) or self._read(index)
        self._held[index] = layer
        if len(self._held) > self._kept:
            del self._held[next(iter(self._held))]
        return layer

    def __iter__(self) -> Iterator[LayerWeights]:
        return (self[index] for index in range(self._count))


@dataclass(frozen=True, slots=True, eq=False)
class DecoderWeights:
    """A whole decoder. `embedding` (V, hidden); `head` (V, hidden), None where it is the
    embedding; `final_norm` (hidden,)."""

    config: DecoderConfig
    embedding: Matrix
    layers: Sequence[LayerWeights]
    final_norm: Floats
    head: Matrix | None = None

    def parameters(self) -> int:
        """How many weights its matrices have, each counted once."""
        tables = self.config.vocabulary * self.config.hidden * (1 if self.head is None else 2)
        return self.config.layers * self.config.layer_size + tables

    def all_finite(self) -> bool:
        """Whether every weight is a number."""
        ends = (self.embedding, self.final_norm, *([] if self.head is None else [self.head]))
        return all(map(_finite, ends)) and all(
            _finite(part) for layer in self.layers for part in layer.parts())


def _finite(part: Matrix | Floats) -> bool:
    if isinstance(part, BlockMatrix):
        return _finite(part.scales) and (part.minima is None or _finite(part.minima))
    values = part.values if isinstance(part, DenseMatrix) else part
    return bool(np.isfinite(values).all())
