"""Files and folders the person brought to learn from: each is looked into on a queue at once.

Holds what was found, and how columns were mapped. Knows no widgets and reads no rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.errors import EngineError
from engine.training.rows.sources import FileSource, FolderSource, Source
from gui.background import WorkQueue
from gui.settings.fine_tuning.tools import LearningTools

if TYPE_CHECKING:
    from engine.training.rows.glance import FileGlance


@dataclass(frozen=True, slots=True)
class Brought:
    """A file or a folder: `glance` once it was looked into, `problem` where it cannot be read."""

    source: FileSource | FolderSource
    glance: "FileGlance | None" = None
    problem: EngineError | None = None

    @property
    def path(self) -> Path:
        return self.source.path


class BroughtFiles(QObject):
    """`looked`: one was looked into."""

    looked = Signal()
    problem_raised = Signal(object)

    def __init__(self, tools: LearningTools, queue: WorkQueue,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tools, self._queue = tools, queue
        self.all: tuple[Brought, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(each.source for each in self.all)

    def add(self, paths: Sequence[Path], takes: tuple[type[Source], ...]) -> None:
        """Takes those that are new; what the goal cannot learn from is said."""
        here = {each.path for each in self.all}
        for path in dict.fromkeys(paths):
            if path in here:
                continue
            source = FolderSource(path) if path.is_dir() else FileSource(path)
            if isinstance(source, takes):
                self.all = (*self.all, Brought(source))
                self._glance(path)
            else:
                self.problem_raised.emit(EngineError(
                    self.tr("{name} is a folder.").format(name=path.name),
                    self.tr("This way of training reads files of rows. Choose the file itself.")))

    def take(self, sources: Sequence[Source]) -> None:
        """These and no others, as they were chosen another time."""
        self.all = tuple(Brought(source) for source in sources
                         if isinstance(source, FileSource | FolderSource))
        for each in self.all:
            self._glance(each.path)

    def keep(self, takes: tuple[type[Source], ...]) -> None:
        """Leaves out what is of no other kind than these."""
        self.all = tuple(each for each in self.all if isinstance(each.source, takes))

    def drop(self, path: Path) -> None:
        """Leaves one out again."""
        self.all = tuple(each for each in self.all if each.path != path)

    def map(self, path: Path, columns: dict[str, str] | None) -> None:
        """Which column of a file serves as what; None: as it is guessed."""
        self.all = tuple(
            replace(each, source=msgspec.structs.replace(each.source, columns=columns))
            if each.path == path and isinstance(each.source, FileSource) else each
            for each in self.all)

    def _glance(self, path: Path) -> None:
        def work() -> Iterator[object]:
            if not path.is_dir():
                yield self._tools.glance(path)

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(lambda found: self._note(path, glance=found))
        task.failed.connect(lambda problem: self._note_problem(path, problem))

    def _note_problem(self, path: Path, problem: object) -> None:
        if isinstance(problem, EngineError):
            self._note(path, problem=problem)
        else:
            self.problem_raised.emit(problem)

    def _note(self, path: Path, **found: object) -> None:
        self.all = tuple(
            replace(each, **found) if each.path == path else each  # type: ignore[arg-type]
            for each in self.all)
        self.looked.emit()
