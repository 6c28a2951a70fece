"""The one door to ONNX Runtime: opens a graph and runs it on named arrays.

Chooses threads and session options; knows nothing of tokens, moods or folders' manifests. Where a
device fails, the processor does the work, and `note` says so.
"""
# ONNX Runtime ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import contextlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import onnxruntime

from engine.errors import EngineError
from engine.inference.devices import CPU, Device

Array = npt.NDArray[np.generic]

_RECORD_PLACEMENT = "session.record_ep_graph_assignment_info"


class OnnxModel:
    """An open inference session. `device` was wished for; `note` says why it is not used."""

    def __init__(self, session: onnxruntime.InferenceSession, device: Device = CPU,
                 note: str = "") -> None:
        self._session = session
        self._wished = device
        started = device != CPU and device.provider in session.get_providers()
        self._placed = _placement(session) if started else ()
        self.note = note or self._idleness()
        self.inputs: tuple[str, ...] = tuple(value.name for value in session.get_inputs())
        self.outputs: tuple[str, ...] = tuple(value.name for value in session.get_outputs())

    @classmethod
    def open(cls, graph: Path, threads: int = 0, device: Device = CPU) -> "OnnxModel":
        """Opens a graph whose runs use `threads` threads each (0: one a physical core).

        Raises EngineError where the file is missing, cut off or not understood. A device that
        cannot be used leaves the work to the processor: see `device`, `note`, `fallen_back`.
        """
        try:
            # Read by Python: paths with any letters work on every system.
            content = graph.read_bytes()
            if device == CPU:
                return cls(_session(content, threads, CPU))
            session, note = _on_device(content, threads, device)
        except Exception as broken:  # onnxruntime's exceptions share no public parent
            raise EngineError(
                f"The model file {graph.name} in {graph.parent.name} cannot be opened: {broken}",
                "Add the model again from its source.",
            ) from broken
        return cls(session, device, note)

    @property
    def device(self) -> str:
        """The name of the provider that really runs it: most, or all, of its nodes."""
        if self._placed and not self.on_device:
            return CPU.provider.removesuffix("ExecutionProvider")
        return str(self._session.get_providers()[0]).removesuffix("ExecutionProvider")

    @property
    def fallen_back(self) -> tuple[str, ...]:
        """The nodes ("operator name") that do not run on the device that was wished for.

        Empty on the processor, where the device did not start at all (see `note`), and where the
        runtime is too old to tell.
        """
        return tuple(node for provider, node in self._placed if provider != self._wished.provider)

    @property
    def on_device(self) -> int:
        """How many nodes run on the device that was wished for; 0 on the processor."""
        return sum(provider == self._wished.provider for provider, _ in self._placed)

    def _idleness(self) -> str:
        """A provider may start, and then take no node at all."""
        if self._placed and not self.on_device:
            return f"{self._wished.title} can run no part of this model. The processor runs it."
        return ""

    def run(self, outputs: Sequence[str], inputs: Mapping[str, Array]) -> list[Array]:
        """The named outputs for the named inputs. EngineError where a device gives up."""
        try:
            return cast("list[Array]", self._session.run(list(outputs), dict(inputs)))
        except Exception as failed:
            if self._wished == CPU:
                raise
            raise device_failure(self._wished, failed) from failed


def device_failure(device: Device, failed: Exception) -> EngineError:
    """What to tell the person when a device stops in the middle of the work."""
    return EngineError(
        f"{device.title} failed while it ran the model: {_first_line(failed)}",
        "Close programs that use the graphics card, or choose the processor in Settings.",
    )


def _on_device(
    content: bytes, threads: int, device: Device
) -> tuple[onnxruntime.InferenceSession, str]:
    """A session on the device, or on the processor and the sentence why."""
    if device.provider not in onnxruntime.get_available_providers():
        why = f"The installed runtime cannot use {device.title}. The processor is used instead."
        return _session(content, threads, CPU), why
    try:
        session = _session(content, threads, device)
    except Exception as refused:
        why = f"{device.title} refused the model: {_first_line(refused)}"
        session = _session(content, threads, CPU)
    else:
        if device.provider in session.get_providers():
            return session, ""
        why = f"{device.title} could not be started; its driver or a library of it is missing"
    return session, f"{why.rstrip('.')}. The processor is used instead."


def _session(content: bytes, threads: int, device: Device) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Spinning threads win little here and take the processor from the window.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if device != CPU:
        _prepare(options, device)
    # onnxruntime's own falling back prints to stdout and says nothing to us.
    return onnxruntime.InferenceSession(
        content, options, providers=_providers(device), enable_fallback=0
    )


def _providers(device: Device) -> list[Any]:
    if device == CPU:
        return [CPU.provider]
    return [(device.provider, dict(device.options)), CPU.provider]


def _prepare(options: Any, device: Device) -> None:
    options.add_session_config_entry(_RECORD_PLACEMENT, "1")
    if device.provider == "DmlExecutionProvider":
        options.enable_mem_pattern = False  # DirectML's own condition
    if device.provider == "CUDAExecutionProvider" and hasattr(onnxruntime, "preload_dlls"):
        # CUDA's libraries may have come as Python packages. What is missing it prints.
        with contextlib.redirect_stdout(io.StringIO()):
            onnxruntime.preload_dlls()


def _placement(session: onnxruntime.InferenceSession) -> tuple[tuple[str, str], ...]:
    """(provider, "operator name") of every node as the runtime placed it; () if it cannot tell."""
    ask = getattr(session, "get_provider_graph_assignment_info", None)
    return tuple(
        (str(part.ep_name), f"{node.op_type} {node.name}".rstrip())
        for part in (ask() if ask else ())
        for node in part.get_nodes()
    )


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
