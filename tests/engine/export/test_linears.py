"""The runtime's products are those of the weights, in blocks and in whole rows."""

from pathlib import Path

import numpy as np
import pytest

from engine.export.block_fit import fit_blocks
from engine.export.decoder_weights import BlockMatrix, DenseMatrix
from engine.export.graph_nodes import FLOAT, GraphNodes
from engine.export.linears import BlockLinears, Part, RowLinears, join, round_rows
from tests.tiny_blocks import KINDS, graph_of, matrix_of, products, rebuilt, some

WIDTHS = (32, 96, 256, 32 * 33)


def expected(part: Part, values: np.ndarray) -> np.ndarray:
    matrix, bias = part
    dense = matrix.dense()
    if isinstance(matrix, BlockMatrix):
        dense = rebuilt(fit_blocks(matrix), matrix.shape[1])
    return values @ dense.T + (0 if bias is None else bias)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("columns", WIDTHS)
def test_blocks_multiply_as_their_weights(kind: str, columns: int, tmp_path: Path) -> None:
    values = some(2, 3, columns, seed=5)
    parts: list[Part] = [(matrix_of(kind, 17, columns), None),
                         (matrix_of(kind, 8, columns, seed=1), some(8, seed=2))]
    found = products(tmp_path, BlockLinears(accuracy=0), parts, values)
    for part, made in zip(parts, found, strict=True):
        near = 2e-6 * columns
        assert made == pytest.approx(expected(part, values), abs=near)
        # AND where no minimum is a float, these are the weights themselves
        if kind != "q4_1" and kind != "q8_1":
            bias = 0 if part[1] is None else part[1]
            assert made - bias == pytest.approx(values @ part[0].dense().T, abs=near)


@pytest.mark.parametrize("kind", ["q4_0", "q4_1", "q8_0", "q8_1", "whole"])
def test_rounded_inputs_move_a_product_little(kind: str, tmp_path: Path) -> None:
    values = some(1, 4, 256, seed=5)
    part = matrix_of(kind, 33, 256), None
    (found,) = products(tmp_path, BlockLinears(accuracy=4), [part], values)
    wanted = expected(part, values)
    assert np.abs(found - wanted).mean() < 0.015 * wanted.std()


def test_sums_of_a_value_are_made_once(tmp_path: Path) -> None:
    parts: list[Part] = [(matrix_of("q4_1", 16, 96, seed), None) for seed in range(3)]
    graph = graph_of(BlockLinears(), parts)
    assert [node.op_type for node in graph.graph.node].count("ReduceSum") == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("columns", [32, 96, 256])
def test_rows_multiply_nearly_as_their_weights(kind: str, columns: int, tmp_path: Path) -> None:
    values = some(2, 5, columns, seed=5)
    parts: list[Part] = [(matrix_of(kind, 24, columns), None),
                         (matrix_of(kind, 7, columns, seed=1), some(7, seed=2, size=30))]
    for part, made in zip(parts, products(tmp_path, RowLinears(), parts, values), strict=True):
        wanted = values @ part[0].dense().T
        bias = 0 if part[1] is None else part[1]
        assert np.abs(made - bias - wanted).mean() < 0.02 * wanted.std()


def test_each_token_is_rounded_by_itself(tmp_path: Path) -> None:
    part = matrix_of("dense", 24, 64), some(24, seed=1)
    values = some(1, 6, 64, seed=2)
    (alone,) = products(tmp_path, RowLinears(), [part], values[:, :1])
    # WHEN the others are a thousand times as large, or nothing
    values[:, 1:3] *= 1000
    values[:, 3] = 0
    (together,) = products(tmp_path, RowLinears(), [part], values)
    assert np.array_equal(together[:, :1], alone)
    # AND nothing times anything is nothing
    assert np.array_equal(together[0, 3], part[1])


def test_rows_keep_their_signs_and_their_ends() -> None:
    values = some(5, 64)
    values[3] = 0
    values[4] = -values[2] * 1e6
    codes, scales = round_rows(values)
    assert codes.dtype == np.int8 and np.abs(codes[[0, 1, 2, 4]]).max(1).tolist() == [127] * 4
    assert np.all(np.abs(codes * scales[:, None] - values) <= 0.51 * scales[:, None])
    assert np.array_equal(codes[4], -codes[2]) and not codes[3].any()


@pytest.mark.parametrize("kinds, alike", [
    (("q4_1", "q4_1"), True), (("q4_1", "whole"), True), (("q8_0", "rounded"), True),
    (("dense", "half"), True), (("q4_0", "q4_1"), False), (("q4_0", "q8_0"), False),
    (("q4_1", "dense"), False)])
def test_parts_are_joined_where_that_loses_nothing(kinds: tuple[str, ...], alike: bool) -> None:
    parts: list[Part] = [(matrix_of(kind, 8, 64, seed), None) for seed, kind in enumerate(kinds)]
    assert BlockLinears().joins(parts) is alike
    assert RowLinears().joins(parts)
    # AND nobody joins a part with a bias to one without
    mixed = [parts[0], (parts[1][0], some(8))]
    assert not BlockLinears().joins(mixed) and not RowLinears().joins(mixed)


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
def test_a_join_has_the_rows_of_all(first: str, second: str) -> None:
    parts: list[Part] = [(matrix_of(first, 8, 96), some(8)),
                         (matrix_of(second, 4, 96, seed=1), some(4, seed=1))]
    matrix, bias = join(parts)
    assert matrix.dense() == pytest.approx(
        np.concatenate([parts[0][0].dense(), parts[1][0].dense()]), abs=1e-6)
    assert np.array_equal(bias, np.concatenate([parts[0][1], parts[1][1]]))
    # AND blocks of one kind are blocks still
    if BlockLinears().joins(parts) and isinstance(parts[0][0], BlockMatrix):
        assert isinstance(matrix, BlockMatrix) and matrix.bits == parts[0][0].bits


def test_no_biases_join_to_none() -> None:
    matrix, bias = join([(DenseMatrix(some(2, 32)), None)] * 3)
    assert bias is None and matrix.shape == (6, 32)


def test_a_constant_stands_once_and_names_differ() -> None:
    nodes = GraphNodes()
    value = nodes.input("x", FLOAT, [2])
    one = nodes.constant("one", np.ones(2, np.float32))
    assert nodes.constant("one", np.ones(2, np.float32)) == one
    first, second = nodes.add("Add", [value, one]), nodes.add("Add", [value, one])
    assert first != second
    graph = nodes.finished("two").graph
    assert len(graph.initializer) == 1 and len({node.name for node in graph.node}) == 2
