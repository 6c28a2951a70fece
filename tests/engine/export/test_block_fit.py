"""Whole zero points and columns for sums stand for the same weights as float minima did."""

import numpy as np
import pytest

from engine.export.block_fit import FittedBlocks, fit_blocks
from engine.export.decoder_weights import BLOCK, BlockMatrix, Floats
from engine.export.quantize import to_4_bits, to_8_bits
from tests.tiny_blocks import rebuilt, some, some_blocks

WIDTHS = (32, 64, 96, 32 * 31, 32 * 32, 32 * 33)


def missed(matrix: BlockMatrix, fitted: FittedBlocks) -> Floats:
    """(N, B) the greatest miss in each block, in steps of that block."""
    rows, columns = matrix.shape
    misses = np.abs(rebuilt(fitted, columns) - matrix.dense()).reshape(rows, -1, BLOCK).max(-1)
    return misses / np.abs(matrix.scales)


def with_parts(matrix: BlockMatrix, scales: Floats | None = None,
               minima: Floats | None = None) -> BlockMatrix:
    return BlockMatrix(matrix.codes, matrix.scales if scales is None else scales,
                       matrix.minima if minima is None else minima, matrix.bits)


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("columns", WIDTHS)
def test_blocks_about_the_middle_stay_what_they_are(bits: int, columns: int) -> None:
    matrix = some_blocks(5, columns, bits, minima=False)
    fitted = fit_blocks(matrix)
    assert (fitted.bits, fitted.sums, fitted.shape) == (bits, False, matrix.shape)
    assert np.array_equal(fitted.dense(), matrix.dense())


@pytest.mark.parametrize("columns", WIDTHS)
def test_whole_minima_need_no_sums(columns: int) -> None:
    matrix = to_4_bits(some(7, columns))
    fitted = fit_blocks(matrix)
    assert not fitted.sums and fitted.bits == 4
    assert fitted.dense() == pytest.approx(matrix.dense(), abs=1e-6)


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("columns", WIDTHS)
def test_float_minima_are_kept_to_a_sixteenth_of_a_step(bits: int, columns: int) -> None:
    matrix = some_blocks(40, columns, bits)
    fitted = fit_blocks(matrix)
    assert fitted.sums and fitted.bits == bits
    assert fitted.shape == (40, columns + columns // BLOCK)
    assert missed(matrix, fitted).max() < 1 / 16
    # AND without those columns it would be half a step
    assert np.abs(fitted.dense()[:, :columns] - matrix.dense()).max() > 0.4 * 0.08


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_sign_of_a_scale_is_nothing_special(sign: int) -> None:
    matrix = some_blocks(8, 96)
    assert matrix.minima is not None
    turned = with_parts(matrix, np.abs(matrix.scales) * sign, -np.abs(matrix.minima) * sign)
    assert missed(turned, fit_blocks(turned)).max() < 1 / 16


def test_blocks_of_one_value_are_that_value() -> None:
    # GIVEN blocks without a step, one of zeros and one of a small constant
    matrix = some_blocks(4, 96)
    assert matrix.minima is not None
    scales, minima = matrix.scales.copy(), matrix.minima.copy()
    scales[:, 1], minima[:, 1] = 0, 0
    scales[:2, 2], minima[:2, 2] = 0, 0.02
    flat = with_parts(matrix, scales, minima)
    dense = rebuilt(fit_blocks(flat), 96)
    assert np.isfinite(dense).all()
    assert dense == pytest.approx(flat.dense(), abs=0.12 / 16)


def test_a_matrix_of_nothing_is_nothing() -> None:
    nothing = np.zeros((3, 2), np.float32)
    for minima in (None, nothing):
        fitted = fit_blocks(BlockMatrix(np.zeros((3, 64), np.uint8), nothing, minima, 4))
        assert not fitted.sums and not fitted.dense().any()


@pytest.mark.parametrize("lift", [0.3, 2.0, 400.0])
def test_blocks_that_lie_all_above_zero_are_kept(lift: float) -> None:
    """No zero point is low enough for them."""
    matrix = some_blocks(16, 128)
    lifted = with_parts(matrix, np.abs(matrix.scales),
                        np.abs(some(16, 4, seed=2)) * np.float32(lift))
    dense = lifted.dense()
    assert np.abs(rebuilt(fit_blocks(lifted), 128) - dense).max() < max(
        0.12 / 8, np.abs(dense).max() / 250)


def test_minima_far_out_take_the_matrix_to_8_bits() -> None:
    matrix = some_blocks(50, 256)
    assert matrix.minima is not None
    # GIVEN one block of one row of fifty that lies far from all others
    minima = matrix.minima.copy()
    minima[17, 3] = -40
    far = with_parts(matrix, minima=minima)
    fitted = fit_blocks(far)
    # THEN no row is lost for it, neither that one nor its other blocks
    assert fitted.bits == 8 and not fitted.sums
    assert np.array_equal(fitted.dense(), to_8_bits(far.dense()).dense())
    steps = missed(far, fitted)
    steps[17, 3] = 0
    assert steps.max() < 1 / 8


def test_a_row_of_small_weights_is_kept_beside_one_of_large_ones() -> None:
    small = some_blocks(2, 64)
    assert small.minima is not None
    size = np.array([[1.0], [1e-6]], np.float32)
    matrix = with_parts(small, small.scales * size, small.minima * size)
    # GIVEN that the large row needs no sums
    whole = np.rint(matrix.minima[0] / matrix.scales[0]) * matrix.scales[0]
    matrix.minima[0] = whole
    assert missed(matrix, fit_blocks(matrix)).max() < 1 / 8


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("columns", [32, 96, 99, 32 * 33 + 33])
def test_packed_parts_hold_every_code_and_zero(bits: int, columns: int) -> None:
    chance = np.random.default_rng(0)
    blocks = -(-columns // BLOCK)
    fitted = FittedBlocks(
        chance.integers(0, 1 << bits, (3, columns), np.uint8), np.ones((3, blocks), np.float32),
        chance.integers(0, 1 << bits, (3, blocks), np.uint8), bits, sums=False)
    codes, zeros = fitted.packed_codes(), fitted.packed_zeros()
    each = 8 // bits
    assert codes.shape == (3, blocks, BLOCK // each)
    assert zeros.shape == (3, -(-blocks // each))
    if bits == 4:
        codes, zeros = (np.stack([part & 15, part >> 4], -1) for part in (codes, zeros))
    assert np.array_equal(codes.reshape(3, -1)[:, :columns], fitted.codes)
    assert np.array_equal(zeros.reshape(3, -1)[:, :blocks], fitted.zeros)
    # AND what is beyond the last column is nothing
    assert not codes.reshape(3, -1)[:, columns:].any()
