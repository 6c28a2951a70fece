"""A graph in 8 bits gives nearly the same numbers, whatever its matrices hide in."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.export.decoder_weights import BlockMatrix
from engine.export.eight_bit_graph import graphs_of, to_eight_bits
from engine.export.quantize import to_8_bits
from engine.inference.onnx_model import OnnxModel

WIDTH, WORDS, ROWS = 64, 96, 3
CHOSEN = np.random.default_rng(7)
TABLE = CHOSEN.normal(size=(WORDS, WIDTH)).astype(np.float32)
MIDDLE = CHOSEN.normal(size=(WIDTH, WIDTH)).astype(np.float32)
BIAS = CHOSEN.normal(size=WIDTH).astype(np.float32)
ODD = CHOSEN.normal(size=(WIDTH, 5)).astype(np.float32)


def rounded(rows: np.ndarray) -> np.ndarray:
    """(N, K) as 8 bits keep it."""
    blocks: BlockMatrix = to_8_bits(rows)
    return blocks.dense()


def model_of(nodes: list[onnx.NodeProto], constants: dict[str, np.ndarray],
             output: tuple[object, ...]) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes, "tried", [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, output)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)


def run(model: onnx.ModelProto, tmp_path) -> np.ndarray:
    file = tmp_path / "model.onnx"
    onnx.save(model, file)
    return OnnxModel.open(file, 1).run(["out"], {"ids": np.array([1, 90, 7])})[0]


def tied() -> onnx.ModelProto:
    """Look-up, Gemm with a bias, and a head that is the table lying on its side."""
    return model_of(
        [helper.make_node("Gather", ["table", "ids"], ["words"]),
         helper.make_node("Gemm", ["words", "middle", "bias"], ["hidden"], "gemm"),
         helper.make_node("MatMul", ["hidden", "head"], ["out"], "head")],
        {"table": TABLE, "middle": MIDDLE, "bias": BIAS, "head": np.ascontiguousarray(TABLE.T)},
        ("n", WORDS))


def test_products_and_look_ups_read_eight_bits(tmp_path) -> None:
    whole, small = tied(), tied()
    assert to_eight_bits(small, least_rows=WORDS) == 3
    expected = (rounded(TABLE)[[1, 90, 7]] @ rounded(MIDDLE.T).T + BIAS) @ rounded(TABLE).T
    answer = run(small, tmp_path)
    # The runtime also rounds what is multiplied, so it is near and not equal.
    assert np.corrcoef(answer.ravel(), expected.ravel())[0, 1] > 0.999
    assert np.corrcoef(answer.ravel(), run(whole, tmp_path).ravel())[0, 1] > 0.999


def test_a_matrix_used_upright_and_lying_is_kept_once() -> None:
    small = tied()
    to_eight_bits(small, least_rows=WORDS)
    kept = [c for c in small.graph.initializer if c.data_type == TensorProto.UINT8]
    assert sorted(c.dims[0] for c in kept) == [WIDTH, WORDS]
    # and of the fp32 matrices nothing is left but the bias
    floats = {c.name for c in small.graph.initializer if c.data_type == TensorProto.FLOAT
              and "scales" not in c.name}
    assert floats == {"bias"}
    assert len(small.SerializeToString()) < 0.4 * len(tied().SerializeToString())


def test_a_table_that_is_turned_over_on_the_way_is_kept_once_too(tmp_path) -> None:
    model = model_of([helper.make_node("Transpose", ["table"], ["turned"], perm=[1, 0]),
                      helper.make_node("Gather", ["table", "ids"], ["words"]),
                      helper.make_node("MatMul", ["words", "turned"], ["out"])],
                     {"table": TABLE}, ("n", WORDS))
    before = run(model, tmp_path)
    assert to_eight_bits(model, least_rows=WORDS) == 2
    assert "Transpose" not in {node.op_type for node in model.graph.node}
    assert {c.name for c in model.graph.initializer} == {
        "matrix_0.codes", "matrix_0.scales", "matrix_0.codes.blocks.shape"}
    assert np.corrcoef(run(model, tmp_path).ravel(), before.ravel())[0, 1] > 0.999


def test_small_tables_and_odd_widths_stay_as_they_are(tmp_path) -> None:
    model = model_of([helper.make_node("Gather", ["table", "ids"], ["words"]),
                      helper.make_node("MatMul", ["words", "odd"], ["hidden"]),
                      helper.make_node("MatMul", ["hidden", "back"], ["out"])],
                     {"table": TABLE, "odd": ODD, "back": np.ascontiguousarray(ODD.T)},
                     ("n", WIDTH))
    before = run(model, tmp_path)
    # The first product has a width of 64, the second one of 5
    assert to_eight_bits(model) == 1
    kinds = [node.op_type for node in model.graph.node]
    assert kinds == ["Reshape", "Gather", "MatMulNBits", "MatMul"]
    assert np.corrcoef(run(model, tmp_path).ravel(), before.ravel())[0, 1] > 0.999


def test_a_graph_without_such_matrices_is_left_alone() -> None:
    model = model_of([helper.make_node("Gather", ["odd", "ids"], ["out"])], {"odd": ODD},
                     ("n", 5))
    content = model.SerializeToString()
    assert to_eight_bits(model, least_rows=1) == 0
    assert model.SerializeToString() == content


@pytest.mark.parametrize("changes", [{"alpha": 2.0}, {"beta": 0.5}, {"transA": 1}])
def test_a_gemm_that_does_more_is_left_alone(changes: dict[str, float]) -> None:
    model = model_of([helper.make_node("Gather", ["table", "ids"], ["words"]),
                      helper.make_node("Gemm", ["words", "middle"], ["out"], **changes)],
                     {"table": TABLE, "middle": MIDDLE}, ("n", WIDTH))
    assert to_eight_bits(model) == 0


def test_a_gemm_with_its_matrix_turned_is_read_turned(tmp_path) -> None:
    model = model_of([helper.make_node("Gather", ["table", "ids"], ["words"]),
                      helper.make_node("Gemm", ["words", "table"], ["out"], transB=1)],
                     {"table": TABLE}, ("n", WORDS))
    before = run(model, tmp_path)
    assert to_eight_bits(model) == 1
    assert np.corrcoef(run(model, tmp_path).ravel(), before.ravel())[0, 1] > 0.999


def test_matrices_are_found_inside_branches(tmp_path) -> None:
    def branch(name: str, matrix: str) -> onnx.GraphProto:
        return helper.make_graph(
            [helper.make_node("MatMul", ["words", matrix], [name])], name, [],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", WIDTH])])

    nodes = [helper.make_node("Gather", ["table", "ids"], ["words"]),
             helper.make_node("Size", ["ids"], ["size"]),
             helper.make_node("Equal", ["size", "three"], ["is_three"]),
             helper.make_node("If", ["is_three"], ["out"], then_branch=branch("a", "middle"),
                              else_branch=branch("b", "other"))]
    constants = {"table": TABLE, "middle": MIDDLE, "other": 2 * MIDDLE, "three": np.array(3)}
    model = model_of(nodes, constants, ("n", WIDTH))
    before = run(model, tmp_path)
    assert to_eight_bits(model) == 2
    assert len(list(graphs_of(model.graph))) == 3
    assert np.corrcoef(run(model, tmp_path).ravel(), before.ravel())[0, 1] > 0.999
    names = {constant.name for constant in model.graph.initializer}
    assert not names & {"middle", "other"}
