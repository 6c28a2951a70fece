"""What a device's trial was made with: the runtime, the system and the driver, as one short word.

Another word than last time means that the device has to be tried again. Knows files the systems
keep about drivers; loads no driver.
"""
# ONNX Runtime ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import hashlib
import os
import platform
import sys
from pathlib import Path

from engine.inference.devices import Device

_NVIDIA_ON_LINUX = Path("/proc/driver/nvidia/version")
_DRIVERS_ON_WINDOWS = Path(os.environ.get("SYSTEMROOT", "C:\\Windows"),
                           "System32", "DriverStore", "FileRepository")


def driver_stamp(device: Device, nvidia: Path = _NVIDIA_ON_LINUX,
                 store: Path = _DRIVERS_ON_WINDOWS) -> str:
    """16 letters that differ once the runtime, the system or its drivers have changed.

    `nvidia` is the file that tells the driver's version, `store` the folder every driver is
    installed into; where they are missing, the rest has to do.
    """
    import onnxruntime  # late: who only counts cores or names devices need not load it

    facts = (device.name, str(device.options), str(onnxruntime.__version__), sys.platform,
             platform.release(), platform.version(), _content(nvidia), _changed(store))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def _content(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def _changed(folder: Path) -> str:
    try:
        return str(folder.stat().st_mtime_ns)
    except OSError:
        return ""
