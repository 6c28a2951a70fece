"""What this machine offers to run models on, as the installed runtime tells it.

Names devices and how ONNX Runtime is asked for them; opens nothing and tries nothing.
"""
# ONNX Runtime ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from engine.errors import EngineError


@dataclass(frozen=True, slots=True)
class Device:
    """`name` for settings and commands ("cuda", "directml:1"), `provider` as ONNX Runtime calls
    it, `title` for people, `options` for the provider."""

    name: str
    provider: str
    title: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def wants_half(self) -> bool:
        """Whether its attention kernel takes 16-bit activations only, or is far faster so."""
        return self.provider in _HALF


class EpDevice(Protocol):
    """A piece of hardware that one provider of the runtime can use."""

    @property
    def ep_name(self) -> str: ...
    @property
    def ep_metadata(self) -> Mapping[str, str]: ...
    @property
    def ep_options(self) -> Mapping[str, str]: ...
    @property
    def device(self) -> Any: ...


class Runtime(Protocol):
    """What is asked of ONNX Runtime. Runtimes before 1.23 have no `get_ep_devices`."""

    def get_available_providers(self) -> list[str]: ...


CPU = Device("cpu", "CPUExecutionProvider", "Processor (CPU)")
_HALF = frozenset({"CUDAExecutionProvider", "DmlExecutionProvider"})

# In the order they are offered; what every device of the provider is asked with.
_KNOWN: Mapping[str, Device] = {
    device.provider: device
    for device in (
        Device("cuda", "CUDAExecutionProvider", "NVIDIA graphics card (CUDA)",
               (("arena_extend_strategy", "kSameAsRequested"),)),
        Device("directml", "DmlExecutionProvider", "Graphics card (DirectML)"),
        Device("coreml", "CoreMLExecutionProvider", "Apple graphics and neural engine (Core ML)",
               (("ModelFormat", "MLProgram"), ("MLComputeUnits", "ALL"))),
        Device("openvino", "OpenVINOExecutionProvider", "Intel graphics (OpenVINO)",
               (("device_type", "GPU"),)),
    )
}
# Where the runtime does not tell what OpenVINO found, all it might have found can be tried.
_OPENVINO_UNITS = (
    _KNOWN["OpenVINOExecutionProvider"],
    Device("openvino-npu", "OpenVINOExecutionProvider", "Intel neural unit (OpenVINO)",
           (("device_type", "NPU"),)),
    Device("openvino-cpu", "OpenVINOExecutionProvider", "Processor through OpenVINO",
           (("device_type", "CPU"),)),
)
_ADAPTER_NAMES = ("Description", "FULL_DEVICE_NAME", "device_name", "Name")
_ADAPTER_NUMBERS = ("device_id", "cuda_device_id", "DxgiAdapterNumber")


def offered_devices(runtime: Runtime | None = None) -> tuple[Device, ...]:
    """The processor first, then what the runtime can use, each adapter by itself where it tells.

    That something is offered does not say that it works: the runtime lists what it was built
    for. `runtime` is onnxruntime where left out.
    """
    chosen = runtime or _runtime()
    available = chosen.get_available_providers()
    found = [CPU]
    for provider, device in _KNOWN.items():
        if provider in available:
            silent = _OPENVINO_UNITS if device.name == "openvino" else (device,)
            found += _adapters(device, _hardware(chosen, provider)) or silent
    return tuple(found)


def find_device(name: str, runtime: Runtime | None = None) -> Device:
    """The offered device of this name ("" is the processor). EngineError naming what there is."""
    if name in ("", CPU.name):
        return CPU
    offered = offered_devices(runtime)
    # "cuda" finds the first of several cards, "cuda:0" the only one.
    for device in offered:
        if name in (device.name, device.name.partition(":")[0], f"{device.name}:0"):
            return device
    raise EngineError(
        f'The installed runtime offers no device "{name}".',
        f"It offers: {', '.join(device.name for device in offered)}.",
    )


def graph_for(folder: Path, graph: str, device: Device) -> Path:
    """The file of a model folder to open on this device: the halved copy where it wants one and
    a trial of the device has made it, else the graph the manifest names."""
    half = half_graph(folder / graph)
    return half if device.wants_half and half.is_file() else folder / graph


def half_graph(graph: Path) -> Path:
    """Where the halved copy of a graph stands: model.onnx, model.fp16.onnx."""
    return graph.with_suffix(f".fp16{graph.suffix}")


def usable_cores() -> int:
    """How many cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _runtime() -> Runtime:
    import onnxruntime  # late: who counts cores need not load it

    return cast("Runtime", onnxruntime)


def _hardware(runtime: Runtime, provider: str) -> list[EpDevice]:
    """The provider's pieces of hardware, none where the runtime is too old or cannot look."""
    ask = getattr(runtime, "get_ep_devices", None)
    try:
        told = cast("Sequence[EpDevice]", ask() if ask else ())
    except Exception:  # a broken driver may raise anything here; the provider itself stays offered
        return []
    return [each for each in told if each.ep_name == provider]


def _adapters(device: Device, hardware: Sequence[EpDevice]) -> list[Device]:
    """One device an adapter that is told by name; numbered where there are several."""
    found: list[Device] = []
    for at, each in enumerate(hardware):
        facts = {**_metadata(each), **each.ep_metadata, **each.ep_options}
        called = next((facts[key] for key in _ADAPTER_NAMES if facts.get(key)), "")
        number = next((facts[key] for key in _ADAPTER_NUMBERS if facts.get(key)), str(at))
        name = f"{device.name}:{at}" if len(hardware) > 1 else device.name
        kind = device.title.partition("(")[2].rstrip(")")
        title = f"{called} ({kind})" if called else device.title
        found.append(Device(name, device.provider, title,
                            _options_for(device, number, facts.get("ov_device", ""))))
    return found


def _options_for(device: Device, number: str, openvino: str) -> tuple[tuple[str, str], ...]:
    if device.name == "openvino":
        return (("device_type", openvino),) if openvino else device.options
    if device.name == "coreml":
        return device.options
    return (("device_id", number), *device.options)


def _metadata(each: EpDevice) -> Mapping[str, str]:
    return cast("Mapping[str, str]", getattr(each.device, "metadata", {}))
