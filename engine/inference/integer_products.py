"""Whether this processor multiplies 8-bit numbers exactly, or lets large sums overflow.

Processors without dot-product instructions add pairs of products in 16 bits; inputs and weights
near their greatest values then come out wrong, and no error tells. So the processor itself is
asked, with a graph of one product that every model with a prompt graph brings.
"""

from functools import cache
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.inference.onnx_model import OnnxModel, ValueKind

FILE = "exactness.onnx"
INPUTS, PRODUCTS, WIDTH = "inputs", "products", 64
GREATEST = (255, 127)
"""Of an unsigned input and a signed weight."""


@cache
def multiplies_exactly(graph: Path) -> bool:
    """Runs the graph: inputs (1, WIDTH) uint8 times weights of the greatest numbers there are.

    False where the products are not what they must be, or there is no such graph.
    """
    try:
        model = OnnxModel.open(graph, threads=1)
    except EngineError:
        return False
    if model.input_kinds != {INPUTS: ValueKind(np.uint8, (1, WIDTH))} or (
            model.outputs != (PRODUCTS,)):
        return False
    inputs = np.full((1, WIDTH), GREATEST[0], np.uint8)
    (found,) = model.run([PRODUCTS], {INPUTS: inputs})
    return bool(np.all(found == WIDTH * GREATEST[0] * GREATEST[1]))
