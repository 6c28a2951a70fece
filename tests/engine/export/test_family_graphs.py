"""What is taken of an export's folder, what its inputs tell, and which smaller forms there are."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.errors import EngineError
from engine.export.architectures import DECODER, ENCODER, ENCODER_DECODER
from engine.export.family_graphs import (
    BLOCKS,
    DYNAMIC,
    PastShape,
    past_shape,
    save_graph,
    take_graphs,
    write_form,
)
from engine.inference.onnx_model import OnnxModel

MATRIX = np.random.default_rng(3).normal(size=(64, 32)).astype(np.float32)


def model_of(inputs: dict[str, list[int | str]], nodes: list[onnx.NodeProto],
             constants: dict[str, np.ndarray]) -> onnx.ModelProto:
    """Inputs named *ids, *mask or *types are whole numbers; the output is `logits` (n, 32)."""
    def kind(name: str) -> int:
        return TensorProto.INT64 if name.endswith(("ids", "mask")) else TensorProto.FLOAT

    graph = helper.make_graph(
        nodes, "tried",
        [helper.make_tensor_value_info(name, kind(name), shape)
         for name, shape in inputs.items()],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)


def typed_encoder() -> onnx.ModelProto:
    """logits = (words[ids] + kinds[types]) times a matrix."""
    chosen = np.random.default_rng(4)
    words = chosen.normal(size=(9, 64)).astype(np.float32)
    kinds = chosen.normal(size=(2, 64)).astype(np.float32)
    return model_of(
        {"input_ids": ["b", "t"], "attention_mask": ["b", "t"], "token_type_ids": ["b", "t"]},
        [helper.make_node("Gather", ["words", "input_ids"], ["w"]),
         helper.make_node("Gather", ["kinds", "token_type_ids"], ["k"]),
         helper.make_node("Add", ["w", "k"], ["h"]),
         helper.make_node("MatMul", ["h", "matrix"], ["logits"])],
        {"words": words, "kinds": kinds, "matrix": MATRIX})


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    (tmp_path / "exported").mkdir()
    (tmp_path / "target").mkdir()
    return tmp_path / "exported"


def test_token_types_become_zeros(exported: Path) -> None:
    # GIVEN an encoder that asks of which kind each token is
    onnx.save(typed_encoder(), exported / "model.onnx")
    ids = np.array([[1, 2, 8]])
    asked = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    expected = OnnxModel.open(exported / "model.onnx", 1).run(
        ["logits"], {**asked, "token_type_ids": np.zeros_like(ids)})[0]
    # WHEN its graph is taken
    target = exported.parent / "target"
    take_graphs(exported, target, ENCODER)
    # THEN it asks no more, and answers as for kind 0
    model = OnnxModel.open(target / "model.onnx", 1)
    assert set(model.inputs) <= {"input_ids", "attention_mask"}
    given = {name: asked[name] for name in model.inputs}
    np.testing.assert_array_equal(model.run(["logits"], given)[0], expected)


def test_of_two_decoders_only_the_merged_one_is_taken(exported: Path) -> None:
    for name in ("decoder_model.onnx", "decoder_with_past_model.onnx", "encoder_model.onnx",
                 "decoder_model_merged.onnx", "decoder_model_merged.onnx_data", "config.json"):
        (exported / name).write_bytes(name.encode())
    target = exported.parent / "target"
    take_graphs(exported, target, ENCODER_DECODER)
    assert sorted(file.name for file in target.iterdir()) == [
        "decoder_model_merged.onnx", "decoder_model_merged.onnx_data", "encoder_model.onnx"]


def test_an_export_without_its_graph_is_refused(exported: Path) -> None:
    (exported / "encoder_model.onnx").write_bytes(b"")
    with pytest.raises(EngineError, match=r"no decoder_model_merged\.onnx"):
        take_graphs(exported, exported.parent / "target", ENCODER_DECODER)


def past_graph(folder: Path, inputs: dict[str, list[int | str]]) -> Path:
    model = model_of({"input_ids": ["b", "t"], **inputs},
                     [helper.make_node("Cast", ["input_ids"], ["logits"], to=1)], {})
    onnx.save(model, folder / "model.onnx")
    return folder / "model.onnx"


def test_the_cache_is_read_off_the_inputs(tmp_path: Path) -> None:
    inputs: dict[str, list[int | str]] = {}
    for layer in range(3):
        for part in ("decoder.key", "decoder.value", "encoder.key", "encoder.value"):
            inputs[f"past_key_values.{layer}.{part}"] = ["b", 4, "past", 16]
    assert past_shape(past_graph(tmp_path, inputs)) == PastShape(3, 4, 16)


@pytest.mark.parametrize("inputs", [
    {},
    {"past_key_values.0.key": ["b", "heads", "past", 16]},
    {"past_key_values.0.key": ["b", 4, 16]},
    {"past_key_values.0.encoder.key": ["b", 4, "past", 16]},
])
def test_a_graph_without_a_plain_past_is_refused(
    tmp_path: Path, inputs: dict[str, list[int | str]]
) -> None:
    with pytest.raises(EngineError, match="takes no past"):
        past_shape(past_graph(tmp_path, inputs))


@pytest.mark.parametrize("precision", [BLOCKS, DYNAMIC])
def test_smaller_forms_answer_nearly_the_same(tmp_path: Path, precision: str) -> None:
    onnx.save(typed_encoder(), tmp_path / "model.onnx")
    form = tmp_path / "form"
    form.mkdir()
    assert write_form(tmp_path, form, ENCODER, precision)
    ids = np.array([[1, 2, 8], [4, 4, 0]])
    asked = {"input_ids": ids, "attention_mask": np.ones_like(ids),
             "token_type_ids": np.ones_like(ids)}

    def answer(file: Path) -> np.ndarray:
        model = OnnxModel.open(file, 1)
        return model.run(["logits"], {name: asked[name] for name in model.inputs})[0]

    whole, small = answer(tmp_path / "model.onnx"), answer(form / "model.onnx")
    assert np.corrcoef(whole.ravel(), small.ravel())[0, 1] > 0.999
    assert not np.array_equal(whole, small)


@pytest.mark.parametrize("precision", [BLOCKS, DYNAMIC])
def test_where_there_is_no_matrix_there_is_no_smaller_form(
    tmp_path: Path, precision: str
) -> None:
    past_graph(tmp_path, {})
    form = tmp_path / "form"
    form.mkdir()
    assert not write_form(tmp_path, form, DECODER, precision)


def test_a_graph_saved_again_leaves_no_old_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "model.onnx"
    model = typed_encoder()
    monkeypatch.setattr("engine.export.family_graphs._MOST_IN_ONE_FILE", 0)
    save_graph(model, file)
    first = (tmp_path / "model.onnx_data").stat().st_size
    save_graph(onnx.load(file), file)
    assert (tmp_path / "model.onnx_data").stat().st_size == first
    monkeypatch.undo()
    save_graph(onnx.load(file), file)
    assert [held.name for held in tmp_path.iterdir() if held.is_file()] == ["model.onnx"]
    assert OnnxModel.open(file, 1).outputs == ("logits",)
