"""Follows jobs for the window: starts them, reads what they tell, stops them, finds them again.

No thread of its own: a timer looks into the folders of running jobs ten times a second, and rests
while there are none. Knows no widget, and nothing of what a kind of job is for.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import EngineError
from engine.events import (
    Continued,
    Ending,
    Event,
    Failed,
    Finished,
    Metric,
    Note,
    Paused,
    Progress,
    Resumed,
    Started,
    Stopped,
)
from engine.jobs.job_folder import JobFolder, JobState, list_jobs
from engine.jobs.process import JobProcess
from engine.jobs.spec import JobSpec
from engine.jobs.stop_ladder import Rung, StopLadder
from gui.background import WorkQueue

POLL_MS = 100
# An estimate of what is left is shown only after this much of a stretch was watched.
ESTIMATE_SECONDS = 2.0
MOST_FOUND_AGAIN = 200
_ENDED = frozenset({JobState.FINISHED, JobState.FAILED, JobState.STOPPED})


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as the window shows it. `total` 0: the end is not known; `unit` as in Progress.

    `metrics` holds the newest value of each name, `notes` every sentence told so far. `crashed`:
    its process is gone without a word; `ending` then says so in our words. `paused` says why it
    waits, "" while it does not.
    """

    id: str
    spec: JobSpec
    done: int = 0
    total: int = 0
    unit: str = ""
    message: str = ""
    seconds_left: float | None = None
    stopping: bool = False
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])
    notes: tuple[str, ...] = ()
    ending: Ending | None = None
    crashed: bool = False
    paused: str = ""
    paused_by_hand: bool = False

    @property
    def kind(self) -> str:
        return self.spec.kind

    @property
    def title(self) -> str:
        return self.spec.title

    @property
    def arguments(self) -> dict[str, object]:
        return self.spec.argument_values()


class JobWatcher(QObject):
    """Signals carry a JobView: `changed` while it runs, then exactly one of the three endings.

    `interrupted` carries the jobs an earlier window left without an end, newest first.
    """

    changed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    stopped = Signal(object)
    interrupted = Signal(object)
    problem_raised = Signal(object)

    def __init__(self, jobs: Path, command: Sequence[str] = (),
                 clock: Callable[[], float] = time.monotonic,
                 parent: QObject | None = None) -> None:
        """`command` is what `--job DIR` is added to, by default our own program."""
        super().__init__(parent)
        self._jobs = jobs
        self._command = command
        self._clock = clock
        self._followed: dict[str, _Followed] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)

    @property
    def running(self) -> tuple[JobView, ...]:
        """The jobs without an ending, oldest first."""
        views = (followed.view for followed in self._followed.values())
        return tuple(view for view in views if view.ending is None)

    def start(self, spec: JobSpec) -> str:
        """Starts a new job; its id, or "" where that was told as a problem instead."""
        try:
            folder = JobFolder.create(self._jobs, spec)
            self._run(folder, spec)
        except EngineError as problem:
            self.problem_raised.emit(problem)
            return ""
        return folder.id

    def resume(self, job_id: str) -> bool:
        """Goes on with a job that did not finish; False where that was told as a problem.

        Where its last process is still ending, it goes on as soon as that is gone.
        """
        ending = self._followed.get(job_id)
        if ending is not None and ending.view.ending is not None:
            ending.goes_on = True
            return True
        return self._resume(job_id)

    def cancel(self, job_id: str) -> None:
        """Climbs the stop ladder until the job's process is gone. Never waits."""
        followed = self._followed.get(job_id)
        if followed is not None and followed.view.ending is None:
            followed.stop(self._clock)
            self.changed.emit(followed.view)

    def pause(self, job_id: str) -> None:
        """Has a running job wait where it reports next, until `go_on`."""
        followed = self._followed.get(job_id)
        if followed is not None and followed.view.ending is None:
            followed.process.folder.ask_to_pause()

    def go_on(self, job_id: str) -> None:
        """Lets a job that the person paused go on."""
        followed = self._followed.get(job_id)
        if followed is not None:
            followed.process.folder.forget_pause()

    def find_again(self, queue: WorkQueue, passing: Set[str] = frozenset()) -> None:
        """Looks, off the screen's thread, for what earlier windows left: what still runs is
        followed, what was cut short is told by `interrupted`. Ended jobs of the kinds in
        `passing` have nothing more to tell: their folders are deleted."""
        task = queue.submit(lambda: _left_behind(self._jobs, passing))
        task.yielded.connect(self._take_left_behind)
        task.failed.connect(self.problem_raised)

    def set_aside(self, job_id: str) -> None:
        """The person leaves an interrupted job be: it is not offered again, and can still be
        resumed by its id."""
        folder = JobFolder(self._jobs / job_id)
        try:
            with folder.lock.taken():
                folder.append(Stopped("Left as it was."))
        except (EngineError, OSError):
            return  # it runs after all, or cannot be written: then it will be offered again

    def close(self) -> None:
        """Lets all go: jobs outlive the window. Final."""
        self._timer.stop()
        for followed in self._followed.values():
            followed.process.let_go()
        self._followed.clear()

    def _resume(self, job_id: str) -> bool:
        try:
            folder = JobFolder.open(self._jobs / job_id)
            self._run(folder, folder.spec())
        except EngineError as problem:
            self.problem_raised.emit(problem)
            return False
        return True

    def _run(self, folder: JobFolder, spec: JobSpec) -> None:
        _, offset = folder.events_since()
        self._follow(_Followed(JobProcess.start(folder, self._command), JobView(folder.id, spec),
                               offset))

    def _follow(self, followed: "_Followed") -> None:
        self._followed[followed.view.id] = followed
        self._timer.start()
        self.changed.emit(followed.view)

    def _look(self) -> None:
        for job_id, followed in list(self._followed.items()):
            self._look_at(followed)
            if followed.gone:
                del self._followed[job_id]
                if followed.goes_on:
                    self._resume(job_id)
        if not self._followed:
            self._timer.stop()

    def _look_at(self, followed: "_Followed") -> None:
        before = followed.view
        followed.look(self._clock)
        view = followed.view
        if view is before or before.ending is not None:
            return
        if view.ending is None:
            self.changed.emit(view)
        elif isinstance(view.ending, Finished):
            self.finished.emit(view)
        else:
            (self.stopped if isinstance(view.ending, Stopped) else self.failed).emit(view)

    def _take_left_behind(self, found: object) -> None:
        if not isinstance(found, _LeftBehind):
            return
        for folder, spec in found.running:
            if folder.id not in self._followed:
                self._follow(_Followed(JobProcess(folder), JobView(folder.id, spec)))
        cut_short = tuple(JobView(folder.id, spec) for folder, spec in found.interrupted
                          if folder.id not in self._followed)
        if cut_short:
            self.interrupted.emit(cut_short)


class _Followed:
    """One job that is watched: its process, how far its events were read, what they came to."""

    def __init__(self, process: JobProcess, view: JobView, offset: int = 0) -> None:
        self.process = process
        self.view = view
        self.gone = False
        self.goes_on = False
        self._offset = offset
        self._ladder: StopLadder | None = None
        self._pace: _Pace | None = None
        self._unit = ""  # of the stretch that was started

    def stop(self, clock: Callable[[], float]) -> None:
        if self._ladder is None:
            self._ladder = StopLadder(self.process, clock)
            self.view = replace(self.view, stopping=True, seconds_left=None)
            self._ladder.poll()

    def look(self, clock: Callable[[], float]) -> None:
        """Reads on; climbs the ladder where one stands."""
        try:
            # Looked at before reading: what a process that is gone has told is all there.
            living = self.process.living()
            events, self._offset = self.process.folder.events_since(self._offset)
        except OSError as trouble:
            self._lose(trouble)
            return
        for event in events:
            self._take(event)
        if not living:
            self.gone = True
            self._notice_crash()
        elif self.view.ending is not None or self._ladder is not None:
            # Who has told the end shall go too: else it could not be resumed.
            self._ladder = self._ladder or StopLadder(self.process, clock)
            self.gone = self._ladder.poll() is Rung.LINGERS
            self._notice_crash()

    def _lose(self, trouble: OSError) -> None:
        """The folder went away or cannot be read: nobody will ever tell an ending."""
        self.gone = True
        self.process.let_go()
        if self.view.ending is None:
            self.view = replace(self.view, crashed=True, ending=Failed(
                "The folder of this job cannot be read any more.",
                f"The system says: {trouble.strerror}."))

    def _notice_crash(self) -> None:
        if self.gone and self.view.ending is None:
            self.view = replace(self.view, crashed=not self.view.stopping, ending=self._silence())

    def _silence(self) -> Ending:
        if self.view.stopping:
            return Stopped("Stopped.")
        return Failed("The work ended without a word: its process crashed or was ended.",
                      "Go on with it, or start it anew.", self.process.folder.log_tail())

    def _take(self, event: Event) -> None:
        view = self.view
        if isinstance(event, Ending):
            self.view = replace(view, ending=event, seconds_left=None, paused="",
                                paused_by_hand=False)
        elif isinstance(event, Started):
            self._pace, self._unit = None, event.unit
            self.view = replace(view, done=0, total=event.total, unit=event.unit, message="")
        elif isinstance(event, Progress):
            self._progress(event)
        elif isinstance(event, Metric) and event.value is not None:
            self.view = replace(view, metrics={**view.metrics, event.name: event.value})
        elif isinstance(event, Note):
            self.view = replace(view, notes=(*view.notes, event.message), message=event.message)
        else:
            self._take_turn(event)

    def _take_turn(self, event: Event) -> None:
        """What changes whether it goes on at all."""
        if isinstance(event, Paused):
            self.view = replace(self.view, paused=event.sentence(), seconds_left=None,
                                paused_by_hand=event.by_hand)
        elif isinstance(event, Continued):
            self._pace = None  # what was waited is no work
            self.view = replace(self.view, paused="", paused_by_hand=False)
        elif isinstance(event, Resumed):
            # What an earlier process told as its end no longer holds.
            self.view = replace(self.view, ending=None, paused="", paused_by_hand=False)

    def _progress(self, event: Progress) -> None:
        unit = event.unit or self._unit
        if self._pace is None or not self._pace.fits(event):
            self._pace = _Pace(event)
        left = None if self.view.stopping else (
            event.seconds_left if event.seconds_left is not None
            else self._pace.seconds_left(event))
        self.view = replace(self.view, done=event.done, total=event.total, unit=unit,
                            message=event.message or self.view.message, seconds_left=left)


class _Pace:
    """How quickly one stretch of work goes, by the clock of the job."""

    def __init__(self, first: Progress) -> None:
        self._first = first

    def fits(self, event: Progress) -> bool:
        """Whether `event` is of the same stretch."""
        first = self._first
        return (event.total, event.message) == (first.total, first.message) \
            and event.done >= first.done

    def seconds_left(self, event: Progress) -> float | None:
        done, spent = event.done - self._first.done, event.at - self._first.at
        if not event.total or done <= 0 or spent < ESTIMATE_SECONDS:
            return None
        return max(0.0, (event.total - event.done) * spent / done)


@dataclass(frozen=True, slots=True)
class _LeftBehind:
    running: tuple[tuple[JobFolder, JobSpec], ...]
    interrupted: tuple[tuple[JobFolder, JobSpec], ...]


def _left_behind(jobs: Path, passing: Set[str]) -> Iterator[object]:
    """A _LeftBehind, newest first; a broken folder hides no other."""
    found: dict[JobState, list[tuple[JobFolder, JobSpec]]] = {
        JobState.RUNNING: [], JobState.INTERRUPTED: []}
    for folder in list_jobs(jobs)[:MOST_FOUND_AGAIN]:
        yield None
        try:
            state = folder.state()
            if state in found:
                found[state].append((folder, folder.spec()))
            elif state in _ENDED and not folder.lock.held() and folder.spec().kind in passing:
                shutil.rmtree(folder.path, ignore_errors=True)
        except (EngineError, OSError):
            continue
    yield _LeftBehind(tuple(found[JobState.RUNNING]), tuple(found[JobState.INTERRUPTED]))
