"""Whether this processor multiplies 8-bit numbers exactly, or lets large sums overflow.

Processors without dot-product instructions add pairs of products in 16 bits; inputs and weights
near their greatest values then come out wrong, and no error tells. So the processor itself is
asked, with a graph of one product that every model with a prompt graph brings.
"""

from functools import cache
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.inference.onnx_model import OnnxModel

FILE = "exactness.onnx"
GREATEST = (255, 127)
"""Of an unsigned input and a signed weight."""


@cache
def multiplies_exactly(graph: Path) -> bool:
    """Runs the graph: inputs (1, K) uint8 and weights (K, N) of the greatest numbers there are.

    False where the product is not what it must be, or there is no such graph.
    """
    try:
        model = OnnxModel.open(graph, threads=1)
    except EngineError:
        return False
    width = model.input_kinds["inputs"].shape[-1]
    assert isinstance(width, int)
    inputs = np.full((1, width), GREATEST[0], np.uint8)
    (found,) = model.run(["products"], {"inputs": inputs})
    return bool(np.all(found == width * GREATEST[0] * GREATEST[1]))
