"""A graph while it is written: nodes and constants in their order. Knows no model.

Constants that are the same bytes are kept once where graphs are saved (see weight_file).
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[Any]

RUNTIME = "com.microsoft"
STANDARD = ""
_OPERATORS = 21
_FORMAT = 10


class GraphNodes:
    """Collects nodes; every value is known by its name."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def add(self, kind: str, inputs: Sequence[str], *, domain: str = STANDARD,
            outputs: Sequence[str] = (), **attributes: Any) -> str:
        """One node; the name of its first output, which is made up where none is given."""
        name = f"{kind}_{len(self._nodes)}"
        named = list(outputs) or [name]
        self._nodes.append(
            helper.make_node(kind, list(inputs), named, name, domain=domain, **attributes))
        return named[0]

    def constant(self, name: str, value: Array) -> str:
        """A constant of this name; one that stands already is kept."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def input(self, name: str, kind: int, shape: Sequence[str | int]) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def output(self, name: str, kind: int, shape: Sequence[str | int] | None) -> str:
        self._outputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def finished(self, name: str) -> onnx.ModelProto:
        """The model of all that was added."""
        graph = helper.make_graph(self._nodes, name, self._inputs, self._outputs,
                                  list(self._constants.values()))
        versions = [helper.make_opsetid(STANDARD, _OPERATORS), helper.make_opsetid(RUNTIME, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=_FORMAT)


FLOAT, INT8, INT32, INT64, UINT8 = (
    TensorProto.FLOAT, TensorProto.INT8, TensorProto.INT32, TensorProto.INT64, TensorProto.UINT8)
