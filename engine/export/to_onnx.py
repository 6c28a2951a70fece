"""From a trained torch model to plain weights: what the graph builder needs, as numpy arrays.

The habit of the frame label set joins the bias of each mood, so that scores are the
probabilities that set would give.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.training.dataset import LabelSpace
from engine.training.tasks import MoodModel

FloatArrays = dict[str, npt.NDArray[np.float32]]


def plain_weights(model: MoodModel, space: LabelSpace, frame: Sequence[str]) -> FloatArrays:
    """encoder.*, moods.*, affect.* in fp32, the frame's habit folded into moods.bias."""
    weights = {
        name: value.detach().float().numpy().copy()
        for name, value in model.state_dict().items()
        if value.dtype.is_floating_point and not name.startswith("habit.")
    }
    habits = model.habit.weight.detach().float().numpy()
    for column, mood in enumerate(space.moods):
        speaks = next((name for name in frame if mood in space.sets.get(name, ())), None)
        if speaks is not None:
            weights["moods.bias"][column] += habits[space.set_names.index(speaks), column]
    return weights
