"""From a trained torch model to plain weights: what the graph builder needs, as numpy arrays.

The habits of the label sets stay behind: they say how freely a set hands out a mood, not how a
song sounds, and with them moods of different sets could not be compared.
"""

from collections.abc import Sequence

import numpy as np
import torch

from engine.export.encoder_graph import Weights
from engine.training.dataset import Floats, LabelledSong
from engine.training.tasks.mood_task import MoodModel, MoodTask


def plain_weights(model: MoodModel) -> Weights:
    """encoder.*, moods.*, affect.* in fp32."""
    return {
        name: np.ascontiguousarray(value.detach().float().numpy())
        for name, value in model.state_dict().items()
        if value.dtype.is_floating_point and not name.startswith("habit.")
    }


def song_scores(task: MoodTask, songs: Sequence[LabelledSong]) -> Floats:
    """(S, M) what torch itself says of S songs, 0..1: what the graph is held against."""
    task.model.eval()
    with torch.no_grad():
        return torch.sigmoid(task.model.moods(task.song_vectors(songs))).numpy()
