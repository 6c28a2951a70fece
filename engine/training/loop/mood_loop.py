"""The learning loop, in torch: head first on still vectors, then everything, gently.

Reports every step, so it can be stopped at any; checkpoints whole, so that a resumed run follows
the curve of an unbroken one. Knows nothing of files beyond its own folder.
"""
# torch is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.events import Metric, Note, Progress, Report
from engine.training.checkpoint import read_checkpoint, within, write_checkpoint
from engine.training.config import TrainingConfig
from engine.training.dataset import LabelledSong
from engine.training.loop.precision import wants_bf16
from engine.training.material import Material
from engine.training.tasks.mood_task import MoodTask
from engine.training.validation import validate

Array = npt.NDArray[np.generic]

_CHECKPOINT = "checkpoint.safetensors"
_BEST = "best.safetensors"
_STILL_BATCH = 32
_SMOOTHING = 0.98  # weights are averaged over about the last fifty steps (Polyak and Juditsky 1992)


@dataclass(slots=True)
class _State:
    step: int = 0
    best: float = math.inf


class TrainingLoop:
    """Trains one task on the songs to learn from, watching those held out."""

    def __init__(self, task: MoodTask, material: Material, folder: Path, report: Report) -> None:
        self.task = task
        self.config: TrainingConfig = task.config
        self.songs = material.learning
        self.held_out = material.held_out
        self.folder = folder
        self.report = report
        self.bf16 = wants_bf16(self.config.precision)

    def run(self, resume: bool = False) -> None:
        """Trains to the end and leaves the best weights in the task's model."""
        torch.manual_seed(self.config.seed)
        checkpoint = self.folder / _CHECKPOINT
        resumed = resume and checkpoint.exists()
        if not resumed:
            self._learn_head()
        averaged = _copy(self.task.model)
        optimizer = torch.optim.AdamW(
            self.task.parameter_groups(), weight_decay=self.config.weight_decay
        )
        peaks = [float(group["lr"]) for group in optimizer.param_groups]
        state = _State()
        if resumed:
            state = self._load(checkpoint, averaged, optimizer)
        else:
            state.best = self._judge(state.step)["loss"]
            self._save_best(averaged)
            self._save_checkpoint(checkpoint, state, _copy(self.task.model), averaged, optimizer)
        plan = list(self._plan())
        began, first = time.monotonic(), state.step
        for step in range(first, len(plan)):
            _set_rates(optimizer, peaks, step, len(plan), self.config.warmup)
            loss = self._step(plan[step], optimizer, averaged)
            self.report(Metric(step=step + 1, name="loss", value=loss, split="train"))
            pace = _pace(began, step + 1 - first)
            self.report(Progress(done=step + 1, total=len(plan), message=pace))
            if (step + 1) % self.config.validate_every == 0 or step + 1 == len(plan):
                self._validate_and_save(step + 1, state, averaged, optimizer, checkpoint)
        best, _ = read_checkpoint(self.folder / _BEST)
        self.task.model.load_state_dict(_tensors(best))

    def _learn_head(self) -> None:
        """Fits the head alone on the still encoder's song vectors, full batch, with decay.

        Gentle and quick: the encoder then starts from a head that already knows its directions.
        """
        self.report(Note(message="Reading every song once with the encoder as it is"))
        vectors = self._still_vectors(self.songs, "Reading songs")
        mean, spread = vectors.mean(0), vectors.std(0, correction=0).clamp(min=1e-6)
        self._fit_head((vectors - mean) / spread)
        with torch.no_grad():
            for part in (self.task.model.moods, self.task.model.affect):
                part.weight.div_(spread)
                part.bias.sub_(part.weight @ mean)

    def _fit_head(self, vectors: Tensor) -> None:
        """One logistic regression per mood with an L2 penalty, by L-BFGS: convex, so exact."""
        model = self.task.model
        for part in (model.moods, model.affect):
            torch.nn.init.zeros_(part.weight)
            torch.nn.init.zeros_(part.bias)
        parameters = [
            *model.moods.parameters(),
            *model.affect.parameters(),
            *model.habit.parameters(),
        ]
        targets = self.task.targets(self.songs)
        optimizer = torch.optim.LBFGS(
            parameters, max_iter=self.config.head_steps, line_search_fn="strong_wolfe"
        )

        def objective() -> Tensor:
            optimizer.zero_grad()
            loss = self.task.loss(vectors, targets) + self.task.head_penalty()
            loss.backward()
            return loss

        optimizer.step(objective)
        loss = float(objective().detach())  # what step() returns is the loss before it
        self.report(Note(message=f"The head has learned on its own, loss {loss:.3f}"))

    def _still_vectors(self, songs: Sequence[LabelledSong], doing: str) -> Tensor:
        self.task.model.eval()
        parts: list[Tensor] = []
        with torch.no_grad():
            for at in range(0, len(songs), _STILL_BATCH):
                with self._precision():
                    parts.append(self.task.song_vectors(songs[at : at + _STILL_BATCH]))
                done = min(at + _STILL_BATCH, len(songs))
                self.report(Progress(done=done, total=len(songs), message=doing))
        return torch.cat(parts)

    def _plan(self) -> Iterator[list[LabelledSong]]:
        """The songs of every step, by the seed alone, so that a resumed run repeats it."""
        for epoch in range(self.config.epochs):
            order = list(range(len(self.songs)))
            random.Random(self.config.seed * 1000 + epoch).shuffle(order)
            size = self.config.songs_per_step
            for at in range(0, len(order) - size + 1, size):
                yield [self.songs[place] for place in order[at : at + size]]

    def _step(
        self,
        songs: Sequence[LabelledSong],
        optimizer: torch.optim.Optimizer,
        averaged: dict[str, Tensor],
    ) -> float:
        self.task.model.train()
        optimizer.zero_grad()
        with self._precision():
            vectors = self.task.song_vectors(songs)
        loss = self.task.loss(vectors.float(), self.task.targets(songs))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.task.model.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            for name, value in self.task.model.state_dict().items():
                if value.dtype.is_floating_point:
                    averaged[name].lerp_(value, 1 - _SMOOTHING)
        return float(loss.detach())

    def _validate_and_save(
        self,
        step: int,
        state: _State,
        averaged: dict[str, Tensor],
        optimizer: torch.optim.Optimizer,
        checkpoint: Path,
    ) -> None:
        current = _copy(self.task.model)
        self.task.model.load_state_dict(averaged)
        metrics = self._judge(step)
        if metrics["loss"] < state.best:
            state.best = metrics["loss"]
            self._save_best(averaged)
        self.task.model.load_state_dict(current)
        state.step = step
        self._save_checkpoint(checkpoint, state, current, averaged, optimizer)

    def _save_checkpoint(
        self,
        checkpoint: Path,
        state: _State,
        model: dict[str, Tensor],
        averaged: dict[str, Tensor],
        optimizer: torch.optim.Optimizer,
    ) -> None:
        tensors = {f"model.{name}": value for name, value in model.items()}
        tensors |= {f"averaged.{name}": value for name, value in averaged.items()}
        tensors |= {
            f"optimizer.{parameter}.{name}": value
            for parameter, values in optimizer.state_dict()["state"].items()
            for name, value in values.items()
        }
        tensors["random"] = torch.get_rng_state()
        numbers = {"step": state.step, "best": state.best}
        write_checkpoint(checkpoint, _arrays(tensors), numbers)

    def _judge(self, step: int) -> dict[str, float]:
        """Loss and metrics on the held-out songs, reported one by one."""
        if not self.held_out:
            return {"loss": -float(step)}
        vectors = self._still_vectors(self.held_out, "Judging by the songs held out")
        with torch.no_grad():
            loss = float(self.task.loss(vectors, self.task.targets(self.held_out)))
            logits = self.task.model.moods(vectors).numpy()
            affect = torch.tanh(self.task.model.affect(vectors)).numpy()
        metrics = validate(self.held_out, logits, affect, self.task.space)
        for name, value in {"loss": loss, **metrics}.items():
            self.report(Metric(step=step, name=name, value=value, split="valid"))
        return {"loss": loss, **metrics}

    def _save_best(self, weights: dict[str, Tensor]) -> None:
        write_checkpoint(self.folder / _BEST, _arrays(weights))

    def _load(
        self, checkpoint: Path, averaged: dict[str, Tensor], optimizer: torch.optim.Optimizer
    ) -> _State:
        stored, numbers = read_checkpoint(checkpoint)
        self.task.model.load_state_dict(_tensors(within(stored, "model")))
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in _tensors(within(stored, "optimizer")).items():
            parameter, _, kind = name.partition(".")
            moments.setdefault(int(parameter), {})[kind] = value
        # Rates follow the plan, so only the moments have to come back.
        optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})
        averaged.update(_tensors(within(stored, "averaged")))
        torch.set_rng_state(torch.from_numpy(stored["random"]))
        return _State(step=int(numbers["step"]), best=numbers["best"])

    def _precision(self) -> torch.autocast:
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16)


def _copy(model: torch.nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def _arrays(tensors: Mapping[str, Tensor]) -> dict[str, Array]:
    return {name: value.detach().numpy() for name, value in tensors.items()}


def _tensors(arrays: Mapping[str, Array]) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value) for name, value in arrays.items()}


def _set_rates(
    optimizer: torch.optim.Optimizer, peaks: Sequence[float], step: int, steps: int, warmup: float
) -> None:
    """Linear warm-up, then linear decay to zero."""
    done = (step + 1) / steps
    share = done / warmup if done < warmup else (1 - done) / (1 - warmup) + 1e-3
    for group, peak in zip(optimizer.param_groups, peaks, strict=True):
        group["lr"] = peak * share


def _pace(began: float, steps: int) -> str:
    return f"{(time.monotonic() - began) / steps:.2f} s a step"
