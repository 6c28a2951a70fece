"""Checkpoints: whole, readable, and never a program."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError
from engine.training.checkpoint import read_checkpoint, within, write_checkpoint


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    # GIVEN arrays of several kinds, one turned, one without a dimension
    arrays = {"model.w": np.arange(6, dtype=np.float32).reshape(2, 3).T, "random": np.uint8([1, 2]),
              "optimizer.0.step": np.array(3.0, np.float32)}
    # WHEN they are written and read
    file = tmp_path / "checkpoint.safetensors"
    write_checkpoint(file, arrays, {"step": 3, "best": float("inf")})
    read, numbers = read_checkpoint(file)
    # THEN everything is there
    assert numbers == {"step": 3, "best": float("inf")}
    assert read.keys() == arrays.keys()
    assert all(np.array_equal(read[name], array) for name, array in arrays.items())
    assert list(within(read, "model")) == ["w"]
    # AND nothing half-made lies beside it
    assert [f.name for f in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize("content", [b"", b"\x80\x04\x95", b"\xff" * 64])
def test_a_broken_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "checkpoint.safetensors"
    file.write_bytes(content)
    with pytest.raises(EngineError, match="cannot be read"):
        read_checkpoint(file)


def test_a_full_disk_leaves_the_one_before_and_no_half_file(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "checkpoint.safetensors"
    write_checkpoint(file, {"w": np.zeros(3, np.float32)})

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_checkpoint(file, {"w": np.ones(3, np.float32)})
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    assert not read_checkpoint(file)[0]["w"].any()
