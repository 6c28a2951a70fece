"""The two files of a run: the whole state to go on from, and the best weights so far.

Knows when it is time to write, so that writing costs little, and how an earlier run is taken
further.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import EngineError
from engine.training.checkpoint import Arrays, read_checkpoint, write_checkpoint
from engine.training.loop.moved import Moved
from engine.training.loop.standing import Standing, standing_of

CHECKPOINT = "checkpoint.safetensors"
BEST = "best.safetensors"

_EVERY_SECONDS = 120.0
_COSTLIEST = 1 / 30  # the share of the time that writing may take


class Keeper:
    """Of one folder. `goes_on` is that of an earlier run, None for a run of its own."""

    def __init__(self, folder: Path, goes_on: Path | None, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._goes_on = goes_on
        self._clock = clock
        self._saved_at = clock()
        self._cost = 0.0

    def open(self, moved: Moved, resume: bool) -> Standing:
        """Where the run stands, its weights put in place: at its checkpoint, at the end of the
        earlier run (nothing of it judged yet), or at the very beginning. EngineError where a
        file does not fit."""
        if resume and (self._folder / CHECKPOINT).exists():
            return _load(self._folder / CHECKPOINT, moved)
        return self.go_on(moved) if self._goes_on else Standing()

    def go_on(self, moved: Moved) -> Standing:
        """The last weights of the earlier run, and where that ended."""
        before = _load(self._earlier(CHECKPOINT), moved)
        return Standing(step=before.step, began_step=before.step, began_epoch=before.next_epoch,
                        best_step=before.best_step)

    def read_earlier_best(self, moved: Moved) -> None:
        """The best weights of the earlier run."""
        stored, _ = read_checkpoint(self._earlier(BEST))
        moved.take(_tensors(stored))

    def _earlier(self, name: str) -> Path:
        file = self._goes_on / name if self._goes_on else None
        if file is None or not file.exists():
            raise EngineError("The earlier training kept no weights to go on from.",
                              "Train anew, with more epochs.")
        return file

    def is_time(self, judged: bool) -> bool:
        """Whether so much work would be lost by now that saving is worth its cost; right after a
        judgement, which is work as well, it is worth it sooner."""
        passed = self._clock() - self._saved_at
        return passed >= max(0.0 if judged else _EVERY_SECONDS, self._cost / _COSTLIEST)

    def save(self, moved: Moved, stands: Standing) -> None:
        """The whole state, on the disk on return."""
        began = self._clock()
        write_checkpoint(self._folder / CHECKPOINT, _arrays(moved.state()), stands.numbers())
        self._saved_at = self._clock()
        self._cost = self._saved_at - began

    def write_best(self, moved: Moved) -> None:
        """The weights that learn, as they are now."""
        write_checkpoint(self._folder / BEST, _arrays(moved.shown()))

    def read_best(self, moved: Moved) -> None:
        """Puts the best weights into the model."""
        stored, _ = read_checkpoint(self._folder / BEST)
        moved.take(_tensors(stored))


def _load(file: Path, moved: Moved) -> Standing:
    stored, numbers = read_checkpoint(file)
    moved.load(_tensors(stored))
    return standing_of(numbers)


def _arrays(tensors: Mapping[str, Tensor]) -> dict[str, npt.NDArray[np.generic]]:
    return {name: value.detach().cpu().numpy() for name, value in tensors.items()}


def _tensors(arrays: Arrays) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value) for name, value in arrays.items()}
