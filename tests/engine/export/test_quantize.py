"""Rounding that searches misses by less than rounding that does not, and never by more."""

import numpy as np
import pytest

from engine.export.decoder_weights import BlockMatrix, DenseMatrix
from engine.export.quantize import quantize, round_to_nearest, squared_error, to_4_bits, to_8_bits

CHANCE = np.random.default_rng(11)
NORMAL = CHANCE.normal(0, 0.02, (48, 256)).astype(np.float32)
HEAVY = CHANCE.standard_t(3, (48, 256)).astype(np.float32)
SHIFTED = (CHANCE.normal(0.05, 0.02, (48, 256))).astype(np.float32)


@pytest.mark.parametrize("values, gain", [(NORMAL, 0.94), (HEAVY, 0.98), (SHIFTED, 0.999)],
                         ids=["normal", "heavy tails", "shifted"])
def test_the_search_beats_plain_rounding(values: np.ndarray, gain: float) -> None:
    plain = squared_error(values, round_to_nearest(values))
    assert squared_error(values, to_4_bits(values)) < gain * plain


def test_no_single_block_is_worse_than_plain_rounding() -> None:
    def errors(matrix: BlockMatrix) -> np.ndarray:
        return np.square(matrix.dense() - HEAVY).reshape(-1, 32).sum(-1)

    assert np.all(errors(to_4_bits(HEAVY)) <= errors(round_to_nearest(HEAVY)) * (1 + 1e-5))


def test_columns_that_matter_are_missed_by_less() -> None:
    importance = np.where(np.arange(256) % 8 == 0, 50.0, 1.0).astype(np.float32)
    blind = squared_error(HEAVY, to_4_bits(HEAVY), importance)
    assert squared_error(HEAVY, to_4_bits(HEAVY, importance), importance) < 0.95 * blind


def test_4_bits_have_16_steps_and_a_whole_zero_point() -> None:
    matrix = to_4_bits(HEAVY)
    assert matrix.bits == 4 and matrix.codes.max() <= 15 and matrix.minima is not None
    zeros = -matrix.minima / matrix.scales
    np.testing.assert_allclose(zeros, np.rint(zeros), atol=1e-5)
    assert zeros.min() >= 0 and zeros.max() <= 15
    # zero itself stays zero
    assert np.all(to_4_bits(np.zeros((2, 64), np.float32)).dense() == 0)


def test_8_bits_are_near_to_lossless() -> None:
    matrix = to_8_bits(HEAVY)
    assert matrix.minima is None and matrix.bits == 8
    missed = np.abs(matrix.dense() - HEAVY).reshape(-1, 32).max(-1)
    assert np.all(missed <= np.abs(HEAVY).reshape(-1, 32).max(-1) / 253)
    assert squared_error(HEAVY, matrix) / np.square(HEAVY).sum() < 1e-4


def test_extremes_stay_finite() -> None:
    values = np.zeros((3, 32), np.float32)
    values[0], values[1, 3], values[2] = 1e-30, 3e38, -1e15
    for bits in (8, 4):
        matrix = quantize(DenseMatrix(values), bits)
        assert np.isfinite(matrix.dense()[[0, 2]]).all()


def test_what_has_blocks_or_an_odd_width_stays() -> None:
    blocks = to_8_bits(NORMAL)
    assert quantize(blocks, 4) is blocks
    odd = DenseMatrix(NORMAL[:, :40])
    assert quantize(odd, 8) is odd
    halves = quantize(DenseMatrix(NORMAL.astype(np.float16)), 4)
    assert isinstance(halves, BlockMatrix) and halves.bits == 4


def test_the_first_rows_alone() -> None:
    for matrix in (DenseMatrix(NORMAL), to_8_bits(NORMAL), to_4_bits(NORMAL)):
        assert matrix.top(5).shape == (5, 256)
        np.testing.assert_array_equal(matrix.top(5).dense(), matrix.dense()[:5])
