"""Matrices in blocks of every kind, and what the runtime makes of one product with them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx

from engine.export.block_fit import FittedBlocks
from engine.export.decoder_weights import BLOCK, BlockMatrix, DenseMatrix, Floats, Matrix
from engine.export.graph_nodes import FLOAT, GraphNodes
from engine.export.linears import Linears, Part
from engine.export.quantize import to_4_bits, to_8_bits
from engine.inference.onnx_model import OnnxModel

KINDS = ("q4_0", "q4_1", "q8_0", "q8_1", "whole", "rounded", "dense", "half")


def some(*sides: int, seed: int = 0, size: float = 1.0) -> Floats:
    return np.random.default_rng(seed).normal(0, size, sides).astype(np.float32)


def some_blocks(rows: int, columns: int, bits: int = 4, minima: bool = True,
                seed: int = 0) -> BlockMatrix:
    """Random codes with scales much alike, of either sign, and float minima about the middle."""
    chance = np.random.default_rng(seed)
    shape = rows, columns // BLOCK
    scales = chance.uniform(0.08, 0.12, shape) * chance.choice([-1, 1], shape)
    lowest = -scales * (1 << bits) * chance.uniform(0.2, 0.8, shape)
    return BlockMatrix(
        chance.integers(0, 1 << bits, (rows, columns), np.uint8), scales.astype(np.float32),
        lowest.astype(np.float32) if minima else None, bits)


def matrix_of(kind: str, rows: int, columns: int, seed: int = 0) -> Matrix:
    """One of KINDS: blocks as GGUFs have them, our own roundings, or plain numbers."""
    values = some(rows, columns, seed=seed)
    made = {"whole": lambda: to_4_bits(values), "rounded": lambda: to_8_bits(values),
            "dense": lambda: DenseMatrix(values),
            "half": lambda: DenseMatrix(values.astype(np.float16))}
    if kind in made:
        return made[kind]()
    return some_blocks(rows, columns, int(kind[1]), kind.endswith("_1"), seed)


def rebuilt(fitted: FittedBlocks, columns: int) -> Floats:
    """(N, columns): the weights that a fit stands for, its columns for sums spread over theirs."""
    dense = fitted.dense()
    extra = np.repeat(dense[:, columns:], BLOCK, axis=1) if fitted.sums else 0
    return dense[:, :columns] + extra


def graph_of(linears: Linears, parts: Sequence[Part]) -> onnx.ModelProto:
    """Products of one value "x" (B, T, K) and all parts: outputs "y0", "y1" ..."""
    nodes = GraphNodes()
    value = nodes.input("x", FLOAT, ["B", "T", parts[0][0].shape[1]])
    for number, part in enumerate(parts):
        made = linears.product(nodes, f"part{number}", value, part)
        nodes.add("Identity", [made], outputs=[f"y{number}"])
        nodes.output(f"y{number}", FLOAT, None)
    return nodes.finished("products")


def products(folder: Path, linears: Linears, parts: Sequence[Part],
             values: Floats) -> list[np.ndarray]:
    """What the runtime gives for `values` (B, T, K) with each part: (B, T, N)."""
    file = folder / "products.onnx"
    onnx.save(graph_of(linears, parts), file)
    model = OnnxModel.open(file, threads=1)
    return list(model.run(model.outputs, {"x": values}))
