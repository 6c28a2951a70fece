"""How far values reach inside the encoder, measured on texts, so that int8 knows its ranges."""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx

from engine.export.encoder_graph import EncoderShape, Ranges, Weights, build_probe_graph
from engine.inference.onnx_model import OnnxModel
from engine.inference.tokenizer import Ids


def measure_ranges(
    weights: Weights, shape: EncoderShape, sequences: Sequence[Ids], scratch: Path
) -> Ranges:
    """Least and greatest input of every matmul over `sequences`; `scratch` holds a graph meanwhile.

    The whole range is kept: clipping the rare great values, which mark outlier channels, costs
    five times the accuracy that finer steps win.
    """
    graph, inputs = build_probe_graph(weights, shape)
    onnx.save(graph, scratch)
    model = OnnxModel.open(scratch)
    outputs = sorted(set(inputs.values()))
    lows = np.full(len(outputs), np.inf)
    highs = np.full(len(outputs), -np.inf)
    for ids in sequences:
        fed = {"input_ids": ids[None], "attention_mask": np.ones((1, len(ids)), np.int64)}
        values = model.run(outputs, fed)
        lows = np.minimum(lows, [value.min() for value in values])
        highs = np.maximum(highs, [value.max() for value in values])
    scratch.unlink()
    reach = {name: (float(lows[at]), float(highs[at])) for at, name in enumerate(outputs)}
    return {matmul: reach[name] for matmul, name in inputs.items()}
