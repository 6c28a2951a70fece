"""A decoder's weights out of its installed model: what our graph multiplies with, exactly.

The reverse of decoder_graph, so that training begins with the model itself and needs no source.
Knows the names and nodes that decoder_graph writes; refuses graphs of other makers.
"""

from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.export.decoder_weights import (
    BLOCK,
    BlockMatrix,
    DecoderConfig,
    DecoderWeights,
    DenseMatrix,
    Floats,
    LayerWeights,
    LazyLayers,
    Matrix,
)
from engine.export.graph_constants import GraphConstants
from engine.models.manifest import ModelManifest, read_manifest

LAYOUT = "shared-cache"
_HINT = "Choose a model that was added here from a GGUF or from its folder of safetensors."


def read_installed(folder: Path) -> DecoderWeights:
    """The decoder of an installed model folder (layout "shared-cache"); layers are read when
    asked for, so the folder must stay while they are used.

    EngineError where the folder holds another kind of model, or a graph that is not ours.
    """
    manifest = read_manifest(folder)
    if manifest.decoder is None or manifest.decoder.layout != LAYOUT:
        raise EngineError(f"{manifest.name} is kept in a form that cannot be trained further.",
                          _HINT)
    try:
        return _read(GraphConstants.open(folder / manifest.graph), manifest)
    except (KeyError, ValueError, OSError) as other:
        raise EngineError(f"The graph of {manifest.name} is not as Undertone builds it, so its "
                          "weights cannot be read.", _HINT) from other


def _read(graph: GraphConstants, manifest: ModelManifest) -> DecoderWeights:
    info = manifest.decoder
    assert info is not None
    embedding = _embedding(graph)
    vocabulary, hidden = embedding.shape
    heads = cast(int, graph.attribute("layers.0.attended", "num_heads"))
    head = _matrix(graph, "head", hidden)
    tied = _same(head, embedding)
    first = _products(graph, 0, hidden, heads * info.head_size)
    seen = cast(int, graph.attribute("layers.0.attended", "local_window_size"))
    config = DecoderConfig(
        family=_family(graph, seen), layers=info.layers, hidden=hidden, heads=heads,
        kv_heads=info.kv_heads, head_size=info.head_size, ffn=first["gate"].shape[0],
        vocabulary=vocabulary, window=len(graph.read("cos")),
        norm_epsilon=graph.norm_epsilon(), frequencies=_frequencies(graph), tied=tied,
        sliding_window=max(seen, 0))
    layers = LazyLayers(config.layers, lambda number: _layer(graph, config, number),
                        config.layers_to_keep)
    final = graph.read(f"layers.{config.layers - 1}.norm")
    return DecoderWeights(config, embedding, layers, final, None if tied else head)


def _layer(graph: GraphConstants, config: DecoderConfig, number: int) -> LayerWeights:
    prefix = f"layers.{number}."
    wide = config.heads * config.head_size
    before = "first_norm" if number == 0 else f"layers.{number - 1}.norm"
    found = _products(graph, number, config.hidden, wide)
    biases = _biases(graph, number, wide, config.kv_heads * config.head_size)
    return LayerWeights(
        attention_norm=graph.read(before), ffn_norm=graph.read(f"{prefix}ffn_norm"),
        query=found["query"], key=found["key"], value=found["value"], output=found["output"],
        gate=found["gate"], up=found["up"], down=found["down"], **biases,
        query_norm=graph.maybe(f"{prefix}query_norm"),
        key_norm=graph.maybe(f"{prefix}key_norm"))


def _products(graph: GraphConstants, number: int, hidden: int, wide: int) -> dict[str, Matrix]:
    """The seven matrices of a layer; query, key and value may stand in one."""
    prefix = f"layers.{number}."
    found = {name: _matrix(graph, prefix + name, columns) for name, columns in
             (("output", wide), ("gate", hidden), ("up", hidden))}
    found["down"] = _matrix(graph, f"{prefix}down", found["gate"].shape[0])
    if not graph.has_product(f"{prefix}query_key_value"):
        return found | {name: _matrix(graph, prefix + name, hidden)
                        for name in ("query", "key", "value")}
    whole = _matrix(graph, f"{prefix}query_key_value", hidden)
    narrow = (whole.shape[0] - wide) // 2
    ends = (0, wide, wide + narrow, wide + 2 * narrow)
    return found | {name: _rows(whole, start, end) for name, start, end in
                    zip(("query", "key", "value"), ends, ends[1:], strict=False)}


def _biases(graph: GraphConstants, number: int, wide: int, narrow: int
            ) -> dict[str, Floats | None]:
    prefix = f"layers.{number}."
    found: dict[str, Floats | None] = {"output_bias": graph.maybe(f"{prefix}output.bias")}
    joined: Floats | None = graph.maybe(f"{prefix}query_key_value.bias")
    names = ("query", "key", "value")
    for name in names:
        found[f"{name}_bias"] = graph.maybe(f"{prefix}{name}.bias")
    if joined is not None:
        parts = np.split(joined, (wide, wide + narrow))
        found.update((f"{name}_bias", part) for name, part in zip(names, parts, strict=True))
    return found


def _embedding(graph: GraphConstants) -> Matrix:
    whole = graph.maybe("embedding")
    if whole is not None:
        return DenseMatrix(whole)
    codes, scales = graph.read("embedding.codes"), graph.read("embedding.scales")
    if codes.ndim == 2:
        return BlockMatrix(codes, scales, None, 8)
    minima = graph.read("embedding.minima")[:, :, 0]
    bits = 4 if int(codes.max()) < 16 else 8
    flat = codes.reshape(len(codes), -1)
    return _middled(BlockMatrix(flat, scales[:, :, 0], minima, bits))


def _matrix(graph: GraphConstants, name: str, columns: int) -> Matrix:
    """A product's matrix (N, `columns`), whatever it was written as."""
    dense = graph.maybe(f"{name}.weight")
    if dense is not None:
        return DenseMatrix(np.ascontiguousarray(dense.T))
    bits = graph.bits(f"{name}.codes")
    packed = graph.read(f"{name}.codes")
    rows, blocks = packed.shape[:2]
    codes = _unpacked(packed.reshape(rows, -1), bits)
    scales = graph.read(f"{name}.scales").reshape(rows, blocks)
    zeros = _unpacked(graph.read(f"{name}.zeros").reshape(rows, -1), bits)[:, :blocks]
    own = columns // BLOCK
    minima = -scales[:, :own] * zeros[:, :own].astype(np.float32)
    if blocks > own:
        # Columns beyond K multiply the sums of the blocks: what whole zero points leave over.
        wide = codes[:, columns:].reshape(rows, blocks - own, BLOCK).astype(np.float32)
        rest = (wide - zeros[:, own:, None]) * scales[:, own:, None]
        minima += rest.reshape(rows, -1)[:, :own]
    return _middled(BlockMatrix(codes[:, :columns], scales[:, :own], minima, bits))


def _middled(matrix: BlockMatrix) -> BlockMatrix:
    """Without minima where all of them say that zero is the middle code."""
    middle = np.float32(-matrix.middle) * matrix.scales
    if matrix.minima is not None and np.array_equal(matrix.minima, middle):
        return BlockMatrix(matrix.codes, matrix.scales, None, matrix.bits)
    return matrix


def _unpacked(packed: npt.NDArray[np.uint8], bits: int) -> npt.NDArray[np.uint8]:
    """(N, bytes) to (N, codes): 4-bit codes two a byte, the first in the lower half."""
    if bits == 8:
        return packed
    halves = np.empty((*packed.shape, 2), np.uint8)
    halves[..., 0], halves[..., 1] = packed & 15, packed >> 4
    return halves.reshape(len(packed), -1)


def _rows(matrix: Matrix, start: int, end: int) -> Matrix:
    if isinstance(matrix, DenseMatrix):
        return DenseMatrix(matrix.values[start:end])
    minima = None if matrix.minima is None else matrix.minima[start:end]
    part = BlockMatrix(matrix.codes[start:end], matrix.scales[start:end], minima, matrix.bits)
    return _middled(part)


def _same(head: Matrix, embedding: Matrix) -> bool:
    if head.shape != embedding.shape:
        return False
    if isinstance(head, BlockMatrix) and isinstance(embedding, BlockMatrix):
        return (np.array_equal(head.codes, embedding.codes)
                and np.array_equal(head.scales, embedding.scales))
    return np.array_equal(head.dense(), embedding.dense())


def _family(graph: GraphConstants, seen: int) -> str:
    if graph.maybe("layers.0.query_norm") is not None:
        return "qwen3"
    biased = any(graph.maybe(f"layers.0.{name}.bias") is not None
                 for name in ("query_key_value", "query"))
    return "qwen2" if biased else "mistral" if seen > 0 else "llama"


def _frequencies(graph: GraphConstants) -> npt.NDArray[np.float64]:
    """(head_size / 2,) out of the rotary tables. A first guess at place 1 is sharpened at places
    ever further on, where the same rounding is a smaller share of the angle."""
    cosines, sines = graph.read("cos"), graph.read("sin")
    angles = np.arctan2(sines.astype(np.float64), cosines.astype(np.float64))
    found, place = angles[1], 2
    while place < len(angles):
        turns = np.rint((found * place - angles[place]) / (2 * np.pi))
        found = (angles[place] + 2 * np.pi * turns) / place
        place *= 2
    return found
