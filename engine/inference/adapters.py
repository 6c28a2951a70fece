"""Low-rank changes as the graphs of an adapted decoder take them: matrices bound beside the tokens.

Reads the file of an adapter; knows no training and no graph. Many adapters share one open session.
"""
# safetensors is typed in part.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import EngineError
from engine.inference.binding import Tensor
from engine.inference.onnx_model import OnnxModel

DOWN, UP = ".lora_down", ".lora_up"
PROMPT = "prompt."
"""Before the names of matrices that are meant for the graph that reads prompts."""

Bound = Mapping[str, Tensor]
"""What a graph is to be given beside its tokens, by the name of the input."""

_HINT = "Remove this adapter and train it again."


def read_adapter(file: Path, model: OnnxModel, prompts: bool = False) -> Bound:
    """The matrices of an adapter for this graph. EngineError where they do not fit it."""
    import safetensors
    from safetensors.numpy import load_file

    try:
        held: dict[str, npt.NDArray[np.float32]] = load_file(file)
    except (OSError, ValueError, safetensors.SafetensorError) as broken:
        raise EngineError(f"The adapter {file.parent.name} cannot be read: {broken}",
                          _HINT) from broken
    prefix = PROMPT if prompts else ""
    wanted = [name for name in model.inputs if name.endswith((DOWN, UP))]
    return {name: _fitting(name, held.get(prefix + name), model) for name in wanted}


def _fitting(name: str, array: npt.NDArray[np.float32] | None, model: OnnxModel) -> Tensor:
    shape = model.input_kinds[name].shape
    if array is None or array.dtype != np.float32 or array.ndim != len(shape) or any(
            isinstance(wanted, int) and wanted != found
            for wanted, found in zip(shape, array.shape, strict=True)):
        raise EngineError(f"The adapter has no {name} that fits its base model.", _HINT)
    return Tensor.around(np.ascontiguousarray(array), model.memory)
