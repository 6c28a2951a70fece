"""What Undertone needs of a Mac: Apple silicon and macOS 14, from which on Qt and ONNX Runtime
are built. Nothing has to be installed beside Python.
"""

import platform

LEAST = 14


def refusal() -> str:
    """Why this system cannot run Undertone; empty if it can."""
    if platform.machine() != "arm64":
        return ("ONNX Runtime is built for Apple silicon only; this is an Intel Mac, "
                "or a Python for Intel Macs.")
    version = platform.mac_ver()[0]
    if int(version.split(".")[0] or 0) < LEAST:
        return f"Qt and ONNX Runtime need macOS {LEAST} or newer; this is macOS {version}."
    return ""
