"""The one door to ONNX Runtime: opens a graph and runs it on named arrays.

Chooses threads and session options; knows nothing of tokens, moods or folders' manifests. Where a
device fails, the processor does the work, and `note` says so.
"""
# ONNX Runtime ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import contextlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

import numpy as np
import numpy.typing as npt
import onnxruntime

from engine.errors import EngineError
from engine.inference.binding import Binding, Memory, Tensor
from engine.inference.devices import CPU, Device

Array = npt.NDArray[np.generic]

MOST_SAID = 240
_TOO_NEW = ("INVALID_GRAPH", "is not a registered function/op", "Unsupported model IR version")
_WEIGHTS_FOLDER = "session.model_external_initializers_file_folder_path"
_RECORD_PLACEMENT = "session.record_ep_graph_assignment_info"


_ELEMENTS: Mapping[str, type[np.generic]] = {
    "tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(int8)": np.int8,
    "tensor(uint8)": np.uint8, "tensor(int32)": np.int32, "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
}


@dataclass(frozen=True, slots=True)
class ValueKind:
    """Element type and shape of a value; a dimension that is not fixed is its name."""

    element: type[np.generic]
    shape: tuple[int | str | None, ...]


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
        self.input_kinds = _kinds(session.get_inputs())
        self.output_kinds = _kinds(session.get_outputs())
        self.outputs: tuple[str, ...] = tuple(value.name for value in session.get_outputs())

    @classmethod
    def open(cls, graph: Path, threads: int = 0, device: Device = CPU,
             steps: bool = False, weights: Path | None = None) -> "OnnxModel":
        """Opens a graph whose runs use `threads` threads each (0: one a physical core).

        `steps`: the model runs token by token, hundreds of short runs close together. `weights`
        is the folder of the files it refers to, where that is another than its own.
        Raises EngineError where the file is missing, cut off or not understood. A device that
        cannot be used leaves the work to the processor: see `device`, `note`, `fallen_back`.
        """
        try:
            if device == CPU:
                return cls(_session(graph, threads, CPU, steps, weights))
            session, note = _on_device(graph, threads, device, steps, weights)
        except Exception as broken:  # onnxruntime's exceptions share no public parent
            raise EngineError(
                f"The model file {graph.name} in {graph.parent.name} cannot be opened: "
                f"{_first_line(broken)}",
                _remedy(broken),
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

    @property
    def memory(self) -> Memory:
        """Where tensors that stay between runs are best kept."""
        number = dict(self._wished.options).get("device_id", "0")
        provider = str(self._session.get_providers()[0])
        return Memory.of(provider, int(number) if number.isdigit() else 0)

    def bind(self) -> Binding:
        """A binding of its own for runs over the same memory again and again."""
        return Binding(self._session, self._blame)

    def run(self, outputs: Sequence[str], inputs: Mapping[str, Array]) -> list[Array]:
        """The named outputs for the named inputs. EngineError where it cannot be run."""
        try:
            return cast("list[Array]", self._session.run(list(outputs), dict(inputs)))
        except Exception as failed:
            self._blame(failed)

    def run_tensors(
        self, outputs: Sequence[str], inputs: Mapping[str, Tensor]
    ) -> list[Tensor]:
        """As `run`, for large values that go in again: nothing is copied on the host."""
        values = {name: tensor.value for name, tensor in inputs.items()}
        try:
            found = self._session.run_with_ort_values(list(outputs), values)
        except Exception as failed:
            self._blame(failed)
        return [Tensor.of(value) for value in found]

    def _blame(self, failed: Exception) -> NoReturn:
        if self._wished != CPU:
            raise device_failure(self._wished, failed) from failed
        raise EngineError(
            f"The model cannot be run: {_first_line(failed)}",
            "Its files may be damaged. Add the model again from its source.",
        ) from failed


def device_failure(device: Device, failed: Exception) -> EngineError:
    """What to tell the person when a device stops in the middle of the work."""
    return EngineError(
        f"{device.title} failed while it ran the model: {_first_line(failed)}",
        "Close programs that use the graphics card, or choose the processor in Settings.",
    )


def _on_device(
    graph: Path, threads: int, device: Device, steps: bool, weights: Path | None
) -> tuple[onnxruntime.InferenceSession, str]:
    """A session on the device, or on the processor and the sentence why."""
    if device.provider not in onnxruntime.get_available_providers():
        why = f"The installed runtime cannot use {device.title}. The processor is used instead."
        return _session(graph, threads, CPU, steps, weights), why
    try:
        session = _session(graph, threads, device, steps, weights)
    except Exception as refused:
        why = f"{device.title} refused the model: {_first_line(refused)}"
        session = _session(graph, threads, CPU, steps, weights)
    else:
        if device.provider in session.get_providers():
            return session, ""
        why = f"{device.title} could not be started; its driver or a library of it is missing"
    return session, f"{why.rstrip('.')}. The processor is used instead."


def _session(
    graph: Path, threads: int, device: Device, steps: bool, weights: Path | None = None
) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Spinning threads win little over whole batches and take the processor from the window; in a
    # run of a few milliseconds, waking them would cost as much as they do.
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(steps)))
    # Between runs they stop: a prompt is read by one graph and answered by another, and the threads
    # of the one must not hold up those of the other.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    if steps:
        options.enable_mem_pattern = False  # lengths differ from run to run: patterns only pile up
    if device != CPU:
        _prepare(options, device)
    held: str | bytes = str(graph)
    if weights is not None:
        options.add_session_config_entry(_WEIGHTS_FOLDER, str(weights))
        held = graph.read_bytes()
    # onnxruntime's own falling back prints to stdout and says nothing to us. Opened by its path:
    # read by us, the weights would be in memory twice, and those of a second file not at all.
    return onnxruntime.InferenceSession(
        held, options, providers=_providers(device), enable_fallback=0
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


def _kinds(values: Iterable[Any]) -> Mapping[str, ValueKind]:
    return {
        value.name: ValueKind(_ELEMENTS.get(value.type, np.float32), tuple(value.shape))
        for value in values
    }


def _placement(session: onnxruntime.InferenceSession) -> tuple[tuple[str, str], ...]:
    """(provider, "operator name") of every node as the runtime placed it; () if it cannot tell."""
    ask = getattr(session, "get_provider_graph_assignment_info", None)
    return tuple(
        (str(part.ep_name), f"{node.op_type} {node.name}".rstrip())
        for part in (ask() if ask else ())
        for node in part.get_nodes()
    )


def _remedy(broken: Exception) -> str:
    # So an older runtime speaks of operators that came after it, in a file that is whole.
    if any(word in str(broken) for word in _TOO_NEW):
        version = str(onnxruntime.__version__)
        return f"ONNX Runtime {version} is installed here; the model may want a newer one."
    return "Add the model again from its source."


def _first_line(error: Exception) -> str:
    """The first line of what the runtime says, which may be pages long."""
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return line if len(line) <= MOST_SAID else f"{line[:MOST_SAID].rstrip()} …"
