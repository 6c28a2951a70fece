"""A small graph for trying devices: the operators every model of ours is made of, random weights.

Input x and output y (1, WIDTH); as float32, or float16 where a device wants halves.
"""
# onnx's helpers are only partly typed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH = 256
LAYERS = 4


def save_trial_graph(file: Path, half: bool) -> Path:
    """Writes the graph; its answers depend on every layer, and are the same every time."""
    kind, element = (np.float16, TensorProto.FLOAT16) if half else (np.float32, TensorProto.FLOAT)
    some = np.random.default_rng(1)
    nodes: list[onnx.NodeProto] = []
    weights: list[onnx.TensorProto] = [numpy_helper.from_array(np.ones(WIDTH, kind), "ones")]
    last = "x"
    for at in range(LAYERS):
        matrix = some.normal(size=(WIDTH, WIDTH)).astype(kind) / kind(WIDTH**0.5)
        weights.append(numpy_helper.from_array(matrix, f"w{at}"))
        nodes += [helper.make_node("LayerNormalization", [last, "ones"], [f"n{at}"], f"norm{at}",
                                   axis=-1, epsilon=1e-5),
                  helper.make_node("MatMul", [f"n{at}", f"w{at}"], [f"m{at}"], f"matmul{at}"),
                  helper.make_node("Sigmoid", [f"m{at}"], [f"s{at}"], f"sigmoid{at}"),
                  helper.make_node("Mul", [f"m{at}", f"s{at}"], [f"a{at}"], f"mul{at}"),
                  helper.make_node("Add", [last, f"a{at}"], [f"x{at}"], f"add{at}")]
        last = f"x{at}"
    nodes.append(helper.make_node("Softmax", [last], ["y"], "softmax", axis=-1))
    info = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "trial", [info("x", element, [1, WIDTH])],
                              [info("y", element, [1, WIDTH])], weights)
    model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])
    file.write_bytes(model.SerializeToString())
    return file
