"""How far values reach inside a decoder, measured on texts of our own, and what follows from it.

The reach of keys and values gives the steps of the 8-bit cache; the reach of what goes into a
product is shared out between it and its weights, so that both round well to 8 bits (SmoothQuant,
Xiao et al. 2023, migration strength one half).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.export.decoder_graph import CacheScales, build_probe_graph
from engine.export.decoder_weights import (
    DecoderConfig,
    DecoderWeights,
    DenseMatrix,
    Floats,
    LayerWeights,
    LazyLayers,
    Matrix,
)
from engine.export.weight_file import save_graphs
from engine.inference.decoder import Logits
from engine.inference.onnx_model import Array, OnnxModel
from engine.inference.tokenizer import Ids

_MARGIN = 1.4
"""Other texts reach further than ours. Measured on a 135M model: with 1.2, what was cut off of a
lyric's keys moved its next words ten times as far as the coarser steps of 1.4 do."""
_MOST_SHIFT = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Greatest absolute values: `inputs` by "layer.attention", ".ffn", ".down" (K,); `keys` and
    `values` (layers, kv_heads, head_size)."""

    inputs: dict[str, Floats]
    keys: Floats
    values: Floats

    def cache_scales(self) -> CacheScales:
        """Steps of an 8-bit cache that holds everything seen, and some more."""
        keys, values = (np.maximum(part * np.float32(_MARGIN / 127), np.float32(1e-6))
                        for part in (self.keys, self.values))
        return CacheScales(keys, values)


class Probe:
    """The decoder with exact inputs, open to be looked into. Lies in a file of its own."""

    def __init__(self, weights: DecoderWeights, file: Path) -> None:
        self._config = weights.config
        graph, self._reaches = build_probe_graph(weights)
        save_graphs({file.name: graph}, file.parent, f"{file.name}.data")
        self._model = OnnxModel.open(file)

    def reach(self, sequences: Sequence[Ids]) -> Reach:
        """The furthest reach over all sequences of token ids."""
        names = list(self._reaches.values())
        caches = [f"present.{number}.{part}" for part in ("key", "value")
                  for number in range(self._config.layers)]
        inputs: list[Floats] = [np.zeros(1, np.float32)] * len(names)
        states: list[Floats] = [np.zeros(1, np.float32)] * len(caches)
        for ids in sequences:
            found = self._model.run([*names, *caches], _fed(self._config, ids))
            inputs = [np.maximum(old, new) for old, new in
                      zip(inputs, found[:len(names)], strict=True)]
            states = [np.maximum(old, np.abs(new[0]).max(1)) for old, new in
                      zip(states, found[len(names):], strict=True)]
        half = self._config.layers
        return Reach(dict(zip(self._reaches, inputs, strict=True)),
                     np.stack(states[:half]).astype(np.float32),
                     np.stack(states[half:]).astype(np.float32))

    def logits(self, ids: Ids) -> Logits:
        """(T, V) after each token."""
        fed = {**_fed(self._config, ids), "rows": np.arange(len(ids))}
        return self._model.run(["logits"], fed)[0][0]


def smoothed(weights: DecoderWeights, reach: Reach) -> DecoderWeights:
    """The same decoder, except that no column of its inputs reaches far beyond the others.

    What a column loses its weights gain; norms and the rows of `up` take the factor in.
    """
    layers = weights.layers
    return replace(weights, layers=LazyLayers(
        len(layers), lambda number: _smoothed_layer(layers[number], number, reach.inputs)))


def _smoothed_layer(layer: LayerWeights, number: int, reach: dict[str, Floats]) -> LayerWeights:
    query, key, value, gate, up, down = (
        matrix.dense() for matrix in (layer.query, layer.key, layer.value, layer.gate, layer.up,
                                      layer.down))
    attention = _factors(reach[f"{number}.attention"], query, key, value)
    ffn = _factors(reach[f"{number}.ffn"], gate, up)
    inner = _factors(reach[f"{number}.down"], down)
    return replace(
        layer,
        attention_norm=layer.attention_norm / attention, query=_scaled(query, attention),
        key=_scaled(key, attention), value=_scaled(value, attention),
        ffn_norm=layer.ffn_norm / ffn, gate=_scaled(gate, ffn),
        up=DenseMatrix(up * ffn / inner[:, None]), down=_scaled(down, inner))


def _factors(reach: Floats, *matrices: Floats) -> Floats:
    """(K,) by how much each column of the input is divided, about one in the mean."""
    weights = np.max([np.abs(matrix).max(0) for matrix in matrices], axis=0)
    factors = np.sqrt(np.maximum(reach, 1e-5) / np.maximum(weights, 1e-5))
    factors /= np.exp(np.log(factors).mean())
    return np.clip(factors, 1 / _MOST_SHIFT, _MOST_SHIFT).astype(np.float32)


def _scaled(matrix: Floats, factors: Floats) -> Matrix:
    return DenseMatrix(matrix * factors)


def _fed(config: DecoderConfig, ids: Ids) -> dict[str, Array]:
    """A sequence read at once into an empty cache."""
    empty = np.zeros((1, config.kv_heads, 0, config.head_size), np.float32)
    caches: dict[str, Array] = {
        f"past_key_values.{number}.{part}": empty
        for number in range(config.layers) for part in ("key", "value")}
    return {"input_ids": np.array([ids], np.int64), "rows": np.array([len(ids) - 1], np.int64),
            "seqlens_k": np.array([len(ids) - 1], np.int32),
            "total_length": np.array(len(ids), np.int32), **caches}
