"""The fast graph of a decoder (Llama, Mistral, Qwen2, Qwen3): grouped attention over one cache.

Rotary and cache live inside the attention node, so that past and present can be one buffer; the
head sees only the rows asked for. `build_decoder_graph` gives the whole; `build_prompt_graph` one
that only fills the cache, fast. Knows no files.
"""

from dataclasses import dataclass

import numpy as np
import onnx

from engine.errors import EngineError
from engine.export.decoder_weights import (
    BLOCK,
    BlockMatrix,
    DecoderWeights,
    DenseMatrix,
    Floats,
    LayerWeights,
    Matrix,
)
from engine.export.graph_nodes import FLOAT, INT8, INT32, INT64, RUNTIME, UINT8, GraphNodes
from engine.export.linears import BlockLinears, Linears, Part, RowLinears, join
from engine.inference.integer_products import GREATEST, INPUTS, PRODUCTS, WIDTH

MOST_WINDOW = 32_768
"""Longer rotary tables would outweigh small models."""
_HEAD_STEP = 16
"""The runtime's rotary takes heads whose size is a multiple of it."""


@dataclass(frozen=True, slots=True, eq=False)
class CacheScales:
    """What one step of the 8-bit cache is worth: `keys`, `values` (layers, kv_heads, head_size)."""

    keys: Floats
    values: Floats


def build_decoder_graph(weights: DecoderWeights, cache: CacheScales | None = None,
                        accuracy: int = 4) -> onnx.ModelProto:
    """The whole decoder: tokens in, logits out. The cache is int8 with `cache`, else float32.

    `accuracy` 4 rounds what goes into matrix products to 8 bits, 0 leaves it as it is.
    """
    graph = _DecoderGraph(weights, BlockLinears(accuracy), cache)
    graph.body(weights.config.layers)
    graph.head()
    return graph.nodes.finished("decoder")


def build_prompt_graph(weights: DecoderWeights) -> onnx.ModelProto:
    """A graph that reads many tokens into a float32 cache and says nothing of them."""
    graph = _DecoderGraph(weights, RowLinears(), None)
    graph.body(weights.config.layers - 1)
    graph.last_keys()
    return graph.nodes.finished("prompt")


def build_exactness_graph() -> onnx.ModelProto:
    """One product of the greatest 8-bit numbers: see engine.inference.integer_products."""
    nodes = GraphNodes()
    given = nodes.input(INPUTS, UINT8, [1, WIDTH])
    weights = nodes.constant("weights", np.full((WIDTH, 32), GREATEST[1], np.int8))
    nodes.add("MatMulInteger", [given, weights], outputs=[PRODUCTS])
    nodes.output(PRODUCTS, INT32, [1, 32])
    return nodes.finished("exactness")


def build_probe_graph(weights: DecoderWeights) -> tuple[onnx.ModelProto, dict[str, str]]:
    """The whole decoder with exact inputs, which also tells how far the inputs of its products
    reach: output name by "layer.place", places attention, ffn and down, each (K,)."""
    graph = _DecoderGraph(weights, BlockLinears(accuracy=0), None)
    graph.body(weights.config.layers)
    graph.head()
    reaches = {place: graph.reach(place, value) for place, value in graph.watched.items()}
    return graph.nodes.finished("probe"), reaches


class _DecoderGraph:
    """A decoder's graph while it is written, from the embedding upwards."""

    def __init__(self, weights: DecoderWeights, linears: Linears,
                 cache: CacheScales | None) -> None:
        self.nodes = GraphNodes()
        self.watched: dict[str, str] = {}
        self._weights = weights
        self._config = weights.config
        if self._config.head_size % _HEAD_STEP:
            raise EngineError(
                f"The heads of this model have {self._config.head_size} numbers each, and the "
                f"runtime reads only multiples of {_HEAD_STEP}.", "Choose another model.")
        self._linears = linears
        self._cache = cache
        self._inputs()
        self._rotary()
        self._carried = self._embedding(weights.embedding)
        self._normed = self._first_norm(weights.layers[0].attention_norm)

    def body(self, layers: int) -> None:
        """So many layers, each with the norm of the next one behind it."""
        for number in range(layers):
            layer = self._weights.layers[number]
            mixed = self._attention(number, layer)
            self._add_and_norm(f"layers.{number}.ffn_norm", mixed, layer.ffn_norm)
            after = self._feed_forward(number, layer)
            self._add_and_norm(f"layers.{number}.norm", after, self._norm_after(number))

    def last_keys(self) -> None:
        """Of the last layer only what the cache wants."""
        number = self._config.layers - 1
        self._attend(number, self._weights.layers[number])

    def head(self) -> None:
        """Logits (B, R, V) of the rows asked for."""
        rows = self.nodes.input("rows", INT64, ["R"])
        chosen = self.nodes.add("Gather", [self._normed, rows], axis=1)
        matrix = self._weights.head or self._weights.embedding
        logits = self._linears.product(self.nodes, "head", chosen, (matrix, None))
        self.nodes.add("Identity", [logits], outputs=["logits"])
        self.nodes.output("logits", FLOAT, ["B", "R", self._config.vocabulary])

    def reach(self, place: str, value: str) -> str:
        """An output (K,): the greatest absolute value of each column."""
        axes = self.nodes.constant("tokens", np.array([0, 1]))
        name = f"reach.{place}"
        self.nodes.add("ReduceMax", [self.nodes.add("Abs", [value]), axes], outputs=[name],
                       keepdims=0)
        return self.nodes.output(name, FLOAT, ["K"])

    def _inputs(self) -> None:
        for name, kind, shape in (("input_ids", INT64, ["B", "T"]), ("seqlens_k", INT32, ["B"]),
                                  ("total_length", INT32, [])):
            self.nodes.input(name, kind, shape)

    def _rotary(self) -> None:
        """Tables (window, head_size / 2) of the angles' cosines and sines."""
        places = np.arange(min(self._config.window, MOST_WINDOW))
        angles = np.outer(places, self._config.frequencies)
        for name, table in (("cos", np.cos(angles)), ("sin", np.sin(angles))):
            self.nodes.constant(name, table.astype(np.float32))

    def _embedding(self, matrix: Matrix) -> str:
        """(B, T, hidden): the tokens' rows."""
        nodes = self.nodes
        if isinstance(matrix, DenseMatrix):
            rows = nodes.add("Gather", [nodes.constant("embedding", matrix.values), "input_ids"])
            return nodes.add("Cast", [rows], to=FLOAT)
        if matrix.minima is None and matrix.bits == 8:
            return nodes.add(
                "GatherBlockQuantized",
                [nodes.constant("embedding.codes", matrix.codes), "input_ids",
                 nodes.constant("embedding.scales", matrix.scales)],
                domain=RUNTIME, bits=8, block_size=BLOCK, gather_axis=0, quantize_axis=1)
        return self._embedding_of_blocks(matrix)

    def _embedding_of_blocks(self, matrix: BlockMatrix) -> str:
        """Rows of blocks with float minima, which no single node knows."""
        nodes, (rows, columns) = self.nodes, matrix.shape
        minima = matrix.minima
        if minima is None:
            minima = (-matrix.middle * matrix.scales).astype(np.float32)
        codes = nodes.add("Gather", [
            nodes.constant("embedding.codes", matrix.codes.reshape(rows, -1, BLOCK)), "input_ids"])
        parts = [nodes.add("Gather", [nodes.constant(f"embedding.{name}", part[:, :, None]),
                                      "input_ids"])
                 for name, part in (("scales", matrix.scales), ("minima", minima))]
        scaled = nodes.add("Mul", [nodes.add("Cast", [codes], to=FLOAT), parts[0]])
        shape = nodes.constant("embedding.shape", np.array([0, 0, columns]))
        return nodes.add("Reshape", [nodes.add("Add", [scaled, parts[1]]), shape])

    def _first_norm(self, gain: Floats) -> str:
        return self._norm("first_norm", self._carried, gain)

    def _norm(self, name: str, value: str, gain: Floats) -> str:
        return self.nodes.add(
            "SimplifiedLayerNormalization", [value, self.nodes.constant(name, gain)], axis=-1,
            epsilon=self._config.norm_epsilon, stash_type=1)

    def _norm_after(self, number: int) -> Floats:
        last = number + 1 == self._config.layers
        return self._weights.final_norm if last else self._weights.layers[
            number + 1].attention_norm

    def _add_and_norm(self, name: str, value: str, gain: Floats) -> None:
        """The residual stream takes the value up; what the next products see is normalised."""
        carried = f"{name}.carried"
        self._normed = self.nodes.add(
            "SkipSimplifiedLayerNormalization",
            [self._carried, value, self.nodes.constant(name, gain)], domain=RUNTIME,
            outputs=[f"{name}.normed", "", "", carried], epsilon=self._config.norm_epsilon)
        self._carried = carried

    def _attention(self, number: int, layer: LayerWeights) -> str:
        attended = self._attend(number, layer)
        return self._product(f"layers.{number}.output", attended,
                             (layer.output, layer.output_bias))

    def _attend(self, number: int, layer: LayerWeights) -> str:
        """(B, T, heads * head_size); keys and values join the cache."""
        prefix = f"layers.{number}"
        self.watched[f"{number}.attention"] = self._normed
        inputs = self._query_key_value(prefix, layer)
        past = [self._cache_input(number, part) for part in ("key", "value")]
        present = [f"present.{number}.{part}" for part in ("key", "value")]
        inputs = [*inputs, *past, "seqlens_k", "total_length", "cos", "sin"]
        attributes: dict[str, object] = {}
        if self._cache is not None:
            inputs += ["", "", "", *self._scales(number, self._cache)]
            attributes = {"k_quant_type": "PER_CHANNEL", "v_quant_type": "PER_CHANNEL",
                          "kv_cache_bit_width": 8}
        config = self._config
        attended = self.nodes.add(
            "GroupQueryAttention", inputs, domain=RUNTIME,
            outputs=[f"{prefix}.attended", *present], num_heads=config.heads,
            kv_num_heads=config.kv_heads, do_rotary=1, scale=config.head_size ** -0.5,
            rotary_interleaved=0, local_window_size=config.sliding_window or -1, **attributes)
        for name in present:
            self.nodes.output(name, self._cache_kind, self._cache_shape("room_after"))
        return attended

    def _query_key_value(self, prefix: str, layer: LayerWeights) -> list[str]:
        """One packed value and two empty names, or three values."""
        parts: list[Part] = [(layer.query, layer.query_bias), (layer.key, layer.key_bias),
                             (layer.value, layer.value_bias)]
        if layer.query_norm is None and self._linears.joins(parts):
            return [self._product(f"{prefix}.query_key_value", self._normed, join(parts)), "", ""]
        names = ("query", "key", "value")
        made = [self._product(f"{prefix}.{name}", self._normed, part)
                for name, part in zip(names, parts, strict=True)]
        for place, gain in enumerate((layer.query_norm, layer.key_norm)):
            if gain is not None:
                made[place] = self._head_norm(f"{prefix}.{names[place]}_norm", made[place], gain)
        return made

    def _head_norm(self, name: str, value: str, gain: Floats) -> str:
        """Every head normalised by itself (Qwen3)."""
        apart = self.nodes.constant("heads_apart", np.array([0, 0, -1, self._config.head_size]))
        together = self.nodes.constant("heads_together", np.array([0, 0, -1]))
        heads = self.nodes.add("Reshape", [value, apart])
        return self.nodes.add("Reshape", [self._norm(name, heads, gain), together])

    def _feed_forward(self, number: int, layer: LayerWeights) -> str:
        """down(silu(gate) * up)."""
        prefix = f"layers.{number}"
        self.watched[f"{number}.ffn"] = self._normed
        gate = self._product(f"{prefix}.gate", self._normed, (layer.gate, None))
        up = self._product(f"{prefix}.up", self._normed, (layer.up, None))
        # QuickGelu with alpha 1 is SiLU in one node.
        open_gate = self.nodes.add("QuickGelu", [gate], domain=RUNTIME, alpha=1.0)
        inner = self.nodes.add("Mul", [open_gate, up])
        self.watched[f"{number}.down"] = inner
        return self._product(f"{prefix}.down", inner, (layer.down, None))

    def _product(self, name: str, value: str, part: Part) -> str:
        return self._linears.product(self.nodes, name, value, part)

    @property
    def _cache_kind(self) -> int:
        return FLOAT if self._cache is None else INT8

    def _cache_shape(self, room: str) -> list[str | int]:
        return ["B", self._config.kv_heads, room, self._config.head_size]

    def _cache_input(self, number: int, part: str) -> str:
        return self.nodes.input(f"past_key_values.{number}.{part}", self._cache_kind,
                                self._cache_shape("room"))

    def _scales(self, number: int, cache: CacheScales) -> list[str]:
        return [self.nodes.constant(f"layers.{number}.{name}_step", part[number][None, :, None, :])
                for name, part in (("key", cache.keys), ("value", cache.values))]
