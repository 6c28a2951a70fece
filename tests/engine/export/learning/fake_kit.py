"""A kit that really learns, the smallest there is: one number, taught by the real loop, whose
"model" is a file with that number. What it does is written down, call by call."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

from engine.errors import Cancelled
from engine.events import Report
from engine.export.learning.given import Given, only
from engine.export.learning.kit import Judged
from engine.models.manifest import ModelManifest, write_manifest
from engine.training.loop.learner import Learner, ParameterGroup, StepLoss
from engine.training.rows.row import TextRow
from engine.training.runs.report import Measured


class OneNumber(nn.Module):
    """A weight that learns to be the mean length of the texts."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))


class LengthLearner:
    """Learns the length of texts, in tens of letters."""

    def __init__(self, learning: Sequence[str], judging: Sequence[str]) -> None:
        self.model = OneNumber()
        self.lengths = torch.tensor([len(text) / 10 for text in learning])
        self.judges = torch.tensor([len(text) / 10 for text in judging])

    def groups(self) -> list[ParameterGroup]:
        return [ParameterGroup((self.model.weight,))]

    def plan(self, epoch: int) -> list[list[int]]:
        order = torch.randperm(len(self.lengths),
                               generator=torch.Generator().manual_seed(epoch)).tolist()
        return [order[at:at + 2] for at in range(0, len(order), 2)]

    def loss(self, step: Sequence[int]) -> StepLoss:
        misses = self.lengths[list(step)] - self.model.weight
        return StepLoss((misses**2).mean(), len(step), len(step))

    def judge(self) -> Mapping[str, float]:
        if not len(self.judges):
            return {}
        return {"loss": float(((self.judges - self.model.weight) ** 2).mean())}

    def samples(self) -> list[str]:
        return [f"{float(self.model.weight.detach()):.2f}"]


class FakeKit:
    """`breaks` names the calls that end once, as a stop would end them."""

    def __init__(self, breaks: Sequence[str] = ()) -> None:
        self.calls: list[str] = []
        self.breaks = list(breaks)

    def learner(self, given: Given) -> LengthLearner:
        self._call("learner")
        learning, judging = (only(TextRow, rows) for rows in (given.learning, given.judging))
        return LengthLearner([row.text for row in learning], [row.text for row in judging])

    def build(self, given: Given, learner: Learner | None, place: Path,
              report: Report) -> ModelManifest:
        assert isinstance(learner, LengthLearner)
        number = float(learner.model.weight.detach())
        (place / "model.onnx").write_text(json.dumps(number))
        self._call("build")
        return write_manifest(place, ModelManifest(
            id=given.recipe.model_id, name=given.recipe.name, kind="encoder", task="lengths",
            version=f"{number:.4f}", licence="Apache-2.0", made_from=("nothing",)))

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        self._call("judge")
        number = float(json.loads((place / "model.onnx").read_text()))
        return Judged((Measured(name="length", before=None, after=number),), (), True,
                      "It knows how long your texts are.", quality={"length": number})

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name in self.breaks:
            self.breaks.remove(name)
            raise Cancelled


class FakeStepLess:
    """Learns at once: the longest text."""

    def learn(self, given: Given) -> None:
        longest = max(len(row.text) for row in only(TextRow, given.learning))
        (given.output / "longest").write_text(str(longest))

    def build(self, given: Given, learner: Learner | None, place: Path,
              report: Report) -> ModelManifest:
        (place / "model.onnx").write_text((given.output / "longest").read_text())
        return write_manifest(place, ModelManifest(
            id=given.recipe.model_id, name="Longest", kind="encoder", task="lengths"))

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        return Judged()
