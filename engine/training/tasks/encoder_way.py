"""The fine-tuned encoder as a way like the others, so that it can be cross-validated beside them.

Every fit is a whole training in a folder of its own, with no song held out of those it learns from.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from engine.evaluation.label_sets import LabelSpace
from engine.events import Report
from engine.training.config import TrainingConfig
from engine.training.dataset import Floats, LabelledSong
from engine.training.loop.mood_loop import TrainingLoop
from engine.training.material import Material
from engine.training.tasks.mood_task import MoodTask

_SONGS_AT_A_TIME = 32


class EncoderWay:
    """Trains as `train` does. `folder` takes what a training leaves, and is emptied before each."""

    def __init__(self, config: TrainingConfig, space: LabelSpace, base: Path, folder: Path) -> None:
        self.config = config
        self.space = space
        self.base = base
        self.folder = folder

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        """Nothing: an encoder that learns reads every song anew."""

    def fit(self, learning: Sequence[LabelledSong], report: Report) -> "EncoderModel":
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        material = Material(self.space, tuple(learning), ())
        task = MoodTask.on_base(self.base, self.config, material)
        TrainingLoop(task, material, self.folder, report).run()
        return EncoderModel(task)


class EncoderModel:
    """A trained encoder with its heads."""

    def __init__(self, task: MoodTask) -> None:
        self.task = task
        self.moods = task.space.moods

    def logits(self, songs: Sequence[LabelledSong]) -> tuple[Floats, Floats]:
        model = self.task.model.eval()
        moods = np.zeros((len(songs), len(self.moods)), np.float32)
        affect = np.zeros((len(songs), 2), np.float32)
        with torch.no_grad():
            for at in range(0, len(songs), _SONGS_AT_A_TIME):
                here = slice(at, at + _SONGS_AT_A_TIME)
                vectors = self.task.song_vectors(songs[here])
                moods[here] = model.moods(vectors).numpy()
                affect[here] = torch.tanh(model.affect(vectors)).numpy()
        return moods, affect

    def weights(self) -> dict[str, Floats]:
        """encoder.*, moods.*, affect.*; the habits of the label sets stay behind."""
        return {
            name: np.ascontiguousarray(value.detach().float().numpy())
            for name, value in self.task.model.state_dict().items()
            if value.dtype.is_floating_point and not name.startswith("habit.")
        }
