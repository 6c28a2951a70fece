"""Rewrites a finished graph so that its matrices are kept in 8 bits, blocks of 32 with a scale.

Works on any graph, branches inside it too: products with constant matrices, and look-ups in large
tables. A matrix that is used twice, or once upright and once lying, is kept once. Knows no model.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.export.decoder_weights import BLOCK, BlockMatrix
from engine.export.quantize import to_8_bits

RUNTIME = "com.microsoft"
_LEAST_ROWS = 2048
"""Tables with fewer rows, of places for instance, are small and stay as they are."""

Floats = npt.NDArray[np.float32]


def to_eight_bits(model: onnx.ModelProto, least_rows: int = _LEAST_ROWS) -> int:
    """Changes `model` in place; how many products and look-ups now read 8 bits.

    0 where no matrix has a width that is a multiple of 32: then nothing is changed.
    """
    rewriter = _Rewriter(model, least_rows)
    for graph in graphs_of(model.graph):
        rewriter.rewrite(graph)
    if rewriter.changed:
        rewriter.finish()
    return rewriter.changed


def graphs_of(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """A graph and all that lie in branches of its nodes."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from graphs_of(attribute.g)


def drop_unused(graph: onnx.GraphProto) -> None:
    """Removes what nothing reads any more: matrices turned over, then constants."""
    for part in graphs_of(graph):
        for node in [node for node in part.node if node.op_type == "Transpose"]:
            if node.output[0] not in _read(graph):
                part.node.remove(node)
    read = _read(graph)
    kept = [constant for constant in graph.initializer if constant.name in read]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def _read(graph: onnx.GraphProto) -> set[str]:
    read = {name for part in graphs_of(graph) for node in part.node for name in node.input}
    return read | {value.name for part in graphs_of(graph) for value in part.output}


class _Rewriter:
    """One model while it is rewritten. Branches see the constants of the outermost graph."""

    def __init__(self, model: onnx.ModelProto, least_rows: int) -> None:
        self.model = model
        self.changed = 0
        self._least_rows = least_rows
        self._constants = {constant.name: constant for part in graphs_of(model.graph)
                           for constant in part.initializer}
        # Optimum writes a head that is the embedding as the embedding, turned over.
        self._turned = {node.output[0]: node.input[0] for part in graphs_of(model.graph)
                        for node in part.node if node.op_type == "Transpose"
                        and _attribute(node, "perm", [1, 0]) == [1, 0]}
        self._made: dict[str, tuple[str, str]] = {}
        self._new: list[onnx.TensorProto] = []
        self._shapes: list[onnx.NodeProto] = []

    def rewrite(self, graph: onnx.GraphProto) -> None:
        nodes: list[onnx.NodeProto] = []
        for node in graph.node:
            fresh = self._rewritten(node)
            self.changed += fresh is not None
            nodes.extend(fresh or [node])
        del graph.node[:]
        graph.node.extend(nodes)

    def finish(self) -> None:
        """Puts the new constants into the outermost graph and takes the old ones out."""
        graph = self.model.graph
        graph.initializer.extend(self._new)
        nodes = [*self._shapes, *graph.node]
        del graph.node[:]
        graph.node.extend(nodes)
        drop_unused(graph)
        if RUNTIME not in {opset.domain for opset in self.model.opset_import}:
            self.model.opset_import.append(helper.make_opsetid(RUNTIME, 1))

    def _rewritten(self, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type == "MatMul":
            return self._product(node, transposed=False)
        if node.op_type == "Gemm" and _is_plain(node):
            return self._product(node, transposed=bool(_attribute(node, "transB", 0)))
        if node.op_type == "Gather" and not _attribute(node, "axis", 0):
            return self._look_up(node)
        return None

    def _product(self, node: onnx.NodeProto, transposed: bool) -> list[onnx.NodeProto] | None:
        """A product with a constant (K, N), or (N, K) if `transposed`, and maybe a bias."""
        weights = self._matrix(node.input[1])
        if weights is None:
            return None
        rows = weights if transposed else weights.T
        if rows.shape[1] % BLOCK:
            return None
        codes, scales = self._kept(rows)
        bias = node.input[2] if len(node.input) > 2 else ""
        product = f"{node.output[0]}.product" if bias else node.output[0]
        made = [helper.make_node(
            "MatMulNBits", [node.input[0], self._blocks(codes, rows.shape), scales], [product],
            f"{node.output[0]}.8bit", domain=RUNTIME, K=rows.shape[1], N=rows.shape[0], bits=8,
            block_size=BLOCK, accuracy_level=4)]
        if bias:
            made.append(helper.make_node("Add", [product, bias], list(node.output),
                                         f"{node.output[0]}.bias"))
        return made

    def _look_up(self, node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        table = self._matrix(node.input[0])
        if table is None or table.shape[1] % BLOCK or len(table) < self._least_rows:
            return None
        codes, scales = self._kept(table)
        return [helper.make_node(
            "GatherBlockQuantized", [codes, node.input[1], scales], list(node.output),
            f"{node.output[0]}.8bit", domain=RUNTIME, bits=8, block_size=BLOCK, gather_axis=0,
            quantize_axis=1)]

    def _matrix(self, name: str) -> Floats | None:
        if name in self._turned:
            upright = self._matrix(self._turned[name])
            return None if upright is None else upright.T
        constant = self._constants.get(name)
        if constant is None or constant.data_type != TensorProto.FLOAT or len(constant.dims) != 2:
            return None
        return numpy_helper.to_array(constant)

    def _kept(self, rows: Floats) -> tuple[str, str]:
        """Names of codes (N, K) uint8 and scales (N, K/32); equal matrices share theirs."""
        upright = np.ascontiguousarray(rows)
        digest = hashlib.sha256(upright.tobytes() + str(upright.shape).encode()).hexdigest()
        if digest not in self._made:
            name = f"matrix_{len(self._made)}"
            blocks: BlockMatrix = to_8_bits(upright)
            self._made[digest] = f"{name}.codes", f"{name}.scales"
            self._new += [numpy_helper.from_array(blocks.codes, f"{name}.codes"),
                          numpy_helper.from_array(blocks.scales, f"{name}.scales")]
        return self._made[digest]

    def _blocks(self, codes: str, shape: tuple[int, ...]) -> str:
        """The codes as (N, K/32, 32), a shape the runtime gives them once, when it opens."""
        name = f"{codes}.blocks"
        if name not in {node.output[0] for node in self._shapes}:
            wanted = np.array([shape[0], shape[1] // BLOCK, BLOCK], np.int64)
            self._new.append(numpy_helper.from_array(wanted, f"{name}.shape"))
            self._shapes.append(helper.make_node("Reshape", [codes, f"{name}.shape"], [name]))
        return name


def _attribute(node: onnx.NodeProto, name: str, default: Any) -> Any:
    for attribute in node.attribute:
        if attribute.name == name:
            return helper.get_attribute_value(attribute)
    return default


def _is_plain(node: onnx.NodeProto) -> bool:
    """A Gemm that multiplies and adds, and does nothing else."""
    return (_attribute(node, "alpha", 1.0) == 1.0 and _attribute(node, "beta", 1.0) == 1.0
            and not _attribute(node, "transA", 0))
