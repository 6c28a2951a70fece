"""The training that runs, and those that ran: followed, held, ended, gone on with, deleted.

Reads folders on a work queue and holds values; the watcher of jobs starts and stops. Knows no
widgets.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.events import Failed
from engine.jobs.job_folder import JobFolder
from engine.jobs.spec import JobSpec
from engine.training.learning_job import KIND
from engine.training.planning.plan import further
from gui.background import WorkQueue
from gui.jobs import JobView, JobWatcher
from gui.settings.fine_tuning.past import (
    KINDS,
    PastRun,
    forget_removed,
    past_runs,
    put_back,
    read_past,
    read_story,
    set_aside,
)
from gui.settings.fine_tuning.run_story import RunStory


@dataclass(slots=True)
class LiveRun:
    """The run that is followed. `finishing`: the person asked for what there is now."""

    id: str
    view: JobView
    story: RunStory = field(default_factory=RunStory)
    offset: int = 0
    finishing: bool = False


@dataclass(frozen=True, slots=True)
class _ReadOn:
    id: str
    story: RunStory | None
    events: tuple[object, ...]
    offset: int


class Runs(QObject):
    """`changed`: the running one, the list or what is looked at is another. `told`: the running
    one told more. `ended` carries the PastRun it became. `looked_changed`: another one is looked
    at. `compared` carries (PastRun, RunStory) pairs that were asked for."""

    changed = Signal()
    told = Signal()
    ended = Signal(object)
    looked_changed = Signal()
    compared = Signal(object)
    problem_raised = Signal(object)

    def __init__(self, watcher: JobWatcher, jobs: Path, queue: WorkQueue,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.watcher, self._jobs, self._queue = watcher, jobs, queue
        self._reading = self._more = False
        self.live: LiveRun | None = None
        self.past: tuple[PastRun, ...] = ()
        self.loaded = False
        self.removed: tuple[PastRun, Path] | None = None
        self.looked: PastRun | None = None
        self.looked_story: RunStory | None = None
        watcher.changed.connect(self.follow)
        for signal in (watcher.finished, watcher.failed, watcher.stopped):
            signal.connect(self._take_end)
        for view in watcher.running:
            self.follow(view)
        self._ask(lambda: forget_removed(jobs))

    def load(self) -> None:
        """Reads the list of earlier runs anew."""
        self._ask(lambda: tuple(past_runs(self._jobs)), self._take_past)

    def start(self, spec: JobSpec) -> bool:
        """Starts a training. One at a time: two would take twice as long each."""
        if self.live is not None:
            return False
        self.look_at(None)
        return bool(self.watcher.start(spec))

    def pause(self) -> None:
        if self.live is not None:
            self.watcher.pause(self.live.id)

    def go_on(self) -> None:
        if self.live is not None:
            self.watcher.go_on(self.live.id)

    def stop(self) -> None:
        """Stops; it can be gone on with."""
        if self.live is not None:
            self.watcher.cancel(self.live.id)

    def finish(self) -> None:
        """Ends the learning and goes on with what was best so far."""
        live = self.live
        if live is None or live.finishing:
            return
        live.finishing = True
        self.watcher.go_on(live.id)  # a held run would never feel it
        self._ask(_enough_file(self._jobs / live.id).touch)
        self.changed.emit()

    def resume(self, run: PastRun) -> None:
        """Goes on with one that did not come to its end."""
        if self.live is None:
            self._ask(lambda: _enough_file(run.folder).unlink(missing_ok=True))
            self.watcher.resume(run.id)

    def add_epochs(self, run: PastRun, epochs: float) -> None:
        """Takes a finished run further."""
        if run.job is not None and self.live is None:
            job = further(run.job, run.folder, epochs)
            self.start(JobSpec.ask(KIND, job.as_arguments(), run.title))

    def look_at(self, run: PastRun | None) -> None:
        """Shows an earlier run; None shows none."""
        self.looked, self.looked_story = run, None
        self.looked_changed.emit()
        if run is not None:
            self._ask(lambda: (run.id, read_story(run.folder)), self._take_story)

    def compare(self, runs: Sequence[PastRun]) -> None:
        """Reads the curves of some runs; they come by `compared`."""
        self._ask(lambda: tuple((run, read_story(run.folder)) for run in runs),
                  self.compared.emit)

    def delete(self, run: PastRun) -> None:
        """Takes a run out of the list; `undo` brings it back."""
        if self.looked is not None and self.looked.id == run.id:
            self.look_at(None)
        self._ask(lambda: (run, set_aside(run)), self._take_removed)

    def undo(self) -> None:
        """Brings back what was deleted last."""
        if self.removed is not None:
            _, aside = self.removed
            self.removed = None
            self._ask(lambda: put_back(aside), lambda _: self.load())
            self.changed.emit()

    def follow(self, view: JobView) -> None:
        """Takes notice of a job that runs."""
        if view.kind not in KINDS:
            return
        if self.live is None:
            self.live = LiveRun(view.id, view)
            self.past = tuple(run for run in self.past if run.id != view.id)
            self.look_at(None)
        if self.live.id != view.id:
            return  # a second one, started from a terminal, is in the bar
        self.live.view = view
        self._read_on()
        self.changed.emit()

    def _take_end(self, view: JobView) -> None:
        if view.kind not in KINDS:
            return
        if self.live is not None and self.live.id == view.id:
            self.live = None
        folder = self._jobs / view.id
        self._ask(lambda: read_past(JobFolder(folder)), lambda run: self._show_end(run, view))
        self.load()
        self.changed.emit()

    def _show_end(self, run: PastRun | None, view: JobView) -> None:
        if run is None:
            return
        if run.ending is None and isinstance(view.ending, Failed):
            # It crashed without a word; the watcher has said so in ours.
            run = PastRun(run.id, run.folder, run.spec, run.state, view.ending, run.job, run.report)
        if self.live is None:
            self.look_at(run)
        self.ended.emit(run)

    def _read_on(self) -> None:
        """One read at a time; what is told meanwhile is read after it."""
        live = self.live
        if live is None:
            return
        if self._reading:
            self._more = True
            return
        self._reading, self._more = True, False
        folder, offset, job = JobFolder(self._jobs / live.id), live.offset, live.id

        def read() -> _ReadOn:
            events, end = folder.events_since(offset)
            if offset:
                return _ReadOn(job, None, events, end)
            story = RunStory()
            story.take(events)
            return _ReadOn(job, story, (), end)

        self._ask(read, self._take_read)

    def _take_read(self, read: _ReadOn) -> None:
        self._reading = False
        live = self.live
        if live is not None and live.id == read.id:
            live.offset = read.offset
            if read.story is not None:
                live.story = read.story
            live.story.take(read.events)  # type: ignore[arg-type] # events all
            self.told.emit()
        if self._more:
            self._read_on()

    def _take_past(self, runs: tuple[PastRun, ...]) -> None:
        live = self.live.id if self.live else ""
        self.past = tuple(run for run in runs if run.id != live)
        self.loaded = True
        self.changed.emit()

    def _take_story(self, read: tuple[str, RunStory]) -> None:
        if self.looked is not None and self.looked.id == read[0]:
            self.looked_story = read[1]
            self.looked_changed.emit()

    def _take_removed(self, removed: tuple[PastRun, Path]) -> None:
        self.removed = removed
        self.load()

    def _ask(self, question: Callable[[], object],
             then: Callable[..., object] | None = None) -> None:
        def work() -> Iterator[object]:
            yield question()

        task = self._queue.submit(work, urgent=True)
        if then is not None:
            task.yielded.connect(then)
        task.failed.connect(self._fail)

    def _fail(self, problem: object) -> None:
        self._reading = False
        if isinstance(problem, OSError):
            problem = EngineError(self.tr("A training could not be read."),
                                  self.tr("The system says: {why}.").format(
                                      why=problem.strerror or problem))
        self.problem_raised.emit(problem)


def _enough_file(folder: Path) -> Path:
    from engine.training.loop.outcome import ENOUGH_FILE  # its room holds torch's modules, too

    return folder / "output" / ENOUGH_FILE
