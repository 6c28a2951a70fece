"""Models that leave as one file: each is a job. How far it is, and how it ended, is told where all
jobs are told of.

Knows no widgets; what an export does is known by the job of the kind "export-model".
"""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.events import Finished
from engine.jobs.spec import JobSpec
from engine.models.registry import RegistryEntry
from gui.jobs import JobView, JobWatcher

EXPORT = "export-model"


class Leaving(QObject):
    """`changed` carries the id of a model whose export began or ended; `left` the sentence of one
    that ended well and the file it is in."""

    changed = Signal(str)
    left = Signal(str, str)

    def __init__(self, watcher: JobWatcher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = watcher
        self._running: dict[str, JobView] = {}
        watcher.changed.connect(self._notice)
        for signal in (watcher.finished, watcher.failed, watcher.stopped):
            signal.connect(self._take)

    def export(self, entry: RegistryEntry, target: Path) -> None:
        """Writes a whole model into the file `target`, which the person has chosen."""
        if entry.manifest is None or self.told(entry.id):
            return
        title = self.tr("Exporting {name}").format(name=entry.manifest.name)
        self._watcher.start(JobSpec.ask(EXPORT, {
            "folder": str(entry.folder.resolve()), "target": str(target), "model": entry.id},
            title, polite=False))

    def told(self, model_id: str) -> str:
        """That a model is being exported, in words; "" while it is not."""
        return self.tr("Exporting…") if model_id in self._running else ""

    def cancel(self, model_id: str) -> None:
        """What was written so far is thrown away."""
        view = self._running.get(model_id)
        if view is not None:
            self._watcher.cancel(view.id)

    def _notice(self, view: JobView) -> None:
        if view.kind != EXPORT:
            return
        model_id = str(view.arguments.get("model", ""))
        before, self._running[model_id] = self._running.get(model_id), view
        if before is None:
            self.changed.emit(model_id)

    def _take(self, view: JobView) -> None:
        if view.kind != EXPORT:
            return
        model_id = str(view.arguments.get("model", ""))
        self._running.pop(model_id, None)
        if isinstance(view.ending, Finished):
            self.left.emit(view.ending.summary, next(iter(view.ending.produced), ""))
        self.changed.emit(model_id)
