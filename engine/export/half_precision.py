"""A decoder graph with 16-bit activations and cache, as attention on graphics cards wants it.

Works on the built graph: weights stay in their 4 or 8 bits, everything around them is halved, the
logits come out in 32 bits as before. Knows nothing of devices and of where models live.
"""
# onnx's helpers are only partly typed.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.errors import EngineError
from engine.export.weight_file import save_graphs

WIDE, HALF = TensorProto.FLOAT, TensorProto.FLOAT16
LOGITS = "logits"
_GREATEST = float(np.finfo(np.float16).max)
# What the attention node says of a cache in 8 bits: the places and names of its scales.
_CACHE_SCALES = slice(12, 14)
_CACHE_ATTRIBUTES = frozenset({"k_quant_type", "v_quant_type", "kv_cache_bit_width"})
# Of use to the processor's kernels only.
_PROCESSOR_ATTRIBUTES = frozenset({"accuracy_level"})


def save_half(graph: Path, into: Path) -> Path:
    """Writes the halved copy of the graph file `graph` to `into`, its weights to a file beside
    it. `into` is there only once all is.

    Raises EngineError where `graph` is no ONNX file.
    """
    try:
        model = onnx.load(str(graph))
    except Exception as broken:  # protobuf's error and onnx's own share no parent
        raise EngineError(f"The model file {graph.name} cannot be read: {broken}",
                          "Add the model again from its source.") from broken
    _halve(model)
    into.unlink(missing_ok=True)  # it would read the new weights as its own
    fresh = into.with_name(into.name + ".new")
    save_graphs({fresh.name: model}, into.parent, f"{into.stem}.bin")
    fresh.replace(into)
    return into


def to_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy whose float32 is float16 everywhere but in the logits; the cache is float16 too."""
    half = onnx.ModelProto()
    half.CopyFrom(model)
    _halve(half)
    return half


def _halve(model: onnx.ModelProto) -> None:
    graph = model.graph
    del graph.value_info[:]
    for node in graph.node:
        _halve_node(node)
    _drop_unused(graph)
    for tensor in graph.initializer:
        _halve_tensor(tensor)
    for value in [*graph.input, *graph.output]:
        if value.name != LOGITS and _is_cache_or_float(value):
            value.type.tensor_type.elem_type = HALF
    _widen_logits(graph)


def _is_cache_or_float(value: onnx.ValueInfoProto) -> bool:
    return value.type.tensor_type.elem_type in (WIDE, TensorProto.INT8)


def _halve_node(node: onnx.NodeProto) -> None:
    if node.op_type == "GroupQueryAttention":
        _use_plain_cache(node)
    _without(node, _PROCESSOR_ATTRIBUTES)
    for attribute in node.attribute:
        if attribute.name == "to" and attribute.i == WIDE:
            attribute.i = HALF
        elif attribute.type == onnx.AttributeProto.TENSOR:
            _halve_tensor(attribute.t)


def _use_plain_cache(node: onnx.NodeProto) -> None:
    """An 8-bit cache spares the processor's memory; cards have no kernel for it that is sure."""
    inputs = list(node.input)
    inputs[_CACHE_SCALES] = [""] * len(inputs[_CACHE_SCALES])
    while inputs and not inputs[-1]:
        inputs.pop()
    del node.input[:]
    node.input.extend(inputs)
    _without(node, _CACHE_ATTRIBUTES)


def _without(node: onnx.NodeProto, names: Iterable[str]) -> None:
    kept = [attribute for attribute in node.attribute if attribute.name not in names]
    del node.attribute[:]
    node.attribute.extend(kept)


def _drop_unused(graph: onnx.GraphProto) -> None:
    used = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def _halve_tensor(tensor: onnx.TensorProto) -> None:
    if tensor.data_type == WIDE:
        values: Any = numpy_helper.to_array(tensor)
        # Beyond its range half precision knows only infinity, which would spoil every sum.
        halved = np.clip(values, -_GREATEST, _GREATEST).astype(np.float16)
        tensor.CopyFrom(numpy_helper.from_array(halved, tensor.name))


def _widen_logits(graph: onnx.GraphProto) -> None:
    for node in graph.node:
        for at, name in enumerate(node.output):
            if name == LOGITS:
                node.output[at] = f"{LOGITS}.half"
                graph.node.append(helper.make_node("Cast", [f"{LOGITS}.half"], [LOGITS],
                                                   "widen_logits", to=WIDE))
                return
