"""Saves graphs of one model with their weights in one file between them, each weight once.

The runtime maps that file into memory and reads what it needs. Knows nothing of models.
"""
# onnx's helpers are typed in part.
# pyright: reportUnknownMemberType=false

import hashlib
from collections.abc import Mapping
from pathlib import Path

import onnx
from onnx import TensorProto

_LEAST = 1024
_ALIGNED = 4096
"""A page: where the runtime may begin to map."""


def save_graphs(graphs: Mapping[str, onnx.ModelProto], folder: Path, weights: str) -> None:
    """Writes every graph as `folder`/name and all larger constants to `folder`/`weights`.

    The graphs' constants are moved, so they cannot be used afterwards.
    """
    places: dict[bytes, tuple[int, int]] = {}
    with (folder / weights).open("wb") as out:
        for name, graph in graphs.items():
            for tensor in graph.graph.initializer:
                held = tensor.raw_data
                if len(held) < _LEAST:
                    continue
                digest = hashlib.sha256(held).digest()
                if digest not in places:
                    out.write(b"\0" * (-out.tell() % _ALIGNED))
                    places[digest] = out.tell(), len(held)
                    out.write(held)
                _refer(tensor, weights, *places[digest])
            (folder / name).write_bytes(graph.SerializeToString())


def _refer(tensor: TensorProto, file: str, offset: int, length: int) -> None:
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", file), ("offset", offset), ("length", length)):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, str(value)
