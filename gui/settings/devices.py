"""The devices models can run on: offered by name, tried in a child, chosen once they work.

Knows no widgets. What a trial does is known by the job of the kind "try-device"; a device that took
its process down is marked, and the processor is used instead.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.events import Stopped
from engine.jobs.spec import JobSpec
from engine.models.trials import Trial, TrialBook, device_trial
from gui.background import WorkQueue
from gui.jobs import JobView, JobWatcher
from gui.trial_outcome import outcome_of

if TYPE_CHECKING:
    from engine.inference.devices import Device

KIND = "try-device"
PROCESSOR = "cpu"


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device as it is offered. `trial` is the last one with its present driver; `trying`: it
    runs now."""

    name: str
    title: str
    trial: Trial | None = None
    trying: bool = False


@dataclass(frozen=True, slots=True)
class _Offered:
    device: "Device"
    stamp: str


class DevicesPresenter(QObject):
    """`changed`: the rows are others. `chosen` carries the name of a device to use from now on.

    `loading` is true until the installed runtime was asked for the first time.
    """

    changed = Signal()
    chosen = Signal(str)
    problem_raised = Signal(object)

    def __init__(self, queue: WorkQueue, watcher: JobWatcher, trials: Path,
                 arguments: Callable[[], dict[str, object]],
                 parent: QObject | None = None) -> None:
        """`trials` is the folder they are kept in, `arguments` what a trial is told beside the
        device: the chat model's folder, the threads."""
        super().__init__(parent)
        self._queue, self._watcher = queue, watcher
        self._trials, self._book = trials, TrialBook(trials)
        self._arguments = arguments
        self._offered: tuple[_Offered, ...] = ()
        self._running: dict[str, str] = {}
        self._wanted = ""
        self.loading = True
        for signal in (watcher.finished, watcher.failed, watcher.stopped):
            signal.connect(self._take)
        watcher.changed.connect(self._notice)
        watcher.interrupted.connect(self._take_interrupted)

    @property
    def rows(self) -> tuple[DeviceRow, ...]:
        """The processor first."""
        running = set(self._running.values())
        return tuple(DeviceRow(
            each.device.name, each.device.title,
            self._book.find(device_trial(each.device.name), each.stamp),
            each.device.name in running) for each in self._offered)

    def row(self, name: str) -> DeviceRow | None:
        """The offered device of that name."""
        return next((row for row in self.rows if row.name == name), None)

    def load(self) -> None:
        """Asks the installed runtime what it offers, in the background."""
        task = self._queue.submit(_ask_runtime, urgent=True)
        task.yielded.connect(self._offer)
        task.failed.connect(self.problem_raised)

    def choose(self, name: str) -> None:
        """Uses a device that works; one that was not tried is tried first."""
        self._wanted = ""
        if self.row(name) is None:
            return
        if name == PROCESSOR or self._works(name):
            self.chosen.emit(name)
        else:
            self._wanted = name
            self.try_out(name)

    def try_out(self, name: str) -> None:
        """Runs a model on a device, in a child process."""
        offered = next((each for each in self._offered if each.device.name == name), None)
        if offered is None or name in self._running.values():
            return
        title = self.tr("Trying {name}").format(name=offered.device.title)
        arguments = {**self._arguments(), "device": name, "trials": str(self._trials),
                     "stamp": offered.stamp}
        self._watcher.start(JobSpec.ask(KIND, arguments, title, polite=False))

    def _offer(self, offered: object) -> None:
        if isinstance(offered, tuple):
            self._offered = offered
            self.loading = False
            self.changed.emit()

    def _notice(self, view: JobView) -> None:
        if view.kind == KIND and view.id not in self._running:
            self._running[view.id] = str(view.arguments["device"])
            self.changed.emit()

    def _take(self, view: JobView) -> None:
        if view.kind != KIND:
            return
        self._running.pop(view.id, None)
        name = str(view.arguments["device"])
        if not isinstance(view.ending, Stopped):
            self._note(view, view.crashed)
        if name == self._wanted:
            self._wanted = ""
            if self._works(name):
                self.chosen.emit(name)
        self.changed.emit()

    def _take_interrupted(self, views: tuple[JobView, ...]) -> None:
        """A trial that never ended, though its window did, took its process down."""
        for view in views:
            if view.kind == KIND:
                self._note(view, crashed=True)
                self._watcher.set_aside(view.id)
                self.changed.emit()

    def _works(self, name: str) -> bool:
        row = self.row(name)
        return row is not None and row.trial is not None and row.trial.outcome == "works"

    def _note(self, view: JobView, crashed: bool) -> None:
        """The job writes its record itself; only where it could not, that is done here."""
        name = device_trial(str(view.arguments["device"]))
        known = self._book.find(name)
        if known is not None and known.at >= view.spec.created_at:
            return
        try:
            self._book.note(name, outcome_of(view, crashed))
        except OSError as trouble:
            self.problem_raised.emit(EngineError(
                self.tr("What was found could not be written down: {why}.").format(
                    why=trouble.strerror or trouble)))


def _ask_runtime() -> Iterator[object]:
    # ONNX Runtime takes a tenth of a second to import: not before the window is there.
    from engine.inference.devices import offered_devices
    from engine.inference.driver_stamp import driver_stamp

    yield tuple(_Offered(device, driver_stamp(device)) for device in offered_devices())
