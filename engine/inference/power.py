"""Whether this machine runs on its battery, as its system tells it. Reads only."""

import sys
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")
_UNLIMITED = -2.0  # what macOS says on mains power


def on_battery(supplies: Path = SUPPLIES) -> bool | None:
    """True without mains power, False with it, None where nobody knows (most desktops)."""
    if sys.platform == "win32":
        return _by_windows()
    return _by_macos() if sys.platform == "darwin" else _by_linux(supplies)


def _by_linux(supplies: Path) -> bool | None:
    """A supply that is online settles it; a battery alone that discharges does as well."""
    online: list[bool] = []
    discharging = False
    try:
        for place in supplies.iterdir():
            kind = _word(place / "type")
            if kind in ("Mains", "USB"):
                online.append(_word(place / "online") == "1")
            elif kind == "Battery" and _word(place / "scope") != "Device":  # no mouse, no phone
                discharging |= _word(place / "status") == "Discharging"
    except OSError:
        return None
    if any(online):
        return False
    return True if discharging else (None if not online else False)


def _word(file: Path) -> str:
    try:
        return file.read_text("ascii", "replace").strip()
    except OSError:
        return ""


def _by_macos() -> bool | None:
    import ctypes

    try:
        kit = ctypes.cdll.LoadLibrary("/System/Library/Frameworks/IOKit.framework/IOKit")
        ask = kit.IOPSGetTimeRemainingEstimate
    except (OSError, AttributeError):
        return None
    ask.restype = ctypes.c_double
    return float(ask()) != _UNLIMITED


def _by_windows() -> bool | None:
    if sys.platform != "win32":
        return None
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [("line", ctypes.c_ubyte), ("flag", ctypes.c_ubyte),
                    ("percent", ctypes.c_ubyte), ("saver", ctypes.c_ubyte),
                    ("seconds", ctypes.c_uint32), ("full", ctypes.c_uint32)]

    status = Status()
    if not ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status)):
        return None
    return {0: True, 1: False}.get(status.line)
