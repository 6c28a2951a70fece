"""Memory that the runtime reads and writes where it lies, for runs that must cost nothing around.

Wraps ONNX Runtime's values and bindings; knows no graph and no cache. On the processor a tensor is
a numpy array; on a graphics card it lies there and is fetched only when asked for.
"""
# ONNX Runtime ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import onnxruntime

Array = npt.NDArray[Any]

# Providers whose memory is their own, by the name ONNX Runtime has for it.
_OWN_MEMORY = {"CUDAExecutionProvider": "cuda", "DmlExecutionProvider": "dml"}


@dataclass(frozen=True, slots=True)
class Memory:
    """Where a session's large tensors are best kept."""

    kind: str = "cpu"
    number: int = 0

    @classmethod
    def of(cls, provider: str, number: int) -> "Memory":
        """The memory of a provider, the processor's where it has none of its own."""
        kind = _OWN_MEMORY.get(provider, "cpu")
        return cls(kind, number if kind != "cpu" else 0)

    @property
    def is_host(self) -> bool:
        return self.kind == "cpu"


HOST = Memory()


class Tensor:
    """One array of fixed shape. On the host `array` is that memory itself, to write into."""

    def __init__(self, shape: Sequence[int], element: npt.DTypeLike, memory: Memory = HOST) -> None:
        """Zeros. Host memory costs nothing until it is written: the system gives it by pages."""
        self._keep(np.zeros(shape, element), memory)

    @classmethod
    def around(cls, array: Array, memory: Memory = HOST) -> "Tensor":
        """A tensor over a contiguous array that is there already, sharing it on the host."""
        tensor = cls.__new__(cls)
        tensor._keep(array, memory)
        return tensor

    @classmethod
    def of(cls, value: Any) -> "Tensor":
        """The tensor of a value that a run on the host gave."""
        tensor = cls.__new__(cls)
        tensor.memory, tensor.shape, tensor.value = HOST, tuple(value.shape()), value
        tensor.bytes, tensor.array = value.tensor_size_in_bytes(), None
        return tensor

    def _keep(self, array: Array, memory: Memory) -> None:
        self.memory = memory
        self.shape = array.shape
        self.bytes = array.nbytes
        self.array: Array | None = array if memory.is_host else None
        self.value = onnxruntime.OrtValue.ortvalue_from_numpy(array, memory.kind, memory.number)

    def fetched(self) -> Array:
        """Its content on the host; the memory itself where it lies there."""
        return self.array if self.array is not None else self.value.numpy()


class Binding:
    """Inputs and outputs of a session bound by name until bound anew."""

    def __init__(self, session: Any, blame: Callable[[Exception], NoReturn]) -> None:
        """`blame` is told what a run raised, and raises something better."""
        self._session = session
        self._binding = session.io_binding()
        self._blame = blame

    def bind_input(self, name: str, tensor: Tensor) -> None:
        """What the input reads. A host tensor that a graphics card reads is copied here and now:
        bind it anew after writing into it."""
        self._binding.bind_ortvalue_input(name, tensor.value)

    def bind_output(self, name: str, tensor: Tensor) -> None:
        """Where the output goes; its shape must be what the run gives."""
        self._binding.bind_ortvalue_output(name, tensor.value)

    def run(self) -> None:
        """Runs the graph. EngineError where it cannot be run."""
        try:
            self._session.run_with_iobinding(self._binding)
        except Exception as failed:
            self._blame(failed)
