"""What Undertone needs of Windows: 64 bits, and Microsoft's C++ runtime that ONNX Runtime loads.
Nothing is installed from here; the person is told where to get it.
"""

import ctypes
import sys

RUNTIME = ("vcruntime140_1.dll", "msvcp140.dll")


def refusal() -> str:
    """Why this system cannot run Undertone; empty if it can."""
    if sys.maxsize < 2**32:
        return "Undertone needs a 64-bit Python; this one has 32 bits."
    lacking = [name for name in RUNTIME if not loads(name)]
    if lacking:
        return (f"Windows lacks {' and '.join(lacking)}. Install Microsoft's C++ runtime: "
                "winget install Microsoft.VCRedist.2015+.x64")
    return ""


def loads(name: str) -> bool:
    """Whether Windows finds the library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
