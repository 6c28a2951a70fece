"""Follows a training in a terminal: a moving line of steps and loss, judgements, samples, notes.

On a terminal or in a file alike every judgement is a line; single steps are not. Ctrl+C leaves the
training running. Knows events and folders, no method.
"""

import sys
from collections.abc import Callable

from engine.cli.job_watch import CRASHED, ProgressLine
from engine.cli.jobs import ENDED, GOODBYE_SECONDS
from engine.events import Event, Failed, Finished, Metric, Progress, Sample, encode
from engine.jobs.child import ExitCode
from engine.jobs.following import follow
from engine.jobs.job_folder import JobFolder, JobState
from engine.jobs.process import JobProcess
from engine.training.runs.report import LearningReport, Measured, read_report

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
        elif not isinstance(event, Finished | Failed):
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
        self._tell(text)


def stay_with_learning(folder: JobFolder, as_json: bool) -> int:
    """Starts the training, follows it, and prints its report at the end; the exit code."""
    _, offset = folder.events_since()
    process, lines = JobProcess.start(folder), LearningLines()
    try:
        for event in follow(process, offset):
            if as_json:
                print(encode(event).decode(), end="", flush=True)
            else:
                lines.take(event)
        process.wait(GOODBYE_SECONDS)
    except KeyboardInterrupt:
        lines.end()
        process.let_go()
        print(f"The training goes on. End it with: jobs stop {folder.id}", file=sys.stderr)
        return ExitCode.CANCELLED
    lines.end()
    state = folder.state()
    process.let_go()
    tell_end(folder, state, as_json)
    return ENDED.get(state, ExitCode.KNOWN_ERROR)


def tell_end(folder: JobFolder, state: JobState, as_json: bool) -> None:
    """The report of a training that finished, what stopped another."""
    ending = folder.ending()
    if isinstance(ending, Finished):
        report = read_report(folder.output)
        if not as_json:
            print("\n".join(report_lines(report)))
            print(f"\n{ending.summary}")
        return
    if isinstance(ending, Failed):
        told = (ending.message, ending.hint, ending.details)
        print("\n".join(filter(None, told)), file=sys.stderr)
    elif state is JobState.INTERRUPTED:
        print(CRASHED, file=sys.stderr)
    print(f"Go on with: jobs resume {folder.id}", file=sys.stderr)


def report_lines(report: LearningReport) -> list[str]:
    """The report as plain lines: figures, then what was said before and after."""
    lines = [_figure(figure) for figure in report.figures]
    for spoken in report.spoken:
        lines += [f"  asked:  {spoken.asked}", f"  before: {spoken.before}",
                  f"  after:  {spoken.after}"]
    lines += report.notes
    lines.append(f"{report.learned_rows:,} rows learned, {report.judged_rows:,} judged, "
                 f"{report.steps:,} steps in {report.seconds:,.0f} s. {report.energy}".rstrip())
    return lines


def _figure(figure: Measured) -> str:
    before = "" if figure.before is None else f"{figure.before:.4g} -> "
    sure = ""
    if figure.difference is not None and figure.difference_interval is not None:
        low, high = figure.difference_interval
        sure = f"  ({figure.difference:+.4g}, 95 % {low:+.4g} to {high:+.4g})"
    return f"  {figure.name:32}{before}{figure.after:.4g} {figure.unit}".rstrip() + sure
