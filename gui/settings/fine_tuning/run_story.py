"""All that a run has told so far: its curves, figures and samples, event by event.

Where a run goes on from an earlier step, what stood beyond that step no longer holds. Knows no
widgets and no files.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.events import Event, Metric, Sample

LOSS, TRAIN, VALID, RUN = "loss", "train", "valid", "run"
MOST_SAMPLES = 60


@dataclass(slots=True)
class Curve:
    """Points in the order of their steps; a value of None is a gap."""

    steps: list[int] = field(default_factory=list[int])
    values: list[float | None] = field(default_factory=list["float | None"])

    def add(self, step: int, value: float | None) -> None:
        """Takes the newest point; what an unbroken run would not know yet is dropped."""
        while self.steps and self.steps[-1] >= step:
            self.steps.pop()
            self.values.pop()
        self.steps.append(step)
        self.values.append(value)

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def last(self) -> float | None:
        return self.values[-1] if self.values else None

    def best(self) -> tuple[int, float] | None:
        """The lowest point, the first of equals."""
        points = [(value, step) for step, value in zip(self.steps, self.values, strict=True)
                  if value is not None]
        if not points:
            return None
        value, step = min(points)
        return step, value


class RunStory:
    """`train` is the loss of every step, `judged` what was measured on held-out data, by name
    ("loss" among them), `run` the newest figures of the work itself."""

    def __init__(self) -> None:
        self.train = Curve()
        self.judged: dict[str, Curve] = {}
        self.run: dict[str, float] = {}
        self.samples: list[Sample] = []
        self.count = 0

    def take(self, events: Iterable[Event]) -> None:
        """Adds what was told next."""
        for event in events:
            self.count += 1
            if isinstance(event, Metric):
                self._take_metric(event)
            elif isinstance(event, Sample):
                self._take_sample(event)

    @property
    def valid(self) -> Curve:
        """The held-out loss."""
        return self.judged.get(LOSS) or Curve()

    @property
    def step(self) -> int:
        """The newest step that was told of."""
        ends = [curve.steps[-1] for curve in (self.train, *self.judged.values()) if len(curve)]
        return max(ends, default=0)

    def metrics(self) -> dict[str, Curve]:
        """What was measured beside the loss."""
        return {name: curve for name, curve in self.judged.items() if name != LOSS}

    def latest_samples(self) -> list[Sample]:
        """What the model says at the newest step it was asked."""
        return [each for each in self.samples if each.step == self.samples[-1].step]

    def first_samples(self) -> list[Sample]:
        """What it said when it was first asked."""
        return [each for each in self.samples if each.step == self.samples[0].step]

    def _take_metric(self, event: Metric) -> None:
        if event.split == RUN:
            if event.value is not None:
                self.run[event.name] = event.value
        elif event.split == TRAIN and event.name == LOSS:
            self.train.add(event.step, event.value)
        elif event.split == VALID:
            self.judged.setdefault(event.name, Curve()).add(event.step, event.value)

    def _take_sample(self, event: Sample) -> None:
        self.samples = [each for each in self.samples if each.step <= event.step]
        if event not in self.samples:
            self.samples.append(event)
        if len(self.samples) > MOST_SAMPLES:
            first = self.samples[0].step
            kept = [each for each in self.samples if each.step == first]
            self.samples = kept + [each for each in self.samples if each.step != first][
                len(self.samples) - MOST_SAMPLES:]
