"""Puts kept weights into a model that is about to learn, or has learned.

Knows files of named arrays and torch's state dicts, no method.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from engine.errors import EngineError
from engine.training.checkpoint import read_checkpoint

if TYPE_CHECKING:
    from torch import nn


def load_weights(model: "nn.Module", file: Path) -> None:
    """The weights of a file by their names in `model.state_dict()`; what it does not name stays.

    EngineError where it names one that the model does not have, or of another shape.
    """
    arrays, _ = read_checkpoint(file)
    own = model.state_dict()
    for name, array in arrays.items():
        if name not in own or tuple(own[name].shape) != array.shape:
            raise EngineError("The weights of the training before do not fit this one.",
                              "Start anew: base, tuning and form must be the same.")
    with torch.no_grad():
        for name, array in arrays.items():
            own[name].copy_(torch.from_numpy(array))
