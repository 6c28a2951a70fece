"""Graphs as optimum exports them are decoders like our own."""

from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.errors import EngineError
from engine.inference.onnx_model import OnnxModel
from engine.inference.past_present_decoder import CHUNK, PastPresentDecoder
from tests.contracts import DecoderContract
from tests.tiny_exports import VOCABULARY, save_past_present

LAYOUTS = {"positions": {}, "no positions": {"positions": False}, "merged": {"merged": True},
           "bloom": {"axis": 3, "positions": False}}


@pytest.fixture(scope="module", params=LAYOUTS.values(), ids=LAYOUTS.keys())
def exported(request: pytest.FixtureRequest,
             tmp_path_factory: pytest.TempPathFactory) -> PastPresentDecoder:
    file = save_past_present(tmp_path_factory.mktemp("export") / "model.onnx", **request.param)
    return PastPresentDecoder(OnnxModel.open(file, threads=1), VOCABULARY, 40)


class TestPastPresentDecoder(DecoderContract):
    @pytest.fixture
    def decoder(self, exported: PastPresentDecoder) -> PastPresentDecoder:
        return exported


def test_a_long_prompt_is_read_in_chunks(tmp_path: Path) -> None:
    file = save_past_present(tmp_path / "model.onnx", positions=False)
    decoder = PastPresentDecoder(OnnxModel.open(file, threads=1), VOCABULARY, 1000)
    ids = np.arange(2 * CHUNK + 5) % VOCABULARY
    rows = [0, CHUNK, 2 * CHUNK + 4, 3]
    found = decoder.read(decoder.new_cache(), ids, rows)
    for row, logits in zip(rows, found, strict=True):
        assert logits == pytest.approx(decoder.read(decoder.new_cache(), ids[:row + 1])[0],
                                       abs=1e-4)


def test_a_graph_without_a_past_is_a_sentence(tmp_path: Path) -> None:
    model = onnx.load(save_past_present(tmp_path / "model.onnx"))
    kept = [value for value in model.graph.output if not value.name.endswith("value")]
    del model.graph.output[:]
    model.graph.output.extend(kept)
    onnx.save(model, tmp_path / "less.onnx")
    with pytest.raises(EngineError, match=r"gives no present\.0\.value"):
        PastPresentDecoder(OnnxModel.open(tmp_path / "less.onnx"), VOCABULARY, 40)


def test_a_graph_that_wants_more_is_a_sentence(tmp_path: Path) -> None:
    model = onnx.load(save_past_present(tmp_path / "model.onnx"))
    model.graph.input.append(onnx.helper.make_tensor_value_info("pixels", 1, [1]))
    onnx.save(model, tmp_path / "more.onnx")
    with pytest.raises(EngineError, match='wants "pixels"'):
        PastPresentDecoder(OnnxModel.open(tmp_path / "more.onnx"), VOCABULARY, 40)


def test_a_past_of_unknown_size_is_a_sentence(tmp_path: Path) -> None:
    model = onnx.load(save_past_present(tmp_path / "model.onnx"))
    for value in model.graph.input:
        if value.name.startswith("past"):
            value.type.tensor_type.shape.dim[1].dim_param = "heads"
    onnx.save(model, tmp_path / "vague.onnx")
    with pytest.raises(EngineError, match="does not tell the size"):
        PastPresentDecoder(OnnxModel.open(tmp_path / "vague.onnx"), VOCABULARY, 40)
