"""Memory the runtime works in: written here, read there, without a copy on the host."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from engine.errors import EngineError
from engine.inference.binding import HOST, Memory, Tensor
from engine.inference.devices import Device
from engine.inference.onnx_model import OnnxModel


@pytest.fixture
def model(tmp_path: Path) -> OnnxModel:
    """total = kept + fresh, where kept is also an output that may lie where it lay."""
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Add", ["kept", "fresh"], ["total"])], "sum",
        [info("kept", TensorProto.FLOAT, [2, "n"]), info("fresh", TensorProto.FLOAT, [2, "n"])],
        [info("total", TensorProto.FLOAT, [2, "n"])])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)],
                                ir_version=10), tmp_path / "sum.onnx")
    return OnnxModel.open(tmp_path / "sum.onnx", threads=1, steps=True)


def test_what_is_written_into_a_tensor_is_read_by_the_next_run(model: OnnxModel) -> None:
    kept, fresh, total = (Tensor((2, 3), np.float32) for _ in range(3))
    binding = model.bind()
    binding.bind_input("kept", kept)
    binding.bind_input("fresh", fresh)
    binding.bind_output("total", total)
    for number in (1, 2):
        fresh.fetched()[:] = number
        binding.run()
        assert (total.fetched() == number).all()


def test_one_tensor_may_be_input_and_output(model: OnnxModel) -> None:
    kept = Tensor((2, 3), np.float32)
    binding = model.bind()
    binding.bind_input("kept", kept)
    binding.bind_input("fresh", Tensor.around(np.ones((2, 3), np.float32)))
    binding.bind_output("total", kept)
    for _ in range(3):
        binding.run()
    assert (kept.fetched() == 3).all()


def test_a_tensor_around_an_array_is_that_array() -> None:
    array = np.arange(6, dtype=np.int64).reshape(2, 3)
    tensor = Tensor.around(array)
    assert tensor.fetched() is array
    assert tensor.shape == (2, 3) and tensor.bytes == 48 and tensor.memory == HOST


def test_runs_give_tensors_that_go_in_again(model: OnnxModel) -> None:
    state = Tensor((2, 1), np.float32)
    for _ in range(4):
        (state,) = model.run_tensors(["total"], {
            "kept": state, "fresh": Tensor.around(np.ones((2, 1), np.float32))})
    assert state.fetched().tolist() == [[4], [4]]
    assert state.shape == (2, 1) and state.bytes == 8


def test_a_model_tells_the_kinds_of_its_values(model: OnnxModel) -> None:
    assert model.input_kinds["kept"].element == np.float32
    assert model.input_kinds["kept"].shape == (2, "n")
    assert set(model.output_kinds) == {"total"}
    assert model.memory == HOST


def test_a_run_that_fails_is_a_sentence(model: OnnxModel) -> None:
    binding = model.bind()
    binding.bind_input("kept", Tensor((2, 3), np.float32))
    binding.bind_input("fresh", Tensor((2, 2), np.float32))
    binding.bind_output("total", Tensor((2, 3), np.float32))
    # a file's graph and its manifest may tell of different models
    with pytest.raises(EngineError, match="cannot be run") as failed:
        binding.run()
    assert failed.value.hint and "\n" not in failed.value.message
    with pytest.raises(EngineError, match="cannot be run"):
        model.run(["total"], {"kept": np.zeros((2, 1), np.int64), "fresh": np.zeros((2, 1))})


def test_only_devices_with_memory_of_their_own_keep_tensors_there() -> None:
    assert Memory.of("CUDAExecutionProvider", 1) == Memory("cuda", 1)
    assert Memory.of("DmlExecutionProvider", 0) == Memory("dml", 0)
    assert Memory.of("CPUExecutionProvider", 3) == HOST
    assert not Memory("cuda").is_host


def test_a_device_that_is_not_there_keeps_its_tensors_on_the_host(model: OnnxModel,
                                                                 tmp_path: Path) -> None:
    card = Device("cuda:1", "CUDAExecutionProvider", "A card", (("device_id", "1"),))
    opened = OnnxModel.open(tmp_path / "sum.onnx", device=card)
    assert opened.memory == HOST and opened.note
