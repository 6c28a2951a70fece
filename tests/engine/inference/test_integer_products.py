"""A processor that multiplies 8-bit numbers wrongly is found out, and nothing else is trusted."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from engine.export.decoder_graph import build_exactness_graph
from engine.inference.integer_products import FILE, multiplies_exactly
from engine.inference.onnx_model import OnnxModel

_KNOWS_HOW = {"avx_vnni", "avx512_vnni", "amx_int8", "asimddp"}


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """What was found of one file holds as long as the program runs."""
    yield
    multiplies_exactly.cache_clear()


def features() -> set[str]:
    """What the processor says it can do, where the system tells."""
    told = Path("/proc/cpuinfo")
    return set(told.read_text().split()) if told.is_file() else set()


def saved(folder: Path, graph: onnx.ModelProto) -> Path:
    onnx.save(graph, folder / FILE)
    return folder / FILE


@pytest.mark.skipif(not features() & _KNOWS_HOW, reason="may well be a processor that cannot")
def test_a_processor_with_dot_products_is_exact(tmp_path: Path) -> None:
    assert multiplies_exactly(saved(tmp_path, build_exactness_graph()))


def test_it_says_what_the_product_says(tmp_path: Path) -> None:
    file = saved(tmp_path, build_exactness_graph())
    model = OnnxModel.open(file, threads=1)
    (found,) = model.run(["products"], {"inputs": np.full((1, 64), 255, np.uint8)})
    assert found.shape == (1, 32) and found.dtype == np.int32
    assert multiplies_exactly(file) is bool(np.all(found == 64 * 255 * 127))


def test_one_wrong_product_is_enough(tmp_path: Path) -> None:
    graph = build_exactness_graph()
    weights = numpy_helper.to_array(graph.graph.initializer[0]).copy()
    weights[7, 31] -= 1
    graph.graph.initializer[0].CopyFrom(numpy_helper.from_array(weights, "weights"))
    assert not multiplies_exactly(saved(tmp_path, graph))


def other_name(graph: onnx.ModelProto) -> None:
    graph.graph.input[0].name = graph.graph.node[0].input[0] = "given"


def other_output(graph: onnx.ModelProto) -> None:
    graph.graph.output[0].name = graph.graph.node[0].output[0] = "made"


def other_width(graph: onnx.ModelProto) -> None:
    weights = np.full((32, 32), 127, np.int8)
    graph.graph.initializer[0].CopyFrom(numpy_helper.from_array(weights, "weights"))
    graph.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 32


def open_width(graph: onnx.ModelProto) -> None:
    graph.graph.input[0].type.tensor_type.shape.dim[1].dim_param = "K"


def signed(graph: onnx.ModelProto) -> None:
    graph.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.INT8


@pytest.mark.parametrize("change", [other_name, other_output, other_width, open_width, signed])
def test_another_graph_proves_nothing(change: object, tmp_path: Path) -> None:
    graph = build_exactness_graph()
    assert callable(change)
    change(graph)
    assert multiplies_exactly(saved(tmp_path, graph)) is False


def test_no_graph_proves_nothing(tmp_path: Path) -> None:
    assert multiplies_exactly(tmp_path / FILE) is False
    (tmp_path / "broken.onnx").write_bytes(b"no graph")
    assert multiplies_exactly(tmp_path / "broken.onnx") is False
    assert multiplies_exactly(tmp_path) is False
