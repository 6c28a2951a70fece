"""The constants of a graph that is on disk, by name, read when asked for and never whole.

Knows how ONNX refers to a file of weights beside it. Knows no model.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[Any]

_NORMS = ("SimplifiedLayerNormalization", "SkipSimplifiedLayerNormalization",
          "LayerNormalization")


class GraphConstants:
    """Constants by their names, and attributes of nodes by what they give or take."""

    def __init__(self, graph: onnx.GraphProto, folder: Path) -> None:
        self._folder = folder
        self._constants = {constant.name: constant for constant in graph.initializer}
        self._nodes = list(graph.node)

    @classmethod
    def open(cls, file: Path) -> "GraphConstants":
        """Of a graph's file; OSError or ValueError where it is none."""
        try:
            model = onnx.load(str(file), load_external_data=False)
        except Exception as broken:  # protobuf raises an error class of its own
            raise ValueError(f"{file.name} is no graph") from broken
        return cls(model.graph, file.parent)

    def read(self, name: str) -> Array:
        """The constant; KeyError where there is none, ValueError where its file is cut short."""
        constant = self._constants[name]
        if constant.data_location != TensorProto.EXTERNAL:
            return numpy_helper.to_array(constant)
        place = {entry.key: entry.value for entry in constant.external_data}
        element = helper.tensor_dtype_to_np_dtype(constant.data_type)
        file = self._folder / Path(place["location"]).name
        with file.open("rb") as opened:
            opened.seek(int(place.get("offset", 0)))
            held = opened.read(int(place["length"]))
        return np.frombuffer(held, element).reshape(tuple(constant.dims))

    def maybe(self, name: str) -> Array | None:
        """The constant, None where there is none."""
        return self.read(name) if name in self._constants else None

    def has_product(self, name: str) -> bool:
        """Whether a matrix of this name is multiplied with."""
        return f"{name}.codes" in self._constants or f"{name}.weight" in self._constants

    def attribute(self, output: str, name: str) -> object:
        """Of the node that gives `output`. KeyError where there is no such node or attribute."""
        for node in self._nodes:
            if output in node.output:
                return _attribute(node, name)
        raise KeyError(output)

    def bits(self, codes: str) -> int:
        """In how many bits the product with these codes keeps its weights."""
        for node in self._nodes:
            if codes in node.input and node.op_type == "MatMulNBits":
                return int(_attribute(node, "bits"))
        raise KeyError(codes)

    def norm_epsilon(self) -> float:
        """What the norms add under their root."""
        for node in self._nodes:
            if node.op_type in _NORMS:
                return float(_attribute(node, "epsilon"))
        raise KeyError("norm")


def _attribute(node: onnx.NodeProto, name: str) -> Any:
    for attribute in node.attribute:
        if attribute.name == name:
            return helper.get_attribute_value(attribute)
    raise KeyError(name)
