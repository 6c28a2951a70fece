"""Runs first in a frozen build. On Windows, ONNX Runtime has to load its C++ runtime before Qt
loads another one of the same name."""

import sys

if sys.platform == "win32":
    import onnxruntime  # noqa: F401 - the loading is what counts
