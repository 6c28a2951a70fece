"""The graphs of an exported model as files: which there are, what they tell, and smaller forms.

Tidies what optimum leaves, reads shapes off the inputs, and makes 8-bit forms, our blocks or ONNX
Runtime's dynamic int8. Whether a form is good enough is measured elsewhere.
"""
# onnx's helpers are typed in part, onnxruntime's tools not at all.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from engine.errors import EngineError
from engine.export.architectures import DECODER, ENCODER, ENCODER_DECODER
from engine.export.eight_bit_graph import to_eight_bits
from engine.inference.decoder_opening import ENCODER_GRAPH

GRAPHS = {
    DECODER: ("model.onnx",),
    ENCODER: ("model.onnx",),
    # The first is the one the manifest names.
    ENCODER_DECODER: ("decoder_model_merged.onnx", ENCODER_GRAPH),
}
BLOCKS, DYNAMIC, WHOLE = "8-bit", "int8", "fp32"
_MOST_IN_ONE_FILE = 1_500_000_000  # protobuf's own limit is 2 GiB
_TOKEN_TYPES = "token_type_ids"


@dataclass(frozen=True, slots=True)
class PastShape:
    """What the inputs of a decoder tell of its cache."""

    layers: int
    kv_heads: int
    head_size: int


def take_graphs(exported: Path, target: Path, kind: str) -> None:
    """Moves what is needed of optimum's folder into `target`. EngineError where a graph lacks."""
    for name in GRAPHS[kind]:
        if not (exported / name).is_file():
            raise EngineError(f"The export left no {name}.",
                              "Choose another variant of this model.")
        for file in exported.glob(f"{name}*"):  # with the weights that lie beside a large one
            shutil.move(file, target / file.name)
    if kind == ENCODER:
        without_token_types(target / GRAPHS[kind][0])


def past_shape(graph: Path) -> PastShape:
    """Read from the graph itself: configs name these numbers in a dozen ways."""
    keys = [value for value in onnx.load(str(graph), load_external_data=False).graph.input
            if value.name.startswith("past_key_values.") and value.name.endswith(".key")
            and ".encoder." not in value.name]
    sizes = [[part.dim_value for part in key.type.tensor_type.shape.dim] for key in keys]
    if not sizes or len(sizes[0]) != 4 or not sizes[0][1] or not sizes[0][3]:
        raise EngineError("The exported model takes no past.",
                          "Choose another variant of this model.")
    return PastShape(len(keys), sizes[0][1], sizes[0][3])


def write_form(source: Path, target: Path, kind: str, precision: str) -> bool:
    """Writes the graphs of the folder `source` in a smaller form into `target`.

    False where no matrix of them can be kept so; then `target` is of no use.
    """
    changed = 0
    for name in GRAPHS[kind]:
        if precision == DYNAMIC:
            changed += _dynamic(source / name, target / name)
            continue
        graph = onnx.load(str(source / name))
        changed += to_eight_bits(graph)
        save_graph(graph, target / name)
    return changed > 0


def save_graph(model: onnx.ModelProto, file: Path) -> None:
    """Weights beyond what one file can hold lie beside it; older ones there are replaced."""
    beside = file.with_name(f"{file.name}_data")
    beside.unlink(missing_ok=True)  # it would be written on at its end
    held = sum(len(constant.raw_data) for constant in model.graph.initializer)
    large = held > _MOST_IN_ONE_FILE
    onnx.save(model, str(file), save_as_external_data=large, location=beside.name)


def _dynamic(source: Path, target: Path) -> int:
    """Through ONNX Runtime's own quantizer; how many products became whole numbers."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(
            source, target, op_types_to_quantize=["MatMul"], per_channel=True,
            weight_type=QuantType.QInt8, use_external_data_format=_is_large(source),
            extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True})
    finally:
        logging.disable(before)
    content = onnx.load(str(target), load_external_data=False)
    return sum(node.op_type in ("MatMulInteger", "DynamicQuantizeMatMul")
               for node in content.graph.node)


def _is_large(graph: Path) -> bool:
    return any(file != graph for file in graph.parent.glob(f"{graph.name}*"))


def without_token_types(file: Path) -> None:
    """Takes that input out of a graph: every text is of type 0, which is no question to whoever
    runs it."""
    model = onnx.load(str(file))
    graph = model.graph
    asked = [value for value in graph.input if value.name == _TOKEN_TYPES]
    if not asked:
        return
    graph.input.remove(asked[0])
    zero = helper.make_tensor("no_type", TensorProto.INT64, [1], [0])
    nodes = [helper.make_node("Shape", ["input_ids"], [f"{_TOKEN_TYPES}.shape"]),
             helper.make_node("ConstantOfShape", [f"{_TOKEN_TYPES}.shape"], [_TOKEN_TYPES],
                              value=zero), *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    save_graph(model, file)
