"""A GGUF is read as the gguf package reads it, only faster; damaged ones are told."""

import struct
from pathlib import Path

import gguf
import numpy as np
import pytest
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize, quantize

from engine.errors import EngineError
from engine.export.decoder_weights import BlockMatrix, DenseMatrix
from engine.export.gguf_blocks import read_matrix, read_vector
from engine.export.gguf_file import GgufFile, GgufTensor
from tests.tiny_hub import TinyShape, save_gguf

ROWS, COLUMNS = 6, 512


def values() -> np.ndarray:
    return np.random.default_rng(3).normal(0, 0.3, (ROWS, COLUMNS)).astype(np.float32)


def blocks_of(kind: GGMLQuantizationType) -> np.ndarray:
    """(ROWS, bytes) of a type: rounded where gguf can, else made up with sane half numbers."""
    try:
        return quantize(values(), kind)
    except NotImplementedError:
        weights, size = GGML_QUANT_SIZES[kind]
        chance = np.random.default_rng(7)
        raw = chance.integers(0, 256, (ROWS, COLUMNS // weights, size), np.uint8)
        scale = np.array([0.01, -0.02], np.float16).view(np.uint8)
        halves = {"Q4_K": (0, 2), "Q5_K": (0, 2), "Q2_K": (80, 82), "Q3_K": (108,), "Q6_K": (208,)}
        for number, start in enumerate(halves.get(kind.name, (0,))):
            raw[..., start:start + 2] = scale[2 * number:2 * number + 2]
        return raw.reshape(ROWS, -1)


def file_of(path: Path, kind: GGMLQuantizationType, raw: np.ndarray) -> Path:
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_tensor("first", np.arange(5, dtype=np.float32))
    writer.add_tensor("it", raw, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.parametrize("kind, bits, minima", [
    ("Q4_0", 4, False), ("Q4_1", 4, True), ("Q4_K", 4, True), ("Q8_0", 8, False)])
def test_blocks_keep_every_weight_to_the_bit(kind: str, bits: int, minima: bool,
                                             tmp_path: Path) -> None:
    numbered = GGMLQuantizationType[kind]
    raw = blocks_of(numbered)
    with GgufFile.open(file_of(tmp_path / "it.gguf", numbered, raw)) as file:
        matrix = read_matrix(file, "it")
    assert isinstance(matrix, BlockMatrix)
    assert (matrix.bits, matrix.minima is not None, matrix.shape) == (bits, minima,
                                                                      (ROWS, COLUMNS))
    np.testing.assert_array_equal(matrix.dense(), dequantize(raw, numbered))


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16"])
def test_plain_numbers_stay_what_they_are(kind: str, tmp_path: Path) -> None:
    numbered = GGMLQuantizationType[kind]
    raw = values() if kind == "F32" else quantize(values(), numbered)
    with GgufFile.open(file_of(tmp_path / "it.gguf", numbered, raw)) as file:
        matrix = read_matrix(file, "it")
    assert isinstance(matrix, DenseMatrix)
    assert matrix.values.dtype == (np.float16 if kind == "F16" else np.float32)
    wanted = values() if kind == "F32" else dequantize(raw, numbered)
    np.testing.assert_array_equal(matrix.dense(), wanted)


@pytest.mark.parametrize("kind", ["Q2_K", "Q3_K", "Q5_K", "Q6_K", "Q5_0", "Q5_1", "IQ4_NL"])
def test_other_types_become_8_bits_that_miss_little(kind: str, tmp_path: Path) -> None:
    numbered = GGMLQuantizationType[kind]
    raw = blocks_of(numbered)
    with GgufFile.open(file_of(tmp_path / "it.gguf", numbered, raw)) as file:
        matrix = read_matrix(file, "it")
    assert isinstance(matrix, BlockMatrix) and matrix.bits == 8
    wanted = dequantize(raw, numbered)
    missed = np.abs(matrix.dense() - wanted).reshape(ROWS, -1, 32).max(-1)
    reach = np.abs(wanted).reshape(ROWS, -1, 32).max(-1)
    assert np.all(missed <= reach / 253 + 1e-7)


def test_a_type_nobody_can_compute_is_named(tmp_path: Path) -> None:
    kind = GGMLQuantizationType.Q8_K
    raw = blocks_of(kind)
    with GgufFile.open(file_of(tmp_path / "it.gguf", kind, raw)) as file:
        with pytest.raises(EngineError, match="type Q8_K"):
            read_matrix(file, "it")
        strange = GgufTensor("it", (ROWS, COLUMNS), 999, 0)
        other = GgufFile(file.path, file._content, {}, {"it": strange})
        with pytest.raises(EngineError, match="number 999"):
            read_matrix(other, "it")


def test_vectors_are_full_numbers_whatever_they_were(tmp_path: Path) -> None:
    kind = GGMLQuantizationType.F16
    raw = quantize(values()[:1], kind)
    with GgufFile.open(file_of(tmp_path / "it.gguf", kind, raw)) as file:
        np.testing.assert_array_equal(read_vector(file, "first"), np.arange(5))
        assert read_vector(file, "it").dtype == np.float32
        with pytest.raises(EngineError, match="lacks its tensor other"):
            read_vector(file, "other")


def test_the_header_is_what_the_gguf_package_reads(tmp_path: Path) -> None:
    path = save_gguf(tmp_path / "it.gguf", TinyShape("qwen3"), kind="Q8_0", facts={
        "general.author": "Żółć 歌", "some.number": -0.0, "some.count": 4_000_000_000})
    theirs = gguf.GGUFReader(str(path))
    with GgufFile.open(path) as ours:
        told = {key: field.contents() for key, field in theirs.fields.items()
                if not key.startswith("GGUF.")}
        assert dict(ours.facts) == told
        assert set(ours.tensors) == {tensor.name for tensor in theirs.tensors}
        for tensor in theirs.tensors:
            mine = ours.tensors[tensor.name]
            assert mine.shape == tuple(reversed([int(side) for side in tensor.shape]))
            assert (mine.kind, mine.offset) == (tensor.tensor_type, tensor.data_offset)
        assert ours.text("general.author") == "Żółć 歌" and ours.text("some.count") == ""
        assert ours.count("some.count") == 4_000_000_000 and ours.number("none", 2.5) == 2.5
        with pytest.raises(EngineError, match="does not say its absent"):
            ours.count("absent")


def test_a_file_cut_anywhere_is_told(tmp_path: Path) -> None:
    whole = save_gguf(tmp_path / "whole.gguf", TinyShape(layers=1), kind="Q4_1").read_bytes()
    cut = tmp_path / "cut.gguf"
    for share in (*np.linspace(0, 0.98, 40), 0.9999):
        cut.write_bytes(whole[:int(len(whole) * share)])
        with pytest.raises(EngineError) as caught, GgufFile.open(cut) as file:
            for name in file.tensors:
                read_vector(file, name)
        assert caught.value.hint, share


def test_lengths_that_lie_are_not_believed(tmp_path: Path) -> None:
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1)
    key = struct.pack("<Q", 1) + b"k"
    lies = [
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 60),
        head + struct.pack("<Q", 1 << 62) + b"k",
        head + key + struct.pack("<IIQ", 9, 8, 1 << 61),
        head + key + struct.pack("<IIQ", 9, 4, 1 << 40),
        head + key + struct.pack("<IIQ", 9, 9, 1),
        head + key + struct.pack("<I", 77),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + key + struct.pack("<I", 99),
    ]
    file = tmp_path / "lie.gguf"
    for lie in lies:
        file.write_bytes(lie + bytes(64))
        with pytest.raises(EngineError, match="damaged or was not fetched whole"):
            GgufFile.open(file)


def test_what_is_no_gguf_or_of_another_version(tmp_path: Path) -> None:
    file = tmp_path / "it.gguf"
    file.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(EngineError, match="is not a GGUF"):
        GgufFile.open(file)
    file.write_bytes(b"GGUF" + struct.pack(">I", 3) + bytes(100))
    with pytest.raises(EngineError, match="of version"):
        GgufFile.open(file)
    file.write_bytes(b"")
    with pytest.raises(EngineError, match="is empty"):
        GgufFile.open(file)
    with pytest.raises(EngineError, match="cannot be read"):
        GgufFile.open(tmp_path / "absent.gguf")


def test_parts_are_refused_by_name_and_by_what_they_say(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="one of 3 parts") as caught:
        GgufFile.open(tmp_path / "big-00002-of-00003.gguf")
    assert "--merge" in caught.value.hint
    file = save_gguf(tmp_path / "renamed.gguf", TinyShape(layers=1), facts={"split.count": 2})
    with pytest.raises(EngineError, match="one of 2 parts"):
        GgufFile.open(file)
    alone = tmp_path / "one-00001-of-00001.gguf"
    save_gguf(alone, TinyShape(layers=1))
    GgufFile.open(alone).close()
