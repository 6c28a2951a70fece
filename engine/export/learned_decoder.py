"""Between a decoder that is installed and one that learns: its weights there, and back again.

What training did not touch comes back in the very blocks it had; what it changed is rounded to 8
bits. Knows no files.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np
from torch import Tensor

from engine.export.decoder_weights import (
    BlockMatrix,
    DecoderWeights,
    DenseMatrix,
    Floats,
    LayerWeights,
    Matrix,
)
from engine.export.quantize import quantize
from engine.training.tasks.causal.decoder import CausalModel
from engine.training.tasks.causal.weights import CausalWeights

_BITS = 8


def trainable(weights: DecoderWeights) -> CausalWeights:
    """The same decoder as training reads it."""
    def read(name: str) -> Floats | None:
        return _dense(_part(weights, name))

    return CausalWeights(weights.config, read)


def learned(weights: DecoderWeights, model: CausalModel, bits: int = _BITS) -> DecoderWeights:
    """The decoder with what `model` has learned: changed matrices in `bits` (0: exact, fp32),
    the others as they were."""
    found: dict[str, Tensor] = {name: value for name, value in model.matrices()
                                if model.changed(name)}
    layers = [_layer(weights.layers[number], _below(found, f"layers.{number}."), bits)
              for number in range(weights.config.layers)]
    head = _matrix(found["head"], bits) if "head" in found else weights.head
    embedding = _matrix(found["embedding"], bits) if "embedding" in found else weights.embedding
    norm = found["final_norm"].numpy() if "final_norm" in found else weights.final_norm
    return DecoderWeights(replace(weights.config, tied=head is None), embedding, layers, norm, head)


def _below(found: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in found.items()
            if name.startswith(prefix)}


def _layer(layer: LayerWeights, found: Mapping[str, Tensor], bits: int) -> LayerWeights:
    held = {field.name: getattr(layer, field.name) for field in fields(layer)}
    for name, value in found.items():
        held[name] = _matrix(value, bits) if value.dim() == 2 else value.numpy()
    return LayerWeights(**held)


def _matrix(value: Tensor, bits: int) -> Matrix:
    dense = DenseMatrix(np.ascontiguousarray(value.cpu().numpy()))
    return quantize(dense, bits) if bits else dense


def _part(weights: DecoderWeights, name: str) -> Matrix | Floats | None:
    if not name.startswith("layers."):
        return getattr(weights, name)
    _, number, part = name.split(".")
    return getattr(weights.layers[int(number)], part, None)


def _dense(part: Matrix | Floats | None) -> Floats | None:
    if isinstance(part, BlockMatrix | DenseMatrix):
        return part.dense()
    return part
