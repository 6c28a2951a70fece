"""The halved graph answers like the whole one, in half the memory of its cache."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.errors import EngineError
from engine.export.decoder_graph import CacheScales
from engine.export.half_precision import save_half, to_half
from engine.inference.onnx_model import OnnxModel
from engine.inference.shared_cache_decoder import SharedCacheDecoder
from tests.tiny_forms import every_row, off, opened, some_ids, weights_of
from tests.tiny_hub import TinyShape

HEADS, SIZE, VOCABULARY, PLACES = 2, 16, 50, 24
WIDTH = HEADS * SIZE
KIND = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(int8)": np.int8}


def small_decoder(cache: int = TensorProto.FLOAT) -> onnx.ModelProto:
    """One layer of attention between an embedding and a head of 8-bit weights."""
    some = np.random.default_rng(5)
    angles = np.outer(np.arange(PLACES), 100.0 ** (-np.arange(SIZE // 2) / (SIZE // 2)))
    constants = {
        "embedding": some.normal(size=(VOCABULARY, 3 * WIDTH)).astype(np.float32),
        "cos": np.cos(angles).astype(np.float32), "sin": np.sin(angles).astype(np.float32),
        "head": some.integers(0, 256, (VOCABULARY, 1, WIDTH), np.uint8),
        "head.scales": some.uniform(0.001, 0.01, VOCABULARY).astype(np.float32),
        "scale": np.array([0.03], np.float32)}
    quantized = cache == TensorProto.INT8
    attention = helper.make_node(
        "GroupQueryAttention",
        ["x", "", "", "past_key_values.0.key", "past_key_values.0.value", "seqlens_k",
         "total_length", "cos", "sin", *(["", "", "", "scale", "scale"] if quantized else [])],
        ["a", "present.0.key", "present.0.value"], "attention", domain="com.microsoft",
        num_heads=HEADS, kv_num_heads=HEADS, do_rotary=1,
        **({"k_quant_type": "PER_TENSOR", "v_quant_type": "PER_TENSOR", "kv_cache_bit_width": 8}
           if quantized else {}))
    nodes = [
        helper.make_node("Gather", ["embedding", "input_ids"], ["x"], "embed"),
        attention,
        helper.make_node("Cast", ["a"], ["b"], "stay", to=TensorProto.FLOAT),
        helper.make_node("MatMulNBits", ["b", "head", "head.scales"], ["logits"], "head",
                         domain="com.microsoft", K=WIDTH, N=VOCABULARY, bits=8, block_size=32,
                         accuracy_level=4)]
    state = ["B", HEADS, "C", SIZE]
    info = helper.make_tensor_value_info
    inputs = [info("input_ids", TensorProto.INT64, ["B", "T"]),
              info("seqlens_k", TensorProto.INT32, ["B"]),
              info("total_length", TensorProto.INT32, []),
              *(info(f"past_key_values.0.{part}", cache, state) for part in ("key", "value"))]
    outputs = [info("logits", TensorProto.FLOAT, ["B", "T", VOCABULARY]),
               *(info(f"present.0.{part}", cache, state) for part in ("key", "value"))]
    graph = helper.make_graph(nodes, "decoder", inputs, outputs, [
        numpy_helper.from_array(value, name) for name, value in constants.items()
        if name != "scale" or quantized])
    return helper.make_model(graph, ir_version=10, opset_imports=[
        helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)])


def logits(model: onnx.ModelProto, ids: list[int]) -> np.ndarray:
    """(T, V), every token read in a run of its own over one bound cache."""
    session = onnxruntime.InferenceSession(model.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    for value in session.get_inputs():
        if value.name.startswith("past"):
            empty = np.zeros((1, HEADS, PLACES, SIZE), KIND[value.type])
            kept = onnxruntime.OrtValue.ortvalue_from_numpy(empty)
            binding.bind_ortvalue_input(value.name, kept)
            binding.bind_ortvalue_output(value.name.replace("past_key_values", "present"), kept)
    found = []
    for at, token in enumerate(ids):
        binding.bind_cpu_input("input_ids", np.array([[token]]))
        binding.bind_cpu_input("seqlens_k", np.array([at], np.int32))
        binding.bind_cpu_input("total_length", np.array(at + 1, np.int32))
        binding.bind_output("logits")
        session.run_with_iobinding(binding)
        found.append(binding.get_outputs()[-1].numpy()[0, 0])
    return np.stack(found)


def kinds(model: onnx.ModelProto) -> dict[str, int]:
    return {value.name: value.type.tensor_type.elem_type
            for value in [*model.graph.input, *model.graph.output]}


def test_the_halved_graph_answers_like_the_whole_one() -> None:
    ids = [3, 14, 15, 9, 26, 5, 35, 8]
    whole = small_decoder()
    before = whole.SerializeToString()
    expected, found = logits(whole, ids), logits(to_half(whole), ids)
    assert found.dtype == np.float32
    assert found == pytest.approx(expected, abs=0.03 * float(expected.std()))
    assert (found.argmax(1) == expected.argmax(1)).all()
    assert whole.SerializeToString() == before, "the graph that was given is left alone"


def test_nothing_but_the_logits_stays_wide() -> None:
    half = to_half(small_decoder())
    found = kinds(half)
    assert {name for name, kind in found.items() if kind == TensorProto.FLOAT} == {"logits"}
    assert found["past_key_values.0.key"] == found["present.0.value"] == TensorProto.FLOAT16
    assert found["input_ids"] == TensorProto.INT64
    assert {t.data_type for t in half.graph.initializer} == {TensorProto.FLOAT16,
                                                             TensorProto.UINT8}
    weights = {t.name: t.data_type for t in half.graph.initializer}
    assert weights["head"] == TensorProto.UINT8, "quantized weights are the same"


def test_an_8_bit_cache_becomes_a_plain_one() -> None:
    # GIVEN a graph whose cache is in 8 bits, with scales
    half = to_half(small_decoder(TensorProto.INT8))
    # THEN its cache is in 16, nothing speaks of scales any more, and it runs
    assert kinds(half)["past_key_values.0.key"] == TensorProto.FLOAT16
    attention = next(n for n in half.graph.node if n.op_type == "GroupQueryAttention")
    assert attention.input[-1] == "sin"
    assert not {a.name for a in attention.attribute} & {"k_quant_type", "kv_cache_bit_width"}
    assert "scale" not in {t.name for t in half.graph.initializer}
    ids = [7, 1, 2]
    expected = logits(small_decoder(), ids)
    assert logits(half, ids) == pytest.approx(expected, abs=0.03 * float(expected.std()))


def test_what_is_too_great_for_16_bits_stays_finite() -> None:
    model = small_decoder()
    wide = next(t for t in model.graph.initializer if t.name == "head.scales")
    wide.CopyFrom(numpy_helper.from_array(np.full(VOCABULARY, 1e6, np.float32), wide.name))
    tensor = next(t for t in to_half(model).graph.initializer if t.name == "head.scales")
    assert numpy_helper.to_array(tensor).tolist() == [65504.0] * VOCABULARY


def test_the_copy_is_written_whole_beside_the_graph(tmp_path: Path) -> None:
    source = tmp_path / "model.onnx"
    source.write_bytes(small_decoder().SerializeToString())
    made = save_half(source, tmp_path / "model.fp16.onnx")
    assert kinds(onnx.load(str(made)))["present.0.key"] == TensorProto.FLOAT16
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "model.fp16.bin", "model.fp16.onnx", "model.onnx"]


@pytest.mark.parametrize("kind, int8", [("", False), ("8", False), ("4", True), ("Q4_1", False)])
def test_what_our_builder_makes_can_be_halved(tmp_path: Path, kind: str, int8: bool) -> None:
    # GIVEN a decoder as the builder writes it, its weights in a file of their own
    shape = TinyShape(window=64)
    weights = weights_of(tmp_path / "source", shape, kind)
    ids = some_ids(20)
    expected = every_row(opened(tmp_path / "exact", weights), ids)
    room = (weights.config.layers, weights.config.kv_heads, weights.config.head_size)
    scales = CacheScales(*(np.full(room, 0.02, np.float32) for _ in range(2))) if int8 else None
    whole = opened(tmp_path / "whole", weights, scales)
    assert whole.vocabulary == weights.config.vocabulary
    # WHEN it is halved, 8-bit cache and all
    half = save_half(tmp_path / "whole" / "model.onnx", tmp_path / "whole" / "model.fp16.onnx")
    # THEN it says what the exact one says
    halved = SharedCacheDecoder(OnnxModel.open(half, 1), weights.config.vocabulary, 64)
    assert off(every_row(halved, ids), expected) < 0.01
    cache = halved.new_cache()
    assert {state.fetched().dtype for state in cache.states.values()} == {np.dtype(np.float16)}


def test_a_file_that_is_no_graph_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "model.onnx"
    broken.write_bytes(b"\xff\x00 no graph")
    with pytest.raises(EngineError, match=r"model\.onnx cannot be read"):
        save_half(broken, tmp_path / "model.fp16.onnx")
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]
