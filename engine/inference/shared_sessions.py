"""Sessions that several adapters use at once: a graph over the same weights is opened only once.

Held as long as anybody uses one. Knows no adapter.
"""

import hashlib
from pathlib import Path
from weakref import WeakValueDictionary

from engine.inference.devices import Device
from engine.inference.onnx_model import OnnxModel

_OPEN: WeakValueDictionary[tuple[str, str, int, str], OnnxModel] = WeakValueDictionary()


def shared_session(graph: Path, weights: Path, threads: int, device: Device) -> OnnxModel:
    """The session of a graph whose weights lie in the folder `weights`, opened where nobody has
    it open. To be asked by one thread at a time. EngineError as OnnxModel.open."""
    try:
        asked = hashlib.sha256(graph.read_bytes()).hexdigest()
    except OSError:
        asked = ""  # opening it says what is wrong
    key = (asked, str(weights.resolve()), threads, device.name)
    found = _OPEN.get(key)
    if found is None:
        found = OnnxModel.open(graph, threads, device, steps=True, weights=weights)
        _OPEN[key] = found
    return found
