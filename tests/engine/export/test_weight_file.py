"""Graphs with one file of weights between them, wherever the folder goes."""

import gc
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.errors import EngineError
from engine.export.graph_nodes import FLOAT, GraphNodes
from engine.export.weight_file import save_graphs
from engine.inference.onnx_model import OnnxModel
from tests.tiny_blocks import some

X = some(1, 64, seed=9)
LARGE, OTHER = some(64, 128), some(64, 128, seed=1)
SMALL = some(128, seed=2)


def graph(name: str, *weights: np.ndarray, bias: np.ndarray = SMALL) -> onnx.ModelProto:
    """x times the sum of all weights, plus a bias of 512 bytes."""
    nodes = GraphNodes()
    value = nodes.input("x", FLOAT, [1, 64])
    total = nodes.constant("bias", bias)
    for number, weight in enumerate(weights):
        made = nodes.add("MatMul", [value, nodes.constant(f"weight{number}", weight)])
        total = nodes.add("Add", [total, made])
    nodes.add("Identity", [total], outputs=["y"])
    nodes.output("y", FLOAT, [1, 128])
    return nodes.finished(name)


def said(file: Path) -> np.ndarray:
    return OnnxModel.open(file, threads=1).run(["y"], {"x": X})[0]


def places(file: Path) -> dict[str, dict[str, str]]:
    """Where the constants of a graph lie, of those that lie outside it."""
    model = onnx.load(file, load_external_data=False)
    return {tensor.name: {entry.key: entry.value for entry in tensor.external_data}
            for tensor in model.graph.initializer if tensor.external_data}


def test_each_weight_is_kept_once(tmp_path: Path) -> None:
    # GIVEN two graphs that share one weight, which one of them has twice by two names
    save_graphs({"a.onnx": graph("a", LARGE, OTHER, LARGE.copy()), "b.onnx": graph("b", LARGE)},
                tmp_path, "weights.bin")
    size = (tmp_path / "weights.bin").stat().st_size
    assert 2 * LARGE.nbytes <= size < 3 * LARGE.nbytes
    first, second = places(tmp_path / "a.onnx"), places(tmp_path / "b.onnx")
    assert first["weight0"] == first["weight2"] == second["weight0"] != first["weight1"]
    # THEN both say what they did
    assert said(tmp_path / "a.onnx") == pytest.approx(X @ (2 * LARGE + OTHER) + SMALL, abs=1e-4)
    assert said(tmp_path / "b.onnx") == pytest.approx(X @ LARGE + SMALL, abs=1e-4)


def test_small_constants_stay_in_their_graph(tmp_path: Path) -> None:
    save_graphs({"a.onnx": graph("a", LARGE)}, tmp_path, "weights.bin")
    assert set(places(tmp_path / "a.onnx")) == {"weight0"}
    assert (tmp_path / "a.onnx").stat().st_size < 4096
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.onnx", "weights.bin"]


def test_what_differs_in_its_last_byte_is_not_the_same(tmp_path: Path) -> None:
    nearly = LARGE.copy()
    nearly[-1, -1] = np.nextafter(nearly[-1, -1], np.float32(9))
    save_graphs({"a.onnx": graph("a", LARGE, nearly)}, tmp_path, "weights.bin")
    held = places(tmp_path / "a.onnx")
    assert held["weight0"] != held["weight1"]


def test_weights_begin_where_a_page_does(tmp_path: Path) -> None:
    odd = some(64, 7, seed=4)
    save_graphs({"a.onnx": graph("a", odd, LARGE, bias=some(7)),
                 "b.onnx": graph("b", OTHER)}, tmp_path, "weights.bin")
    whole = (tmp_path / "weights.bin").read_bytes()
    found = {**places(tmp_path / "a.onnx"), "other": places(tmp_path / "b.onnx")["weight0"]}
    for name, held in (("weight0", odd), ("weight1", LARGE), ("other", OTHER)):
        offset, length = int(found[name]["offset"]), int(found[name]["length"])
        assert offset % 4096 == 0 and length == held.nbytes
        assert whole[offset:offset + length] == held.tobytes()
        assert found[name]["location"] == "weights.bin"


def test_a_folder_may_be_moved_and_called_anything(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    save_graphs({"model.onnx": graph("a", LARGE)}, tmp_path / "first", "weights.bin")
    expected = said(tmp_path / "first" / "model.onnx")
    place = tmp_path / "M\u00fcllers gro\u00dfe Modelle \u6b4c" / "a b.c"
    place.parent.mkdir()
    (tmp_path / "first").rename(place)
    assert np.array_equal(said(place / "model.onnx"), expected)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is mapped")
def test_the_runtime_maps_the_file(tmp_path: Path) -> None:
    """Else the weights of a model would stand in memory twice."""
    nodes = GraphNodes()
    table = nodes.constant("table", some(4096, 256))
    nodes.add("Gather", [table, nodes.input("rows", onnx.TensorProto.INT64, ["R"])],
              outputs=["y"])
    nodes.output("y", FLOAT, ["R", 256])
    save_graphs({"a.onnx": nodes.finished("table")}, tmp_path, "weights.bin")
    file = str(tmp_path / "weights.bin")
    model = OnnxModel.open(tmp_path / "a.onnx", threads=1)
    assert file in Path("/proc/self/maps").read_text()
    assert model.run(["y"], {"rows": np.arange(3)})[0].shape == (3, 256)
    # AND lets go of it with the model, so that a model can be replaced
    del model
    gc.collect()
    assert file not in Path("/proc/self/maps").read_text()


@pytest.mark.parametrize("left", [None, 0, 5000])
def test_weights_that_are_not_all_there_are_a_sentence(left: int | None, tmp_path: Path) -> None:
    save_graphs({"model.onnx": graph("a", LARGE)}, tmp_path, "weights.bin")
    weights = tmp_path / "weights.bin"
    if left is None:
        weights.unlink()
    else:
        weights.write_bytes(weights.read_bytes()[:left])
    with pytest.raises(EngineError, match=r"model\.onnx .* cannot be opened"):
        said(tmp_path / "model.onnx")
