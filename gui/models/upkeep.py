"""Looking after installed models: are the files whole, remove, take a removal back.

Files are read and moved on a work queue. Knows no widgets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.models.manifest import check_files
from engine.models.registry import RegistryEntry
from engine.models.trash import Removed, empty_trash, remove_model, restore_model
from engine.models.versions import ModelVersions
from gui.background import WorkQueue


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the files found."""

    words: str
    good: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """A model that was removed. `was_chosen`: it was in use, by the person's own choice."""

    entry: RegistryEntry
    removed: Removed
    was_chosen: bool

    @property
    def name(self) -> str:
        manifest = self.entry.manifest
        return manifest.name if manifest else self.entry.folder.name


class Upkeep(QObject):
    """`changed` carries the id of a model whose check began or ended; `removed` and `restored`
    carry a Removal. `last` is the removal that can be taken back."""

    changed = Signal(str)
    removed = Signal(object)
    restored = Signal(object)
    undo_changed = Signal()
    problem_raised = Signal(object)

    def __init__(self, queue: WorkQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._checking: set[str] = set()
        self._verdicts: dict[str, Verdict] = {}
        self.last: Removal | None = None

    def checking(self, model_id: str) -> bool:
        return model_id in self._checking

    def verdict(self, model_id: str) -> Verdict | None:
        """What the last check in this window found."""
        return self._verdicts.get(model_id)

    def check(self, entry: RegistryEntry) -> None:
        """Holds every file of a model against the hash it was installed with."""
        manifest = entry.manifest
        if manifest is None or entry.id in self._checking:
            return
        self._checking.add(entry.id)

        def work() -> Iterator[object]:
            try:
                check_files(entry.folder, manifest)
            except EngineError as broken:
                yield Verdict(f"{broken.message} {broken.hint}".strip(), good=False)
            else:
                yield Verdict(self.tr("All files are as they were installed."), good=True)

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(lambda verdict: self._verdicts.update({entry.id: verdict}))
        task.returned.connect(lambda: self._end_check(entry.id))
        task.cancelled.connect(lambda: self._checking.discard(entry.id))
        task.failed.connect(lambda problem: self._fail_check(entry.id, problem))
        self.changed.emit(entry.id)

    def remove(self, entry: RegistryEntry, was_chosen: bool) -> None:
        """Sets the model aside. Shipped models stay."""
        if entry.shipped:
            return

        def work() -> Iterator[object]:
            yield Removal(entry, remove_model(entry.folder), was_chosen)

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(self._note_removal)
        task.failed.connect(self.problem_raised)

    def undo(self) -> None:
        """Puts the model that was removed last back."""
        removal = self.last
        if removal is None:
            return
        self.forget()

        def work() -> Iterator[object]:
            restore_model(removal.removed)
            yield removal

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(self.restored)
        task.failed.connect(self.problem_raised)

    def forget(self) -> None:
        """The removal is settled; the model lies in the trash for some days."""
        self.last = None
        self.undo_changed.emit()

    def delete_for_good(self) -> None:
        """Frees the room that removed models still take."""
        removal = self.last
        if removal is None:
            return
        self.forget()

        def work() -> Iterator[object]:
            empty_trash(removal.removed.origin.parent, days=0)
            yield None

        self._queue.submit(work).failed.connect(self.problem_raised)

    def tidy(self, models: Path) -> None:
        """Deletes what was removed a week ago and more; what cannot be deleted waits. Finishes an
        exchange of versions that was cut off."""
        def work() -> Iterator[object]:
            ModelVersions(models, models).settle()
            empty_trash(models)
            yield None

        self._queue.submit(work).failed.connect(self.problem_raised)

    def _note_removal(self, removal: Removal) -> None:
        self.last = removal
        self._verdicts.pop(removal.entry.id, None)
        self.undo_changed.emit()
        self.removed.emit(removal)

    def _end_check(self, model_id: str) -> None:
        self._checking.discard(model_id)
        self.changed.emit(model_id)

    def _fail_check(self, model_id: str, problem: object) -> None:
        self._end_check(model_id)
        self.problem_raised.emit(problem)
