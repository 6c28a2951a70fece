"""Which devices the runtime offers, by what names, and how many cores there are to work on."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from engine.errors import EngineError
from engine.inference.devices import CPU, find_device, offered_devices, usable_cores


@dataclass
class FakeHardware:
    """One piece of hardware of a provider, as get_ep_devices tells it."""

    ep_name: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    ep_options: Mapping[str, str] = field(default_factory=dict)
    ep_metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def device(self) -> SimpleNamespace:
        return SimpleNamespace(metadata=self.metadata)


class FakeRuntime:
    """A runtime that was built for `providers` and finds `hardware`."""

    def __init__(self, *providers: str, hardware: tuple[FakeHardware, ...] = ()) -> None:
        self._providers = [*(f"{name}ExecutionProvider" for name in providers),
                           "CPUExecutionProvider"]
        self._hardware = hardware

    def get_available_providers(self) -> list[str]:
        return self._providers

    def get_ep_devices(self) -> tuple[FakeHardware, ...]:
        return self._hardware


class OldRuntime:
    """A runtime of before 1.23: it knows no hardware."""

    def get_available_providers(self) -> list[str]:
        return ["DmlExecutionProvider", "CPUExecutionProvider"]


class BrokenRuntime(FakeRuntime):
    """A runtime whose driver fails as soon as somebody looks."""

    def get_ep_devices(self) -> tuple[FakeHardware, ...]:
        raise RuntimeError("driver gone")


def test_the_installed_runtime_offers_the_processor_first() -> None:
    assert offered_devices()[0] == CPU


def test_providers_that_are_no_device_are_not_offered() -> None:
    # GIVEN a runtime as pip installs it; TensorRT and Azure are nothing a person chooses
    offered = offered_devices(FakeRuntime("Azure", "Tensorrt"))
    # THEN the processor alone is offered
    assert offered == (CPU,)


@pytest.mark.parametrize("provider, name, half", [
    ("CUDA", "cuda", True), ("Dml", "directml", True), ("CoreML", "coreml", False)])
def test_a_provider_without_news_of_its_hardware_is_one_device(provider: str, name: str,
                                                              half: bool) -> None:
    _, device = offered_devices(FakeRuntime(provider))
    assert (device.name, device.provider) == (name, f"{provider}ExecutionProvider")
    assert device.wants_half is half
    assert "ExecutionProvider" not in device.title


def test_several_adapters_are_told_apart_by_name() -> None:
    # GIVEN a laptop with two graphics cards, the second of which is the strong one
    runtime = FakeRuntime("Dml", hardware=(
        FakeHardware("DmlExecutionProvider", {"Description": "Small Graphics"},
                     {"device_id": "1"}),
        FakeHardware("DmlExecutionProvider", {"Description": "Big Graphics"},
                     {"device_id": "0"}),
        FakeHardware("CPUExecutionProvider", {"Description": "A processor"})))
    # WHEN
    _, small, big = offered_devices(runtime)
    # THEN each has a name, a title, and is asked for by the number the runtime gave it
    assert (small.name, small.title) == ("directml:0", "Small Graphics (DirectML)")
    assert (big.name, big.title) == ("directml:1", "Big Graphics (DirectML)")
    assert dict(big.options)["device_id"] == "0"


def test_openvino_units_are_asked_for_by_their_own_names() -> None:
    told = FakeRuntime("OpenVINO", hardware=(
        FakeHardware("OpenVINOExecutionProvider", ep_metadata={"ov_device": "NPU"}),))
    assert dict(offered_devices(told)[1].options) == {"device_type": "NPU"}
    # WHEN the runtime does not tell what it found THEN everything it may have found is offered
    names = [device.name for device in offered_devices(FakeRuntime("OpenVINO"))]
    assert names == ["cpu", "openvino", "openvino-npu", "openvino-cpu"]


@pytest.mark.parametrize("runtime", [OldRuntime(), BrokenRuntime("Dml")],
                         ids=["too old to look", "broken driver"])
def test_hardware_that_cannot_be_asked_hides_no_provider(runtime: FakeRuntime) -> None:
    assert [device.name for device in offered_devices(runtime)] == ["cpu", "directml"]


def test_a_device_is_found_by_name() -> None:
    card = FakeHardware("CUDAExecutionProvider", ep_options={"device_id": "0"})
    one, two = FakeRuntime("CUDA", hardware=(card,)), FakeRuntime("CUDA", hardware=(card, card))
    assert find_device("", one) == find_device("cpu", one) == CPU
    assert find_device("cuda", one) == find_device("cuda:0", one)
    assert find_device("cuda", two).name == "cuda:0"
    assert find_device("cuda:1", two).name == "cuda:1"


@pytest.mark.parametrize("name", ["cuda", "CPU ", "cuda:9", "dir"])
def test_a_device_that_is_not_offered_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(EngineError) as refused:
        find_device(name, FakeRuntime("Dml"))
    assert name in refused.value.message
    assert "cpu, directml" in refused.value.hint


def test_naming_the_processor_asks_the_runtime_nothing() -> None:
    class Silent:
        get_available_providers: Callable[[], list[str]] = pytest.fail

    assert find_device("cpu", Silent()) == CPU


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_cores_taken_from_the_process_are_not_counted() -> None:
    allowed = os.sched_getaffinity(0)
    assert usable_cores() == len(allowed)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)


@pytest.mark.parametrize("told, cores", [(8, 8), (None, 1)])
def test_a_system_that_pins_nothing_tells_its_cores(monkeypatch: pytest.MonkeyPatch,
                                                    told: int | None, cores: int) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: told)
    assert usable_cores() == cores
