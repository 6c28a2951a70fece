"""The fast graph says what the papers' formulas say, whatever family, weights and cache."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.errors import EngineError
from engine.export.decoder_graph import (
    MOST_WINDOW,
    build_decoder_graph,
    build_probe_graph,
    build_prompt_graph,
)
from engine.export.decoder_weights import BlockMatrix, DecoderWeights, DenseMatrix
from engine.inference.onnx_model import OnnxModel
from tests.tiny_blocks import some_blocks
from tests.tiny_forms import every_row, off, opened, reach_of, some_ids, weights_of
from tests.tiny_hub import TinyShape, plain_logits

FAMILIES = ("llama", "mistral", "qwen2", "qwen3")
IDS = some_ids(40)


def kinds(graph: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in graph.graph.node]


def exact(folder: Path, weights: DecoderWeights) -> np.ndarray:
    return every_row(opened(folder, weights), IDS)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", ["", "8", "4"])
@pytest.mark.parametrize("tied", [True, False])
def test_it_says_what_the_weights_say(family: str, kind: str, tied: bool, tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape(family, tied=tied), kind)
    assert exact(tmp_path, weights) == pytest.approx(plain_logits(weights, list(IDS)), abs=1e-3)


@pytest.mark.parametrize("shape", [
    TinyShape(hidden=32, heads=2, kv_heads=2), TinyShape(kv_heads=4), TinyShape(kv_heads=1),
    TinyShape(hidden=96, head_size=32, ffn=160), TinyShape(layers=1), TinyShape(hidden=40, ffn=72),
    TinyShape("qwen3", hidden=64, heads=2, head_size=64, kv_heads=1)], ids=str)
def test_widths_and_heads_may_be_any(shape: TinyShape, tmp_path: Path) -> None:
    weights = weights_of(tmp_path, shape, "4")
    assert exact(tmp_path, weights) == pytest.approx(plain_logits(weights, list(IDS)), abs=1e-3)


@pytest.mark.parametrize("kind", ["Q4_0", "Q8_0", "F16"])
@pytest.mark.parametrize("tied", [True, False])
def test_a_gguf_is_said_exactly(kind: str, tied: bool, tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape(tied=tied), kind)
    assert exact(tmp_path, weights) == pytest.approx(plain_logits(weights, list(IDS)), abs=1e-3)


def test_float_minima_are_said_nearly(tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape(), "Q4_1")
    assert isinstance(weights.embedding, BlockMatrix) and weights.embedding.minima is not None
    expected = plain_logits(weights, list(IDS))
    found = exact(tmp_path, weights)
    assert off(found, expected) < 0.015
    # AND much nearer than the weights are to what they were rounded from
    whole = weights_of(tmp_path / "whole", TinyShape())
    assert off(found, expected) < 0.15 * off(plain_logits(whole, list(IDS)), expected)


def test_matrices_of_one_layer_may_be_of_many_kinds(tmp_path: Path) -> None:
    """As GGUFs mix them: 6-bit values among 4-bit queries, for instance."""
    weights = weights_of(tmp_path, TinyShape("qwen2"), "4")
    first, last = weights.layers
    wide, narrow = first.query.shape, first.value.shape
    mixed = replace(weights, layers=[
        replace(first, query=some_blocks(*wide, 4, minima=False), value=some_blocks(
            *narrow, 8, minima=False, seed=1)),
        replace(last, key=DenseMatrix(last.key.dense()), output_bias=np.ones(64, np.float32))])
    found = exact(tmp_path, mixed)
    expected = plain_logits(mixed, list(IDS))
    assert found == pytest.approx(expected, abs=2e-3)
    # AND by rows they are one product again
    assert kinds(build_prompt_graph(mixed)).count("MatMulIntegerToFloat") == 5 + 1


@pytest.mark.parametrize("accuracy, most", [(0, 0.02), (4, 0.04)])
@pytest.mark.parametrize("family", FAMILIES)
def test_an_8_bit_cache_says_nearly_the_same(family: str, accuracy: int, most: float,
                                             tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape(family), "8")
    scales = reach_of(tmp_path, weights, [IDS]).cache_scales()
    decoder = opened(tmp_path, weights, scales, accuracy)
    assert decoder.new_cache().states["past_key_values.0.key"].fetched().dtype == np.int8
    assert off(every_row(decoder, IDS), plain_logits(weights, list(IDS))) < most


@pytest.mark.parametrize("back", [1, 5, 16])
def test_a_sliding_window_sees_so_far_and_no_further(back: int, tmp_path: Path) -> None:
    shape = TinyShape("mistral", more={"sliding_window": back})
    weights = weights_of(tmp_path, shape)
    assert weights.config.sliding_window == back
    expected = plain_logits(weights, list(IDS))
    decoder = opened(tmp_path, weights)
    assert every_row(decoder, IDS) == pytest.approx(expected, abs=1e-3)
    # AND the same in pieces, some beyond it
    cache = decoder.new_cache()
    for start, end in ((0, 3), (3, 20), (20, 21), (21, 40)):
        found = decoder.read(cache, IDS[start:end], range(end - start))
        assert found == pytest.approx(expected[start:end], abs=1e-3)


def test_queries_keys_and_values_are_one_product_where_they_can_be(tmp_path: Path) -> None:
    graph = build_decoder_graph(weights_of(tmp_path, TinyShape(tied=False), "4"))
    # two layers of qkv, output, gate, up, down; and the head
    assert kinds(graph).count("MatMulNBits") == 2 * 5 + 1
    normed = build_decoder_graph(weights_of(tmp_path / "qwen3", TinyShape("qwen3"), "4"))
    assert kinds(normed).count("MatMulNBits") == 2 * 7 + 1


def test_the_graph_for_prompts_does_nothing_in_vain(tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape())
    graph = build_prompt_graph(weights)
    assert {value.name for value in graph.graph.output} == {
        f"present.{layer}.{part}" for layer in range(2) for part in ("key", "value")}
    # the last layer ends with its keys, and nothing is said
    assert kinds(graph).count("MatMulIntegerToFloat") == 5 + 1
    assert "rows" not in {value.name for value in graph.graph.input}


def test_angles_reach_as_far_as_the_window(tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape(window=50))
    for window, expected in ((50, 50), (1_000_000, MOST_WINDOW)):
        long = replace(weights, config=replace(weights.config, window=window))
        sizes = {tensor.name: list(tensor.dims) for tensor in
                 build_decoder_graph(long).graph.initializer}
        assert sizes["cos"] == sizes["sin"] == [expected, 8]


@pytest.mark.parametrize("size", [8, 20, 24, 100])
def test_heads_the_runtime_cannot_turn_are_a_sentence(size: int, tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape(head_size=size))
    with pytest.raises(EngineError, match=f"heads of this model have {size} numbers"):
        build_decoder_graph(weights)


def test_the_probe_tells_of_every_product(tmp_path: Path) -> None:
    graph, places = build_probe_graph(weights_of(tmp_path, TinyShape()))
    onnx.save(graph, tmp_path / "probe.onnx")
    model = OnnxModel.open(tmp_path / "probe.onnx")
    assert set(places) == {f"{layer}.{place}" for layer in range(2)
                           for place in ("attention", "ffn", "down")}
    assert set(places.values()) <= set(model.outputs) and "logits" in model.outputs
