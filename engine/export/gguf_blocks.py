"""The tensors of a GGUF as matrices: blocks as they are where ours can hold them exactly.

Q4_0, Q4_1, Q4_K and Q8_0 keep every weight to the bit; F16, BF16 and F32 too. Everything else is
computed to fp32 by the gguf package and rounded to 8 bits. Knows no tensor's meaning.
"""
# The gguf package is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Callable

import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

from engine.errors import EngineError
from engine.export.decoder_weights import (
    BLOCK,
    BlockMatrix,
    Codes,
    DenseMatrix,
    Floats,
    Matrix,
    from_bf16,
)
from engine.export.gguf_file import Bytes, GgufFile
from engine.export.quantize import to_8_bits


def read_matrix(file: GgufFile, name: str) -> Matrix:
    """The tensor (N, K) of that name. EngineError where it is missing, cut off or not known."""
    kind, raw = _raw(file, name)
    exact = _EXACT.get(kind)
    if exact is not None:
        return exact(raw)
    values = _computed(file, kind, raw)
    columns = file.tensors[name].shape[-1]
    return DenseMatrix(values) if columns % BLOCK else to_8_bits(values)


def read_vector(file: GgufFile, name: str) -> Floats:
    """The tensor of that name as one row of fp32."""
    kind, raw = _raw(file, name)
    exact = _EXACT.get(kind)
    values = exact(raw).dense() if exact else _computed(file, kind, raw)
    return np.ascontiguousarray(values.reshape(-1), np.float32)


def _raw(file: GgufFile, name: str) -> tuple[GGMLQuantizationType, Bytes]:
    tensor = file.tensors.get(name)
    if tensor is None:
        raise EngineError(f"{file.path.name} lacks its tensor {name}.", "Fetch the file again.")
    try:
        kind = GGMLQuantizationType(tensor.kind)
    except ValueError as unknown:
        raise _unknown(file, f"number {tensor.kind}") from unknown
    weights, size = GGML_QUANT_SIZES[kind]
    if tensor.shape[-1] % weights:
        raise EngineError(f"The tensor {name} of {file.path.name} has a width that its type "
                          "cannot have.", "Fetch the file again.")
    return kind, file.bytes_of(name, tensor.shape[-1] // weights * size)


def _computed(file: GgufFile, kind: GGMLQuantizationType, raw: Bytes) -> Floats:
    try:
        return np.asarray(dequantize(raw, kind), np.float32)
    except (NotImplementedError, KeyError, ValueError) as unknown:
        raise _unknown(file, kind.name) from unknown


def _unknown(file: GgufFile, kind: str) -> EngineError:
    return EngineError(f"{file.path.name} keeps weights in the type {kind}, which cannot be read.",
                       "Choose another file of this model: Q4_1, Q8_0 or Q4_K_M, for instance.")


def _floats(raw: Bytes, start: int) -> Floats:
    """(N, blocks) the half number that stands `start` bytes into each block."""
    return np.ascontiguousarray(raw[..., start:start + 2]).view(np.float16)[..., 0].astype(
        np.float32)


def _nibbles(packed: Bytes) -> Codes:
    """(N, K) codes of blocks whose low halves come first, then the high ones."""
    codes = np.empty((*packed.shape[:-1], 2, packed.shape[-1]), np.uint8)
    np.bitwise_and(packed, 15, out=codes[..., 0, :])
    np.right_shift(packed, 4, out=codes[..., 1, :])
    return codes.reshape(len(packed), -1)


def _q4_0(raw: Bytes) -> BlockMatrix:
    blocks = raw.reshape(len(raw), -1, 18)
    return BlockMatrix(_nibbles(blocks[..., 2:]), _floats(blocks, 0), None, 4)


def _q4_1(raw: Bytes) -> BlockMatrix:
    blocks = raw.reshape(len(raw), -1, 20)
    return BlockMatrix(_nibbles(blocks[..., 4:]), _floats(blocks, 0), _floats(blocks, 2), 4)


def _q8_0(raw: Bytes) -> BlockMatrix:
    blocks = raw.reshape(len(raw), -1, 34)
    # Flipping the sign bit turns -128..127 into 0..255.
    codes = np.ascontiguousarray(blocks[..., 2:]) ^ np.uint8(128)
    return BlockMatrix(codes.reshape(len(raw), -1), _floats(blocks, 0), None, 8)


def _q4_k(raw: Bytes) -> BlockMatrix:
    """Eight blocks of 32 share two half numbers; each has a 6-bit scale and a 6-bit minimum."""
    wide = raw.reshape(len(raw), -1, 144)
    steps, minima = _six_bits(wide[..., 4:16])
    rows = len(raw)
    scales = (_floats(wide, 0)[..., None] * steps).reshape(rows, -1)
    lowest = (-_floats(wide, 2)[..., None] * minima).reshape(rows, -1)
    codes = _nibbles(wide[..., 16:].reshape(rows, -1, 32))
    return BlockMatrix(codes, scales, lowest, 4)


def _six_bits(packed: Bytes) -> tuple[Floats, Floats]:
    """(..., 8) scales and minima out of 12 bytes, as ggml packs them."""
    first, second, third = packed[..., 0:4], packed[..., 4:8], packed[..., 8:12]
    scales = np.concatenate([first & 63, (third & 15) | ((first >> 6) << 4)], -1)
    minima = np.concatenate([second & 63, (third >> 4) | ((second >> 6) << 4)], -1)
    return scales.astype(np.float32), minima.astype(np.float32)


def _f32(raw: Bytes) -> DenseMatrix:
    return DenseMatrix(raw.view(np.float32))


def _f16(raw: Bytes) -> DenseMatrix:
    return DenseMatrix(raw.view(np.float16))


def _bf16(raw: Bytes) -> DenseMatrix:
    return DenseMatrix(from_bf16(raw.view(np.uint16)))


_EXACT: dict[GGMLQuantizationType, Callable[[Bytes], Matrix]] = {
    GGMLQuantizationType.F32: _f32,
    GGMLQuantizationType.F16: _f16,
    GGMLQuantizationType.BF16: _bf16,
    GGMLQuantizationType.Q4_0: _q4_0,
    GGMLQuantizationType.Q4_1: _q4_1,
    GGMLQuantizationType.Q4_K: _q4_k,
    GGMLQuantizationType.Q8_0: _q8_0,
}
