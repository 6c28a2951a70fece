"""Earlier trainings, read from their folders: what was asked, how it ended, what came of it.

A broken folder hides no other. What is deleted is set aside first, and gone with the next start.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.events import Ending, Failed, Stopped
from engine.jobs.job_folder import RESUMABLE, JobFolder, JobState, list_jobs
from engine.jobs.spec import JobSpec
from engine.training.learning_job import KIND, LearningJob, read_learning
from engine.training.runs.report import REPORT_FILE, LearningReport, read_report
from gui.settings.fine_tuning.run_story import RunStory

OTHER_KINDS = frozenset({"train"})
"""Trainings by the mood taggers' own recipes: listed, and resumed, no more."""
KINDS = frozenset({KIND, *OTHER_KINDS})
_ASIDE = ".removed-"


@dataclass(frozen=True, slots=True, eq=False)
class PastRun:
    """One training. `job` is None where what was asked cannot be read; `ending` where none was
    told; `report` where none was written."""

    id: str
    folder: Path
    spec: JobSpec
    state: JobState
    ending: Ending | None = None
    job: LearningJob | None = None
    report: LearningReport | None = None

    @property
    def title(self) -> str:
        return self.spec.title

    @property
    def resumable(self) -> bool:
        return self.state in RESUMABLE

    @property
    def finished(self) -> bool:
        return self.state is JobState.FINISHED

    @property
    def why(self) -> str:
        """Why it did not come to its end; "" where it did, or still may."""
        if isinstance(self.ending, Failed):
            return f"{self.ending.message} {self.ending.hint}".strip()
        return self.ending.message if isinstance(self.ending, Stopped) else ""


def past_runs(jobs: Path) -> Iterator[PastRun]:
    """All trainings, newest first, those that run now left out."""
    for folder in list_jobs(jobs):
        found = read_past(folder)
        if found is not None and found.state is not JobState.RUNNING:
            yield found


def read_past(folder: JobFolder) -> PastRun | None:
    """None for a job of another kind, and for one nobody can read."""
    try:
        spec = folder.spec()
        if spec.kind not in KINDS:
            return None
        state, ending = folder.state(), folder.ending()
    except (EngineError, OSError):
        return None
    return PastRun(folder.id, folder.path, spec, state, ending, _job(spec), _report(folder))


def read_story(folder: Path) -> RunStory:
    """All a run has told."""
    story = RunStory()
    story.take(JobFolder(folder).events_since()[0])
    return story


def set_aside(run: PastRun) -> Path:
    """Takes a run out of the list; the way back is `put_back`. EngineError where it is held,
    or runs: another window may have gone on with it."""
    if JobFolder(run.folder).lock.held():
        raise EngineError("This training is still running.", "Stop it first.")
    there = run.folder.with_name(f"{_ASIDE}{run.folder.name}")
    try:
        return run.folder.rename(there)
    except OSError as held:
        raise EngineError("This training could not be deleted.",
                          f"The system says: {held.strerror}.") from held


def put_back(aside: Path) -> None:
    """Takes it in again."""
    aside.rename(aside.with_name(aside.name.removeprefix(_ASIDE)))


def forget_removed(jobs: Path) -> None:
    """Deletes for good what was set aside."""
    for folder in jobs.glob(f"{_ASIDE}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _job(spec: JobSpec) -> LearningJob | None:
    if spec.kind != KIND:
        return None
    try:
        return read_learning(spec.argument_values())
    except EngineError:
        return None


def _report(folder: JobFolder) -> LearningReport | None:
    if not (folder.output / REPORT_FILE).is_file():
        return None
    try:
        return read_report(folder.output)
    except EngineError:
        return None
