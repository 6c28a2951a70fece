"""Reads a GGUF file: what it says of itself, and the bytes of its tensors where they lie.

Knows the container, not what the facts mean. The header is read here rather than by the gguf
package, which takes seconds for a vocabulary; a test holds the two against each other. Nothing
in a file is believed without looking: lengths beyond the end give a sentence, not a crash.
"""

import mmap
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError

Bytes = npt.NDArray[np.uint8]

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_ALIGNMENT = 32
_STRING, _ARRAY = 8, 9
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q",
            12: "d"}
_MOST_TENSORS, _MOST_FACTS, _MOST_DIMENSIONS = 100_000, 100_000, 4
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GgufTensor:
    """One tensor: `shape` as numpy has it (rows first), `kind` GGML's number of its type."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int


class GgufFile:
    """An open GGUF. Tensors stay on disk until asked for; close it when done."""

    def __init__(self, path: Path, content: mmap.mmap, facts: Mapping[str, object],
                 tensors: Mapping[str, GgufTensor]) -> None:
        self.path = path
        self.facts = facts
        self.tensors = tensors
        self._content = content

    @classmethod
    def open(cls, path: Path) -> "GgufFile":
        """Reads the header. EngineError where it is no GGUF, in parts, or cut off."""
        part = _PART.search(path.name)
        if part and int(part[2]) > 1:
            raise _in_parts(path.name, int(part[2]))
        try:
            with path.open("rb") as file:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as nothing:  # it cannot be mapped
            raise EngineError(f"{path.name} is empty.", "Fetch the file again.") from nothing
        except OSError as failed:
            raise EngineError(f"{path.name} cannot be read: {failed}",
                              "Choose a GGUF file that is whole.") from failed
        try:
            facts, tensors = _Header(content, path.name).read()
        except BaseException:
            content.close()
            raise
        return cls(path, content, facts, tensors)

    def close(self) -> None:
        self._content.close()

    def __enter__(self) -> "GgufFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def bytes_of(self, name: str, bytes_a_row: int) -> Bytes:
        """(rows, bytes_a_row) the bytes of a tensor, copied out of the file.

        EngineError where the file ends before them.
        """
        tensor = self.tensors[name]
        rows = prod(tensor.shape[:-1])
        end = tensor.offset + rows * bytes_a_row
        if end > len(self._content):
            raise _cut_off(self.path.name)
        # A copy: a view would keep the file open beyond close().
        whole = np.frombuffer(self._content[tensor.offset:end], np.uint8)
        return whole.reshape(rows, bytes_a_row)

    def text(self, key: str, default: str = "") -> str:
        """A fact that is a text; anything else counts as absent."""
        value = self.facts.get(key)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: float | None = None) -> float:
        """A fact that is a number. EngineError where it is absent and has no default."""
        value = self.facts.get(key, default)
        if isinstance(value, int | float):
            return value
        raise EngineError(f"{self.path.name} does not say its {key}.",
                          "Choose another GGUF of this model.")

    def count(self, key: str, default: int | None = None) -> int:
        """A fact that is a whole number, as `number`."""
        return int(self.number(key, default))


class _Header:
    """A place in the file that moves on as values are read."""

    def __init__(self, content: mmap.mmap, name: str) -> None:
        self._content = content
        self._name = name
        self._at = 0

    def read(self) -> tuple[dict[str, object], dict[str, GgufTensor]]:
        try:
            return self._read()
        except (struct.error, UnicodeDecodeError, OverflowError) as torn:
            raise _cut_off(self._name) from torn

    def _read(self) -> tuple[dict[str, object], dict[str, GgufTensor]]:
        self._check_version()
        tensors, facts = self._numbers("QQ")
        if tensors > _MOST_TENSORS or facts > _MOST_FACTS:
            raise _cut_off(self._name)
        told = dict(self._fact() for _ in range(facts))
        parts = told.get("split.count")
        if isinstance(parts, int) and parts > 1:
            raise _in_parts(self._name, parts)
        listed = [self._tensor() for _ in range(tensors)]
        alignment = told.get("general.alignment", _ALIGNMENT)
        if not isinstance(alignment, int) or alignment < 1:
            raise _cut_off(self._name)
        start = -(-self._at // alignment) * alignment
        return told, {name: GgufTensor(name, shape, kind, start + offset)
                      for name, shape, kind, offset in listed}

    def _check_version(self) -> None:
        if self._content[:4] != _MAGIC:
            raise EngineError(f"{self._name} is not a GGUF file.",
                              "Choose a file that ends in .gguf and was fetched whole.")
        self._at = 4
        (version,) = self._numbers("I")
        if version not in _VERSIONS:
            raise EngineError(f"{self._name} is a GGUF of version {version}, which this program "
                              "cannot read.", "Choose a GGUF of version 3 in little-endian order.")

    def _numbers(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self._content, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def _string(self) -> str:
        (length,) = self._numbers("Q")
        start, self._at = self._at, self._at + length
        if self._at > len(self._content):
            raise _cut_off(self._name)
        # Tokens of some vocabularies are no whole characters.
        return self._content[start:self._at].decode("utf-8", "replace")

    def _fact(self) -> tuple[str, object]:
        key = self._string()
        (kind,) = self._numbers("I")
        return key, self._array() if kind == _ARRAY else self._single(kind)

    def _single(self, kind: int) -> object:
        if kind == _STRING:
            return self._string()
        if kind not in _NUMBERS:
            raise _cut_off(self._name)
        return self._numbers(_NUMBERS[kind])[0]

    def _array(self) -> object:
        kind, length = self._numbers("IQ")
        if length > len(self._content) - self._at:
            raise _cut_off(self._name)
        if kind == _STRING:
            return [self._string() for _ in range(length)]
        if kind not in _NUMBERS:
            raise _cut_off(self._name)
        return list(self._numbers(f"{length}{_NUMBERS[kind]}"))

    def _tensor(self) -> tuple[str, tuple[int, ...], int, int]:
        name = self._string()
        (dimensions,) = self._numbers("I")
        if not 0 < dimensions <= _MOST_DIMENSIONS:
            raise _cut_off(self._name)
        shape = self._numbers(f"{dimensions}Q")
        if 0 in shape:
            raise _cut_off(self._name)
        kind, offset = self._numbers("IQ")
        return name, tuple(reversed(shape)), kind, offset


def _cut_off(name: str) -> EngineError:
    return EngineError(f"{name} is damaged or was not fetched whole.", "Fetch the file again.")


def _in_parts(name: str, parts: int) -> EngineError:
    return EngineError(f"{name} is one of {parts} parts of a model; a model must be one file.",
                       "Join the parts first, with: llama-gguf-split --merge FIRST-PART WHOLE.gguf")
