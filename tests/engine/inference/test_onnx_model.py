"""Opening a graph on a device: what really runs is told, and failing falls back aloud."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import onnxruntime
import pytest

from engine.errors import EngineError
from engine.inference.devices import CPU, Device
from engine.inference.onnx_model import OnnxModel

CARD = Device("cuda", "CUDAExecutionProvider", "NVIDIA graphics card (CUDA)", (("device_id", "0"),))
REAL = onnxruntime.InferenceSession


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """y = relu(x), z = -x."""
    from onnx import TensorProto, helper

    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in "xyz"]
    nodes = [helper.make_node("Relu", ["x"], ["y"], "top"),
             helper.make_node("Neg", ["x"], ["z"], "turned")]
    model = helper.make_model(helper.make_graph(nodes, "small", value[:1], value[1:]),
                              opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    file = tmp_path_factory.mktemp("graph") / "model.onnx"
    file.write_bytes(model.SerializeToString())
    return file


class FakeSession:
    """A session on a card: `placed` says which provider each operator went to."""

    placed: ClassVar[dict[str, str]] = {}
    asked: ClassVar[list[tuple[list[Any], Any]]] = []
    fails: ClassVar[Exception | None] = None

    def __init__(self, content: bytes, options: Any, providers: list[Any], **kept: Any) -> None:
        type(self).asked.append((providers, kept))
        self._on_card = providers != [CPU.provider]
        if self._on_card and self.fails:
            raise self.fails
        self._inner = REAL(content, providers=[CPU.provider])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def get_providers(self) -> list[str]:
        return [CARD.provider, CPU.provider] if self._on_card else [CPU.provider]

    def get_provider_graph_assignment_info(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(ep_name=provider, get_nodes=lambda kind=kind: [
            SimpleNamespace(op_type=kind, name="")]) for kind, provider in self.placed.items()]

    def run(self, *_: Any) -> None:
        raise RuntimeError("CUDA failure 700: an illegal memory access\nat line 3")


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> type[FakeSession]:
    """A runtime built for CUDA whose sessions are fake."""
    session = type("Session", (FakeSession,), {"placed": {}, "asked": [], "fails": None})
    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    monkeypatch.setattr(onnxruntime, "get_available_providers",
                        lambda: [CARD.provider, CPU.provider])
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: print("libcublas is missing"),
                        raising=False)
    return session


def answers(model: OnnxModel) -> bool:
    (out,) = model.run(["y"], {"x": np.array([-1, 2], np.float32)})
    return out.tolist() == [0, 2]


def test_the_processor_needs_no_word(graph: Path) -> None:
    model = OnnxModel.open(graph, 1)
    assert answers(model)
    assert (model.device, model.note, model.fallen_back, model.on_device) == ("CPU", "", (), 0)


def test_a_device_the_runtime_was_not_built_for_leaves_the_work_to_the_processor(
        graph: Path) -> None:
    # GIVEN the usual runtime WHEN somebody wishes for a card it knows nothing of
    model = OnnxModel.open(graph, 1, CARD)
    # THEN the model answers, and it is said who answers
    assert answers(model)
    assert model.device == "CPU"
    assert model.note == ("The installed runtime cannot use NVIDIA graphics card (CUDA). "
                          "The processor is used instead.")


def test_nodes_that_fell_back_are_named(graph: Path, card: type[FakeSession],
                                        capfd: pytest.CaptureFixture[str]) -> None:
    card.placed = {"Relu": CARD.provider, "Neg": CPU.provider}
    model = OnnxModel.open(graph, 1, CARD)
    assert (model.device, model.note) == ("CUDA", "")
    assert (model.on_device, model.fallen_back) == (1, ("Neg",))
    # AND the card was asked for by its number, with the processor behind it
    (providers, kept), = card.asked
    assert providers == [(CARD.provider, {"device_id": "0"}), CPU.provider]
    assert kept == {"enable_fallback": 0}, "the runtime's own falling back prints and is silent"
    assert capfd.readouterr().out == ""


def test_a_provider_that_takes_no_node_is_not_said_to_run(graph: Path,
                                                          card: type[FakeSession]) -> None:
    card.placed = {"Relu": CPU.provider, "Neg": CPU.provider}
    model = OnnxModel.open(graph, 1, CARD)
    assert model.device == "CPU"
    assert "can run no part of this model" in model.note
    assert model.fallen_back == ("Relu", "Neg")


def test_a_runtime_too_old_to_tell_is_believed(graph: Path, card: type[FakeSession]) -> None:
    model = OnnxModel.open(graph, 1, CARD)
    assert (model.device, model.note, model.fallen_back) == ("CUDA", "", ())


def test_a_device_that_refuses_the_model_says_why_in_one_line(graph: Path,
                                                              card: type[FakeSession]) -> None:
    card.fails = RuntimeError("[ONNXRuntimeError] : CUDA driver is too old.\nstack\nstack")
    model = OnnxModel.open(graph, 1, CARD)
    assert model.device == "CPU"
    assert model.note == ("NVIDIA graphics card (CUDA) refused the model: [ONNXRuntimeError] : "
                          "CUDA driver is too old. The processor is used instead.")


def test_a_driver_that_does_not_start_is_said(graph: Path, card: type[FakeSession],
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a session that quietly came up without the card, as with a missing library
    monkeypatch.setattr(card, "get_providers", lambda self: [CPU.provider])
    model = OnnxModel.open(graph, 1, CARD)
    assert (model.device, model.fallen_back) == ("CPU", ())
    assert "could not be started" in model.note


def test_a_card_that_fails_in_the_middle_is_a_sentence(graph: Path,
                                                       card: type[FakeSession]) -> None:
    model = OnnxModel.open(graph, 1, CARD)
    with pytest.raises(EngineError) as failed:
        model.run(["y"], {"x": np.zeros(1, np.float32)})
    assert failed.value.message.endswith("CUDA failure 700: an illegal memory access")
    assert "processor" in failed.value.hint


@pytest.mark.parametrize("device", [CPU, CARD], ids=["processor", "card"])
@pytest.mark.parametrize("content", [b"", b"no graph", None], ids=["empty", "strange", "absent"])
def test_a_broken_file_is_a_sentence_on_every_device(
        tmp_path: Path, card: type[FakeSession], device: Device, content: bytes | None) -> None:
    file = tmp_path / "model.onnx"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(EngineError, match=r"The model file model\.onnx in .* cannot be opened"):
        OnnxModel.open(file, 1, device)


def test_an_operator_of_a_newer_runtime_asks_for_that_runtime(tmp_path: Path) -> None:
    # GIVEN a whole file, with an operator this runtime has never heard of
    from onnx import TensorProto, helper

    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    node = helper.make_node("OfTomorrow", ["x"], ["y"], domain="com.microsoft")
    graph = helper.make_graph([node], "g", [value], [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])])
    file = tmp_path / "model.onnx"
    file.write_bytes(helper.make_model(graph, ir_version=10, opset_imports=[
        helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)
    ]).SerializeToString())
    # WHEN it is opened THEN nobody is sent to download the same file again
    with pytest.raises(EngineError, match="OfTomorrow") as refused:
        OnnxModel.open(file, 1)
    assert "may want a newer one" in refused.value.hint


def test_pages_of_a_runtime_are_cut(graph: Path, card: type[FakeSession]) -> None:
    card.fails = RuntimeError("word " * 500)
    assert len(OnnxModel.open(graph, 1, CARD).note) < 400
