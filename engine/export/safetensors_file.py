"""Reads the tensors of a folder of safetensors, one file or many, straight from their bytes.

Numpy only: the header is JSON, the rest are plain numbers. Knows no tensor's meaning. Refuses
pickled weights, whatever else the folder holds.
"""

import json
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from engine.errors import EngineError
from engine.export.decoder_weights import Floats, Half, from_bf16

INDEX = "model.safetensors.index.json"
SINGLE = "model.safetensors"
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_LARGEST_HEADER = 100_000_000
_KINDS: Mapping[str, "np.dtype[Any]"] = {
    "F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2"),
    "F64": np.dtype("<f8"),
}
_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a tensor lies: in which file, from which byte on."""

    file: Path
    kind: str
    shape: tuple[int, ...]
    start: int
    end: int


class SafetensorsFolder:
    """All tensors of a model folder, by name. Files are opened when asked for."""

    def __init__(self, places: Mapping[str, _Place]) -> None:
        self._places = places

    @classmethod
    def open(cls, folder: Path) -> "SafetensorsFolder":
        """Reads the headers. EngineError where there are no safetensors or one is cut off."""
        places: dict[str, _Place] = {}
        for file in _files(folder):
            places |= _header(file)
        return cls(places)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._places)

    def shape(self, name: str) -> tuple[int, ...]:
        return self._place(name).shape

    def read(self, name: str) -> Floats | Half:
        """The tensor as fp16 where it was saved so, else as fp32. EngineError if it is missing."""
        place = self._place(name)
        kind = _KINDS.get(place.kind)
        if kind is None:
            raise EngineError(f"{place.file.name} keeps {name} in the type {place.kind}, which is "
                              "not supported.", "Choose the model in bfloat16, half or full size.")
        with place.file.open("rb") as file, \
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            values = np.frombuffer(content[place.start:place.end], kind).reshape(place.shape)
        if place.kind == "BF16":
            return from_bf16(values)
        return values if place.kind == "F16" else values.astype(np.float32, copy=False)

    def read_vector(self, name: str) -> Floats:
        """The tensor as fp32."""
        return self.read(name).astype(np.float32, copy=False)

    def _place(self, name: str) -> _Place:
        place = self._places.get(name)
        if place is None:
            raise EngineError(f"This model's weights lack {name}.",
                              "Fetch the model again from its source.")
        return place


def _files(folder: Path) -> list[Path]:
    index = folder / INDEX
    if index.is_file():
        names = _shards(index)
        missing = [name for name in names if not (folder / name).is_file()]
        if missing:
            raise EngineError(f"{folder.name} lacks a part of its weights: {missing[0]}.",
                              "Fetch the model again from its source.")
        return [folder / name for name in names]
    if (folder / SINGLE).is_file():
        return [folder / SINGLE]
    others = sorted(folder.glob("*.safetensors"))
    if len(others) == 1:
        return others
    pickled = [file for pattern in _PICKLED for file in folder.glob(pattern)]
    if pickled:
        raise EngineError(f"{folder.name} has its weights as {pickled[0].name}, a pickle: reading "
                          "one can run any program hidden in it, so it is never opened.",
                          "Choose a version of the model with .safetensors files.")
    raise EngineError(f"{folder.name} holds no weights: no {SINGLE} was found there.",
                      "Choose the folder that has the model's config.json and safetensors.")


def _shards(index: Path) -> list[str]:
    try:
        held = json.loads(index.read_bytes())["weight_map"]
        names = sorted({str(name) for name in held.values()})
    except _BROKEN as broken:
        raise EngineError(f"{INDEX} of {index.parent.name} cannot be read.",
                          "Fetch the model again from its source.") from broken
    outside = [name for name in names if Path(name).name != name or "\\" in name]
    if outside:
        raise EngineError(f'{INDEX} names a file outside its folder: "{outside[0]}".',
                          "Do not use this model unless you trust where it came from.")
    return names


def _header(file: Path) -> dict[str, _Place]:
    size = file.stat().st_size
    try:
        with file.open("rb") as opened:
            (length,) = struct.unpack("<Q", opened.read(8))
            if length > min(size, _LARGEST_HEADER):
                raise ValueError("the header is longer than the file")
            told = json.loads(opened.read(length))
        if not isinstance(told, dict):
            raise ValueError("the header lists no tensors")
        told = cast("dict[str, Any]", told)
        places = {name: _placed(file, told[name], 8 + length)
                  for name in told if name != "__metadata__"}
    except (*_BROKEN, struct.error) as broken:
        raise _cut_off(file) from broken
    for place in places.values():
        if not place.start <= place.end <= size:
            raise _cut_off(file)
    return places


def _placed(file: Path, told: Mapping[str, Any], base: int) -> _Place:
    start, end = (int(at) for at in told["data_offsets"])
    shape = tuple(int(side) for side in told["shape"])
    kind = _KINDS.get(str(told["dtype"]))
    if start < 0 or (kind and int(np.prod(shape)) * kind.itemsize != end - start):
        raise ValueError("a tensor's size is not that of its bytes")
    return _Place(file, str(told["dtype"]), shape, base + start, base + end)


def _cut_off(file: Path) -> EngineError:
    return EngineError(f"{file.name} is damaged or was not fetched whole.", "Fetch it again.")
