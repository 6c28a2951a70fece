"""Blocks with a float minimum as the runtime's matrix product wants them: whole zero points.

weight = scale * code + minimum becomes scale * (code - zero) + rest, where rest is at most half
a scale. The rests times the sum of each block's inputs are one more, small matrix product; its
weights stand as extra columns of the same matrix. So 4-bit weights with float minima (Q4_1 of
GGUF) are kept to a thirtieth of a step, at 4 bits; where minima are too unlike for that, the
matrix is rounded to 8 bits. Knows no graph.
"""

from dataclasses import dataclass

import numpy as np

from engine.export.decoder_weights import BLOCK, BlockMatrix, Codes, Floats
from engine.export.quantize import to_8_bits

_NOTHING = 1e-5
_MOST_MISSED = 1 / 8
"""Of a step, root mean square over the row that is missed most: beyond it the matrix goes to 8
bits. Rows whose blocks have much the same scale are missed by a thirtieth."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedBlocks:
    """`codes` (N, K'), `scales` (N, B), `zeros` (N, B) whole; B blocks of 32, the last one cut.

    `sums`: the columns beyond K are for the sums of the K / 32 blocks of the input.
    """

    codes: Codes
    scales: Floats
    zeros: Codes
    bits: int
    sums: bool

    @property
    def shape(self) -> tuple[int, int]:
        rows, columns = self.codes.shape
        return rows, columns

    def packed_codes(self) -> Codes:
        """(N, B, bytes of a block): 4-bit codes two a byte, the first in the lower half."""
        rows, columns = self.codes.shape
        blocks = self.scales.shape[1]
        whole = np.zeros((rows, blocks * BLOCK), np.uint8)
        whole[:, :columns] = self.codes
        return _halves(whole, self.bits).reshape(rows, blocks, -1)

    def packed_zeros(self) -> Codes:
        """(N, bytes of a row), as the codes."""
        zeros = self.zeros
        if self.bits == 4 and zeros.shape[1] % 2:
            zeros = np.concatenate([zeros, np.zeros((len(zeros), 1), np.uint8)], axis=1)
        return _halves(zeros, self.bits)

    def dense(self) -> Floats:
        """(N, K') fp32."""
        wide = [np.repeat(part, BLOCK, axis=1)[:, :self.codes.shape[1]]
                for part in (self.scales, self.zeros.astype(np.float32))]
        return (self.codes - wide[1]) * wide[0]


def fit_blocks(matrix: BlockMatrix) -> FittedBlocks:
    """The matrix with whole zero points and, where they leave rests, columns for those."""
    if matrix.minima is None:
        middle = np.full(matrix.scales.shape, matrix.middle, np.uint8)
        return FittedBlocks(matrix.codes, matrix.scales, middle, matrix.bits, sums=False)
    zeros, rests = _whole_zeros(matrix.scales, matrix.minima, matrix.bits)
    if np.all(np.abs(rests) <= _NOTHING * np.abs(matrix.scales)):
        return FittedBlocks(matrix.codes, matrix.scales, zeros, matrix.bits, sums=False)
    extra = _rounded(rests, matrix.bits)
    if _missed(rests, extra, matrix.scales) > _MOST_MISSED:
        return fit_blocks(to_8_bits(matrix.dense()))
    return FittedBlocks(
        np.concatenate([matrix.codes, extra.codes], axis=1),
        np.concatenate([matrix.scales, extra.scales], axis=1),
        np.concatenate([zeros, extra.zeros], axis=1), matrix.bits, sums=True)


def _whole_zeros(scales: Floats, minima: Floats, bits: int) -> tuple[Codes, Floats]:
    """The nearest whole zero points, and what they leave of the minima."""
    safe = np.where(scales == 0, np.float32(1), scales)
    zeros = np.clip(np.rint(-minima / safe), 0, (1 << bits) - 1)
    return zeros.astype(np.uint8), (minima + scales * zeros).astype(np.float32)


def _rounded(values: Floats, bits: int) -> FittedBlocks:
    """(N, C) in blocks of 32 columns, each with a scale and a whole zero point."""
    rows, columns = values.shape
    blocks = -(-columns // BLOCK)
    whole = np.zeros((rows, blocks * BLOCK), np.float32)
    whole[:, :columns] = values
    cut = whole.reshape(rows, blocks, BLOCK)
    top = (1 << bits) - 1
    low, high = np.minimum(cut.min(-1), 0), np.maximum(cut.max(-1), 0)
    scales = np.maximum((high - low) / top, np.float32(1e-12))
    zeros = np.clip(np.rint(-low / scales), 0, top)
    codes = np.clip(np.rint(cut / scales[:, :, None] + zeros[:, :, None]), 0, top)
    return FittedBlocks(codes.astype(np.uint8).reshape(rows, -1)[:, :columns], scales,
                        zeros.astype(np.uint8), bits, sums=False)


def _missed(rests: Floats, extra: FittedBlocks, scales: Floats) -> float:
    """In steps, of the worst row."""
    missed = np.square(extra.dense() - rests).mean(1)
    steps = np.maximum(np.square(scales).mean(1), np.float32(1e-30))
    return float(np.sqrt((missed / steps).max()))


def _halves(codes: Codes, bits: int) -> Codes:
    if bits == 8:
        return codes
    return (codes[..., 0::2] | (codes[..., 1::2] << 4)).astype(np.uint8)
