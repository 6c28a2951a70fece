"""Safetensors are read as their package reads them; damaged, missing and pickled ones are told."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import EngineError
from engine.export.safetensors_file import INDEX, SafetensorsFolder
from engine.export.safetensors_source import read_described, read_safetensors
from tests.tiny_hub import TinyShape, save_folder, tiny_arrays

SOME = {"a": np.arange(12, dtype=np.float32).reshape(3, 4),
        "b": np.array([1.5, -2.25], np.float16), "c": np.array([3.0], np.float64)}


def test_tensors_come_in_their_own_size(tmp_path: Path) -> None:
    save_file(SOME, tmp_path / "model.safetensors")
    held = SafetensorsFolder.open(tmp_path)
    assert held.names == {"a", "b", "c"} and held.shape("a") == (3, 4)
    for name, values in SOME.items():
        np.testing.assert_array_equal(held.read(name), values)
    assert held.read("b").dtype == np.float16 and held.read("c").dtype == np.float32
    assert held.read_vector("b").dtype == np.float32
    with pytest.raises(EngineError, match="lack d"):
        held.read("d")


def test_brain_floats_are_the_numbers_that_torch_wrote(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file as save_torch

    values = torch.tensor([[1.0, -3.5e-5, 7.1e20], [0.0, float("inf"), -0.1]]).bfloat16()
    save_torch({"a": values}, tmp_path / "model.safetensors")
    read = SafetensorsFolder.open(tmp_path).read("a")
    np.testing.assert_array_equal(read, values.float().numpy())


def sharded(folder: Path, shape: TinyShape) -> Path:
    """The decoder with its weights in three files and an index."""
    save_folder(folder, shape)
    (folder / "model.safetensors").unlink()
    names, arrays = {}, tiny_arrays(shape)
    for number in range(3):
        part = f"model-{number + 1:05}-of-00003.safetensors"
        held = {name: arrays[name] for name in sorted(arrays)[number::3]}
        save_file(held, folder / part)
        names |= dict.fromkeys(held, part)
    (folder / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": names}))
    return folder


def test_weights_in_parts_are_one_model(tmp_path: Path) -> None:
    parts = read_safetensors(sharded(tmp_path / "parts", TinyShape()))
    whole = read_safetensors(save_folder(tmp_path / "whole", TinyShape()))
    for mine, theirs in zip(parts.layers, whole.layers, strict=True):
        np.testing.assert_array_equal(mine.down.dense(), theirs.down.dense())


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    folder = sharded(tmp_path / "parts", TinyShape())
    (folder / "model-00002-of-00003.safetensors").unlink()
    with pytest.raises(EngineError, match=r"model-00002-of-00003\.safetensors"):
        read_safetensors(folder)


@pytest.mark.parametrize("index", ["{", "[]", '{"weight_map": 3}'])
def test_a_broken_index_is_told(index: str, tmp_path: Path) -> None:
    folder = sharded(tmp_path / "parts", TinyShape())
    (folder / INDEX).write_text(index)
    with pytest.raises(EngineError, match="cannot be read"):
        read_safetensors(folder)


@pytest.mark.parametrize("name", ["../secret.safetensors", "/etc/passwd", "a\\b", "deep/file"])
def test_an_index_never_leaves_its_folder(name: str, tmp_path: Path) -> None:
    folder = sharded(tmp_path / "parts", TinyShape())
    (folder / INDEX).write_text(json.dumps({"weight_map": {"a": name}}))
    with pytest.raises(EngineError, match="outside its folder"):
        read_safetensors(folder)


def test_a_cut_file_is_told(tmp_path: Path) -> None:
    folder = save_folder(tmp_path / "model", TinyShape(layers=1))
    file = folder / "model.safetensors"
    whole = file.read_bytes()
    for length in (0, 4, 8, 100, 1000, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(EngineError, match="not fetched whole"):
            read_safetensors(folder)


@pytest.mark.parametrize("header", [
    b"[]", b"{", b'{"a": 3}', b'{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 8]}}',
    b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}',
    b'{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8, 9]}}'])
def test_a_header_that_lies_is_told(header: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(
        struct.pack("<Q", len(header)) + header + bytes(64))
    with pytest.raises(EngineError, match="damaged"):
        SafetensorsFolder.open(tmp_path)


def test_a_type_without_fractions_is_named(tmp_path: Path) -> None:
    save_file({"a": np.arange(3, dtype=np.int64)}, tmp_path / "model.safetensors")
    held = SafetensorsFolder.open(tmp_path)
    with pytest.raises(EngineError, match="type I64"):
        held.read("a")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.ckpt"])
def test_pickled_weights_are_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    folder = save_folder(tmp_path / "model", TinyShape())
    (folder / "model.safetensors").rename(folder / name)
    with pytest.raises(EngineError, match="a pickle") as caught:
        read_safetensors(folder)
    assert name in caught.value.message and ".safetensors" in caught.value.hint


def test_one_file_of_another_name_will_do_and_none_is_told(tmp_path: Path) -> None:
    folder = save_folder(tmp_path / "model", TinyShape())
    (folder / "model.safetensors").rename(folder / "weights.safetensors")
    assert read_safetensors(folder).config.layers == 2
    (folder / "weights.safetensors").unlink()
    with pytest.raises(EngineError, match="holds no weights"):
        read_safetensors(folder)


@pytest.mark.parametrize("config, sentence", [
    (None, "is no model"), ("{", "cannot be read"), ("[1]", "holds no JSON object")])
def test_a_folder_that_is_no_model_is_told(config: str | None, sentence: str,
                                           tmp_path: Path) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    with pytest.raises(EngineError, match=sentence):
        read_described(tmp_path)
