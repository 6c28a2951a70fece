"""Rounds matrices to blocks of 32 weights with a scale each: 8 bits, or 4 bits searched for.

Works on weights alone; knows no model and no graph. 4-bit blocks get the scale and the zero point
under which the squared error is least, found by trying, not by the extremes of the block.
"""

import numpy as np
import numpy.typing as npt

from engine.export.decoder_weights import BLOCK, BlockMatrix, Floats, Matrix

_LEAST_SCALE = np.float32(1e-12)
_SHRINKS = np.linspace(1.0, 0.7, 8, dtype=np.float32)
_STEPS_4 = 15
_REFITS = 2
_PIECE = 1 << 15
"""Blocks searched at once: their trials stay in the processor's cache."""


def quantize(matrix: Matrix, bits: int, importance: Floats | None = None) -> Matrix:
    """A dense matrix in `bits` (4 or 8); one in blocks already, or of odd width, as it is."""
    if isinstance(matrix, BlockMatrix) or matrix.shape[1] % BLOCK:
        return matrix
    values = matrix.dense()
    # What is no number makes a scale that is none, which whoever takes the model looks for.
    with np.errstate(over="ignore", invalid="ignore"):
        return to_8_bits(values) if bits == 8 else to_4_bits(values, importance)


def to_8_bits(values: Floats) -> BlockMatrix:
    """(N, K) fp32, K a multiple of 32, rounded to 255 steps about zero."""
    rows, columns = values.shape
    blocks = values.reshape(rows, -1, BLOCK)
    scales = np.maximum(np.abs(blocks).max(-1) / np.float32(127), _LEAST_SCALE)
    steps = blocks / scales[:, :, None]
    np.rint(steps, out=steps)
    steps += 128
    return BlockMatrix(steps.astype(np.uint8).reshape(rows, columns), scales, None, 8)


def to_4_bits(values: Floats, importance: Floats | None = None) -> BlockMatrix:
    """(N, K) fp32, K a multiple of 32, in 16 steps a block with a whole zero point.

    `importance` (K,) weighs the squared error of each column, for instance by the mean square of
    what it is multiplied with. Minima are whole multiples of the scale, so that a graph may hold
    them as zero points.
    """
    rows = len(values)
    blocks = np.ascontiguousarray(values, np.float32).reshape(-1, BLOCK)
    weights = None if importance is None else _each_block(importance, rows)
    pieces = [_search(blocks[start:start + _PIECE],
                      None if weights is None else weights[start:start + _PIECE])
              for start in range(0, len(blocks), _PIECE)]
    scales, zeros = (np.concatenate(parts).reshape(rows, -1)
                     for parts in zip(*pieces, strict=True))
    return _rounded(values, scales, zeros)


def round_to_nearest(values: Floats) -> BlockMatrix:
    """4 bits by the extremes of each block alone: what the search must beat."""
    rows = len(values)
    blocks = values.reshape(-1, BLOCK)
    low, high = np.minimum(blocks.min(-1), 0), np.maximum(blocks.max(-1), 0)
    scales = np.maximum((high - low) / _STEPS_4, _LEAST_SCALE)
    zeros = np.clip(np.rint(-low / scales), 0, _STEPS_4)
    return _rounded(values, scales.reshape(rows, -1), zeros.reshape(rows, -1))


def squared_error(values: Floats, matrix: Matrix, importance: Floats | None = None) -> float:
    """Sum of squared differences, each column weighed by `importance` (K,)."""
    misses = np.square(matrix.dense() - values, dtype=np.float64)
    return float((misses if importance is None else misses * importance).sum())


def _search(blocks: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """(n,) scales and whole zero points of least error for n blocks of 32."""
    low, high = np.minimum(blocks.min(-1), 0), np.maximum(blocks.max(-1), 0)
    whole = np.maximum((high - low) / _STEPS_4, _LEAST_SCALE)
    best = np.full(len(blocks), np.inf, np.float32)
    scales, zeros = whole.copy(), np.zeros_like(whole)
    # Plain rounding comes first, so that the search is never worse.
    trials = [(whole, -low / whole)]
    for shrink in _SHRINKS:
        tried = whole * shrink
        trials.append((tried, _STEPS_4 / 2 - (low + high) / (2 * tried)))
    for tried, zero in trials:
        whole_zero = np.clip(np.rint(zero), 0, _STEPS_4)
        _keep_better(blocks, weights, tried, whole_zero, best, scales, zeros)
    for _ in range(_REFITS):
        _keep_better(blocks, weights, _refitted(blocks, weights, scales, zeros), zeros,
                     best, scales, zeros)
    return scales, zeros


def _keep_better(blocks: Floats, weights: Floats | None, tried: Floats, zero: Floats,
                 best: Floats, scales: Floats, zeros: Floats) -> None:
    """Replaces, in place, the blocks for which the tried scale and zero point miss by less."""
    misses = _steps(blocks, tried, zero)
    misses *= tried[:, None]
    misses -= blocks
    np.square(misses, out=misses)
    if weights is not None:
        misses *= weights
    error = misses.sum(-1)
    better = error < best
    best[better], scales[better], zeros[better] = error[better], tried[better], zero[better]


def _steps(blocks: Floats, scales: Floats, zeros: Floats) -> Floats:
    """(n, 32) whole steps from zero that lie nearest, within the 16 there are."""
    steps = blocks / scales[:, None]
    np.rint(steps, out=steps)
    np.clip(steps, -zeros[:, None], (_STEPS_4 - zeros)[:, None], out=steps)
    return steps


def _refitted(blocks: Floats, weights: Floats | None, scales: Floats, zeros: Floats) -> Floats:
    """The scales that fit the chosen steps best, by least squares."""
    steps = _steps(blocks, scales, zeros)
    weighed = steps if weights is None else steps * weights
    norm = (weighed * steps).sum(-1)
    fitted = (weighed * blocks).sum(-1) / np.maximum(norm, _LEAST_SCALE)
    return np.where((norm > 0) & (fitted > _LEAST_SCALE), fitted, scales).astype(np.float32)


def _rounded(values: Floats, scales: Floats, zeros: Floats) -> BlockMatrix:
    rows, columns = values.shape
    flat_zeros = zeros.reshape(-1).astype(np.float32)
    codes = _steps(values.reshape(-1, BLOCK), scales.reshape(-1), flat_zeros)
    codes += flat_zeros[:, None]
    minima = -(scales * zeros).astype(np.float32)
    return BlockMatrix(codes.astype(np.uint8).reshape(rows, columns),
                       scales.astype(np.float32), minima, 4)


def _each_block(importance: npt.NDArray[np.float32], rows: int) -> Floats:
    return np.tile(importance.reshape(-1, BLOCK).astype(np.float32), (rows, 1))
