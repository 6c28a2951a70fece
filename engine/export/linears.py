"""The two ways a decoder's matrices multiply: by blocks for single tokens, by rows for prompts.

By blocks: weights in 4 or 8 bits as their source has them, read as little as can be. By rows:
whole rows of weights and of inputs in 8 bits with one scale each, which the processor's integer
units multiply several times faster when there are many tokens.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from engine.export.block_fit import fit_blocks
from engine.export.decoder_weights import BLOCK, BlockMatrix, DenseMatrix, Floats, Matrix
from engine.export.graph_nodes import RUNTIME, GraphNodes

Part = tuple[Matrix, Floats | None]
"""A matrix (N, K) with its bias (N,)."""


class Linears(Protocol):
    """Writes products of a value and matrices into a graph."""

    def joins(self, parts: Sequence[Part]) -> bool:
        """Whether these may be one product, rows one below the other."""
        ...

    def product(self, nodes: GraphNodes, name: str, value: str, part: Part) -> str:
        """The value's name times the matrix, plus the bias."""
        ...


class BlockLinears:
    """Products with the weights as they are. `accuracy` 4 rounds inputs to 8 bits, 0 does not."""

    def __init__(self, accuracy: int = 4) -> None:
        self._accuracy = accuracy
        self._summed: dict[str, str] = {}

    def joins(self, parts: Sequence[Part]) -> bool:
        return _alike(parts) and len({bias is None for _, bias in parts}) == 1

    def product(self, nodes: GraphNodes, name: str, value: str, part: Part) -> str:
        matrix, bias = part
        if isinstance(matrix, DenseMatrix):
            return _dense(nodes, name, value, matrix, bias)
        fitted = fit_blocks(matrix)
        rows, columns = fitted.shape
        if fitted.sums:
            value = self._with_sums(nodes, value, matrix.shape[1])
        inputs = [value, nodes.constant(f"{name}.codes", fitted.packed_codes()),
                  nodes.constant(f"{name}.scales", fitted.scales.reshape(-1)),
                  nodes.constant(f"{name}.zeros", fitted.packed_zeros().reshape(-1))]
        if bias is not None:
            inputs += ["", nodes.constant(f"{name}.bias", bias)]
        return nodes.add("MatMulNBits", inputs, domain=RUNTIME, K=columns, N=rows,
                         bits=fitted.bits, block_size=BLOCK, accuracy_level=self._accuracy)

    def _with_sums(self, nodes: GraphNodes, value: str, width: int) -> str:
        """The value, and behind it the sum of each of its blocks."""
        if value not in self._summed:
            cut = nodes.constant(f"blocks.{width}", np.array([0, 0, width // BLOCK, BLOCK]))
            blocks = nodes.add("Reshape", [value, cut])
            last = nodes.constant("last", np.array([3]))
            sums = nodes.add("ReduceSum", [blocks, last], keepdims=0)
            self._summed[value] = nodes.add("Concat", [value, sums], axis=-1)
        return self._summed[value]


class RowLinears:
    """Products in 8 bits. Each token's input has a scale of its own, each row of weights too."""

    def __init__(self) -> None:
        self._rounded: dict[str, tuple[str, str]] = {}

    def joins(self, parts: Sequence[Part]) -> bool:
        return len({bias is None for _, bias in parts}) == 1

    def product(self, nodes: GraphNodes, name: str, value: str, part: Part) -> str:
        matrix, bias = part
        codes, scales = round_rows(matrix.dense())
        rounded, steps = self._round(nodes, value)
        whole = nodes.add(
            "MatMulIntegerToFloat",
            [rounded, nodes.constant(f"{name}.rows", codes.T),
             nodes.constant("one", np.array(1, np.float32)),
             nodes.constant(f"{name}.row_scales", scales),
             nodes.constant("middle", np.array(128, np.uint8))], domain=RUNTIME)
        answer = nodes.add("Mul", [whole, steps])
        return _plus(nodes, name, answer, bias)

    def _round(self, nodes: GraphNodes, value: str) -> tuple[str, str]:
        """The value in whole steps about 128, and (B, T, 1) how large a step of each token is."""
        if value not in self._rounded:
            along = nodes.constant("along", np.array([2]))
            reach = nodes.add("ReduceMax", [nodes.add("Abs", [value]), along], keepdims=1)
            fine = nodes.add("Mul", [reach, nodes.constant("step", np.array(1 / 127, np.float32))])
            # A token of zeros has no reach; it must not be divided by that.
            steps = nodes.add("Max", [fine, nodes.constant("least", np.array(1e-12, np.float32))])
            whole = nodes.add("QuantizeLinear", [
                nodes.add("Div", [value, steps]),
                nodes.constant("one", np.array(1, np.float32)),
                nodes.constant("middle", np.array(128, np.uint8))])
            self._rounded[value] = whole, steps
        return self._rounded[value]


def round_rows(values: Floats) -> tuple[np.ndarray, Floats]:
    """(N, K) int8 and (N,) the scale of each row, about zero."""
    scales = np.maximum(np.abs(values).max(1) / 127, 1e-12).astype(np.float32)
    return np.rint(values / scales[:, None]).astype(np.int8), scales


def join(parts: Sequence[Part]) -> Part:
    """One matrix of the rows of all, dense where their kinds differ; `joins` has agreed to it."""
    biases = [bias for _, bias in parts if bias is not None]
    bias = np.concatenate(biases) if biases else None
    matrices = [matrix for matrix, _ in parts]
    blocks = [matrix for matrix in matrices if isinstance(matrix, BlockMatrix)]
    if not blocks or not _alike(parts):
        return DenseMatrix(np.concatenate([matrix.dense() for matrix in matrices])), bias
    minima = [block.minima for block in blocks if block.minima is not None]
    return BlockMatrix(np.concatenate([block.codes for block in blocks]),
                       np.concatenate([block.scales for block in blocks]),
                       np.concatenate(minima) if minima else None, blocks[0].bits), bias


def _alike(parts: Sequence[Part]) -> bool:
    """Whether their rows may stand in one matrix as they are."""
    kinds = {(matrix.bits, matrix.minima is None) if isinstance(matrix, BlockMatrix) else None
             for matrix, _ in parts}
    return len(kinds) == 1


def _dense(nodes: GraphNodes, name: str, value: str, matrix: DenseMatrix,
           bias: Floats | None) -> str:
    answer = nodes.add("MatMul", [value, nodes.constant(f"{name}.weight", matrix.dense().T)])
    return _plus(nodes, name, answer, bias)


def _plus(nodes: GraphNodes, name: str, value: str, bias: Floats | None) -> str:
    return value if bias is None else nodes.add(
        "Add", [value, nodes.constant(f"{name}.bias", bias)])
