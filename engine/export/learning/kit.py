"""The seam between the whole way of a training and its method: what a kit of a method must do.

The job gathers, divides, resumes, installs and reports; the kit knows what is learned, how it
becomes a graph and how good it is. Knows no method.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from engine.events import Report
from engine.export.learning.given import Given
from engine.models.manifest import ModelManifest
from engine.training.runs.report import Measured, Spoken

if TYPE_CHECKING:
    from engine.training.loop.learner import Learner


@dataclass(frozen=True, slots=True)
class Judged:
    """What was measured on rows nobody learned from. `better` None where nothing can be told;
    `verdict` is one sentence for the person; `notes` are further ones.

    `quality` goes into the manifest and the card beside what `build` wrote there: plain numbers by
    name.
    """

    figures: tuple[Measured, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    better: bool | None = None
    verdict: str = ""
    notes: tuple[str, ...] = ()
    quality: Mapping[str, float] = field(default_factory=dict[str, float])


class Kit(Protocol):
    """Everything that one method does differently. A kit holds nothing between two calls: any of
    them may come first after a kill, in a process of its own."""

    def build(
        self, given: Given, learner: "Learner | None", place: Path, report: Report
    ) -> ModelManifest:
        """Fills the empty folder `place` with a whole model and returns its manifest as written.

        `learner` holds the best weights; None of a StepLess kit, which finds what it learned in
        `given.output`. fp32 graph, parity with torch, quantized, parity, then the manifest
        (write_manifest last); nothing is installed. The manifest's `id` is
        `given.recipe.model_id`, its `version` differs whenever its graph does; `about`, `licence`,
        `made_from` and `data` say what the card shall say. The card itself, the recipe and the
        report are laid beside it by the job. EngineError where parity is lost.
        """
        ...

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        """How good the built model at `place` is on `given.judging`, beside `given.replaces` or
        `given.base`, on the model as it will be used (quantized, through the program's own tagger
        or chat). With nothing to judge by: what it says, and better None."""
        ...


@runtime_checkable
class StepKit(Kit, Protocol):
    """A kit whose method learns step by step, in the loop."""

    def learner(self, given: Given) -> "Learner":
        """What the loop teaches, made of the rows; the same `given` gives the same steps."""
        ...


@runtime_checkable
class StepLess(Kit, Protocol):
    """A kit whose method learns in one go, without the loop."""

    def learn(self, given: Given) -> None:
        """Leaves what it learned in `given.output`, whole or not at all."""
        ...
