"""Which device is really used: the one that was wished for only if it proved itself.

A device that was never tried with its present driver, that failed, or that took a process down is
passed over for the processor, with the sentence why. Starts no trial: see device_trial.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.errors import EngineError
from engine.inference.devices import CPU, Device, Runtime, find_device
from engine.inference.driver_stamp import driver_stamp
from engine.models.trials import Outcome, Trial, TrialBook, device_trial

INSTEAD = "The processor is used instead."


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """The device to open models on; `note` says why it is not the one that was wished for."""

    device: Device
    note: str = ""


def choose_device(name: str, book: TrialBook, runtime: Runtime | None = None) -> DeviceChoice:
    """The device of this name, or the processor and the reason. Never fails."""
    try:
        device = find_device(name, runtime)
    except EngineError as absent:
        return DeviceChoice(CPU, f"{absent.message} {INSTEAD}")
    if device == CPU:
        return DeviceChoice(CPU)
    doubt = _doubt(device, book.find(device_trial(device.name), driver_stamp(device)))
    return DeviceChoice(CPU, f"{doubt} {INSTEAD}") if doubt else DeviceChoice(device)


@contextmanager
def guarded(device: Device, book: TrialBook) -> Generator[None]:
    """For working on a device in our own process: if it takes us down, the next start knows.

    The processor needs no guard.
    """
    if device == CPU:
        yield
        return
    with book.opening(device_trial(device.name), driver_stamp(device)):
        yield


def _doubt(device: Device, trial: Trial | None) -> str:
    if trial is None:
        return (f"{device.title} has not been tried with its present driver. "
                "Try it in Settings, under Devices.")
    if trial.crashed:
        return (f"{device.title} took its process down the last time. "
                "Try it again in Settings, under Devices.")
    if trial.outcome is Outcome.FAILS:
        return f"{device.title} did not work when it was tried: {trial.message}"
    return ""
