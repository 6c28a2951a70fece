"""Tries models in a process of their own, and remembers how it went.

A model that takes its process down is marked, and what is marked is not opened unasked. Knows no
widgets; what a trial does is known by the job of the kind "try-model".
"""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.events import Stopped
from engine.jobs.spec import JobSpec
from engine.models.registry import RegistryEntry
from engine.models.trials import Trial, TrialBook, files_stamp, model_trial
from gui.jobs import JobView, JobWatcher
from gui.trial_outcome import outcome_of

KIND = "try-model"


class TrialRuns(QObject):
    """`changed` carries the id of a model whose trial began or ended."""

    changed = Signal(str)
    problem_raised = Signal(object)

    def __init__(self, watcher: JobWatcher, book: TrialBook, models: Path,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = watcher
        self._book = book
        self._models = models
        self._running: dict[str, str] = {}
        self._known: dict[tuple[str, str], Trial | None] = {}
        for signal in (watcher.finished, watcher.failed, watcher.stopped):
            signal.connect(self._take)
        watcher.changed.connect(self._notice)
        watcher.interrupted.connect(self._take_interrupted)

    def trying(self, model_id: str) -> bool:
        """Whether a trial of this model runs now."""
        return model_id in self._running.values()

    def trial(self, entry: RegistryEntry) -> Trial | None:
        """The last trial of this model as it is installed now."""
        if entry.manifest is None:
            return None
        asked = entry.id, files_stamp(entry.manifest)
        if asked not in self._known:
            self._known[asked] = self._book.find(model_trial(entry.id), asked[1])
        return self._known[asked]

    def look_again(self) -> None:
        """What was tried outside this window, or while it opened a model, is read anew."""
        self._known.clear()

    def start(self, entry: RegistryEntry, device: str = "cpu", threads: int = 0) -> bool:
        """Loads the model and lets it say a little, in a child process. Whether one runs now."""
        if self.trying(entry.id):
            return True
        if entry.manifest is None:
            return False
        arguments = {"model": entry.id, "folder": str(entry.folder.resolve()),
                     "models": str(self._models), "device": device, "threads": threads,
                     "stamp": files_stamp(entry.manifest)}
        title = self.tr("Trying {name}").format(name=entry.manifest.name)
        return bool(self._watcher.start(JobSpec.ask(KIND, arguments, title, polite=False)))

    def forget(self, model_id: str) -> None:
        """A model that is gone has no trial."""
        self._book.forget(model_trial(model_id))
        self._known.clear()

    def _notice(self, view: JobView) -> None:
        if view.kind == KIND and view.id not in self._running:
            self._running[view.id] = str(view.arguments["model"])
            self.changed.emit(self._running[view.id])

    def _take(self, view: JobView) -> None:
        if view.kind != KIND:
            return
        self._running.pop(view.id, None)
        if not isinstance(view.ending, Stopped):
            self._note(view, outcome_of(view))
        self.changed.emit(str(view.arguments["model"]))

    def _take_interrupted(self, views: tuple[JobView, ...]) -> None:
        """The window was closed before a trial ended, and the trial never did: that is a crash,
        unless it was tried again since."""
        for view in views:
            if view.kind != KIND:
                continue
            model_id = str(view.arguments["model"])
            known = self._book.find(model_trial(model_id))
            if known is None or known.at < view.spec.created_at:
                self._note(view, outcome_of(view, crashed=True))
                self.changed.emit(model_id)
            self._watcher.set_aside(view.id)

    def _note(self, view: JobView, trial: Trial) -> None:
        self._known.clear()
        try:
            self._book.note(model_trial(str(view.arguments["model"])), trial)
        except OSError as trouble:
            self.problem_raised.emit(EngineError(
                self.tr("What was found could not be written down: {why}.").format(
                    why=trouble.strerror or trouble)))
