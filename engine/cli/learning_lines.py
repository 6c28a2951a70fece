"""What a terminal shows of a training: a moving line of steps and loss, judgements, samples, notes.

On a terminal or in a file alike every judgement is a line; single steps are not. Knows events and
reports, no method.
"""

import sys
from collections.abc import Callable
from itertools import groupby

from engine.cli.plain_text import plain
from engine.cli.progress_line import ProgressLine
from engine.events import Event, Metric, Progress, Pulse, Sample
from engine.training.runs.report import LearningReport, Measured

_TRAIN, _VALID, _LOSS = "train", "valid", "loss"
_SMOOTHING = 0.9


class LearningLines:
    """Turns the events of a training into lines on `tell` and a moving one on stderr."""

    def __init__(self, tell: Callable[[str], object] = print) -> None:
        self._tell = tell
        self._line = ProgressLine(sys.stderr)
        self._loss: float | None = None
        self._judged: dict[str, float] = {}
        self._step = 0

    def take(self, event: Event) -> None:
        """Shows one event."""
        if isinstance(event, Metric):
            self._take_metric(event)
            return
        self._flush()
        if isinstance(event, Progress):
            loss = "" if self._loss is None else f"  loss {self._loss:.3f}"
            self._line.tell(Progress(event.done, event.total, event.message + loss, event.unit))
        elif isinstance(event, Sample):
            self._say(f"step {event.step} says: {event.text}")
        elif not isinstance(event, Pulse):
            self._say(event.sentence())

    def end(self) -> None:
        """Leaves the moving line."""
        self._flush()
        self._line.end()

    def _take_metric(self, event: Metric) -> None:
        if event.value is None:
            return
        if event.split == _TRAIN and event.name == _LOSS:
            before = event.value if self._loss is None else self._loss
            self._loss = _SMOOTHING * before + (1 - _SMOOTHING) * event.value
        elif event.split == _VALID:
            if event.step != self._step:
                self._flush()
            self._step = event.step
            self._judged[event.name] = event.value

    def _flush(self) -> None:
        """Tells a judgement once all its figures are there."""
        if self._judged:
            figures = ", ".join(f"{name} {value:.4g}" for name, value in self._judged.items())
            self._judged = {}
            self._say(f"step {self._step}: {figures}")

    def _say(self, text: str) -> None:
        self._line.end()
        self._tell(plain(text))


def report_lines(report: LearningReport) -> list[str]:
    """The report as plain lines: figures, then what was said before and after. What comes from
    files and models gives the terminal no orders."""
    lines: list[str] = []
    for of, figures in groupby(report.figures, key=lambda figure: figure.of):
        lines += [f"Measured on {of}:"] * bool(of) + [_figure(figure) for figure in figures]
    for spoken in report.spoken:
        lines += [f"  asked:  {spoken.asked}", f"  before: {spoken.before}",
                  f"  after:  {spoken.after}"]
    lines += report.notes
    steps = f"{report.steps:,} steps in " if report.steps else "in "
    lines.append(f"{report.learned_rows:,} rows learned, {report.judged_rows:,} judged, "
                 f"{steps}{report.seconds:,.0f} s. {report.energy}".rstrip())
    return [plain(line) for line in lines]


def _figure(figure: Measured) -> str:
    before = "" if figure.before is None else f"{figure.before:.4g} -> "
    sure = ""
    if figure.difference is not None and figure.difference_interval is not None:
        low, high = figure.difference_interval
        sure = f"  ({figure.difference:+.4g}, 95 % {low:+.4g} to {high:+.4g})"
    return f"  {figure.name:32}{before}{figure.after:.4g} {figure.unit}".rstrip() + sure
