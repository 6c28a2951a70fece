"""The person's data as a whole: backed up, restored, carried to another computer and brought in.

Works on a queue of its own, far behind the screen, and brings in what does the work when it is
wanted. Knows no widgets. Where data were replaced the window must open anew: what it holds is of
those before.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import Cancelled, EngineError
from engine.events import Event, Progress, Report
from engine.paths import AppPaths
from gui.background import WorkQueue

if TYPE_CHECKING:
    from engine.library.archive.bringing_in import BroughtIn, Way
    from engine.library.archive.manifest import Manifest
    from engine.library.archive.packing import Packed
    from engine.library.backup import Backup
    from gui.settings.data_overview import Overview

NICENESS = 15
FIRST_DAY_MS, DAY_MS = 10_000, 3_600_000
"""When it is first looked whether the day has its backup, and how often then."""
_PACE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Working:
    """What goes on, for the job bar. A `total` of 0 is unknown; `unit` as in Progress."""

    title: str
    message: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """An archive somebody wants to bring in, and what it says it holds."""

    file: Path
    manifest: "Manifest"


class YourData(QObject):
    """`changed`: the overview or what goes on is another. `looked` carries a Look. `told` carries
    a sentence of what went well. `replaced` carries one too, and the window must open anew.

    `hindrance` says what must end before anything is replaced, "" for nothing; `most_daily` is
    asked for how many daily backups are kept; `remember` writes down what the window holds.
    """

    changed = Signal()
    looked = Signal(object)
    told = Signal(str)
    replaced = Signal(str)
    problem_raised = Signal(object)
    _moved = Signal(object)

    def __init__(self, paths: AppPaths, hindrance: Callable[[], str],
                 most_daily: Callable[[], int], remember: Callable[[], object],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.paths = paths
        self._hindrance, self._most_daily, self._remember = hindrance, most_daily, remember
        self._queue = WorkQueue(niceness=NICENESS)
        self._stopping = self._closed = False
        self._told_at = 0.0
        self.overview: Overview | None = None
        self.working: Working | None = None
        self._moved.connect(self._take_progress)
        self._days = QTimer(self)
        self._days.setInterval(FIRST_DAY_MS)
        self._days.timeout.connect(self.look_for_day)

    def begin(self) -> None:
        """From now on the day has its backup."""
        if not self._closed:
            self._days.start()

    def close(self) -> None:
        """Stops what goes on, with nothing half done, and waits for it."""
        self._closed = self._stopping = True
        self._days.stop()
        self._queue.close()

    def load(self) -> None:
        """Reads the overview anew."""
        def work() -> Iterator[object]:
            from gui.settings.data_overview import read_overview

            yield from read_overview(self.paths)

        task = self._queue.submit(work, urgent=True)
        task.yielded.connect(self._take_overview)
        task.failed.connect(self.problem_raised)

    def look_for_day(self) -> None:
        """Makes the backup of the day where one is due, without a word unless it fails."""
        self._days.setInterval(DAY_MS)
        if self.working is not None:
            return
        most = self._most_daily()

        def work() -> Iterator[object]:
            from engine.library.backup import make_daily

            yield make_daily(self.paths, most, self._stop_only)

        task = self._queue.submit(work)
        task.yielded.connect(lambda made: self.load() if made else None)
        task.failed.connect(self._miss_day)

    def _miss_day(self, problem: object) -> None:
        """Said once, not every hour: the next start tries again."""
        self._days.stop()
        self.problem_raised.emit(problem)

    def back_up(self) -> None:
        """Makes a backup that stays until the person deletes it."""
        from engine.library.backup import BackupShelf
        from gui.settings.data_words import contents_text

        self._work(self.tr("Backing up the library"),
                   lambda report: BackupShelf(self.paths).make(report=report),
                   lambda made: self.told.emit(self.tr("The library is backed up: {what}.").format(
                       what=contents_text(made.figures))))

    def delete(self, backup: "Backup") -> None:
        """Deletes a backup for good."""
        from engine.library.backup import BackupShelf

        self._work(self.tr("Deleting a backup"),
                   lambda _: BackupShelf(self.paths).delete(backup), lambda _: None)

    def restore(self, backup: "Backup") -> None:
        """Puts a backup in the place of what is here, which is kept first."""
        from gui.settings.data_words import when_text

        if self._is_hindered():
            return
        words = self.tr("Your data are as they were {when}.").format(when=when_text(backup.at))

        def act(report: Report) -> object:
            from engine.library.archive.putting_back import put_back

            return put_back(self.paths, backup.file, report)

        self._work(self.tr("Restoring a backup"), act, lambda _: self._open_anew(words))

    def export(self, file: Path, with_models: bool) -> None:
        """Writes everything personal into one file."""
        self._remember()

        def act(report: Report) -> "Packed":
            from engine.library.archive.packing import pack

            return pack(self.paths, file, with_models, report)

        self._work(self.tr("Exporting your data"), act,
                   lambda packed: self.told.emit(self.tr("Your data are in {file}.").format(
                       file=packed.file)))

    def look(self, file: Path) -> None:
        """Reads what an archive holds."""
        def act(_: Report) -> Look:
            from engine.library.archive.bringing_in import look_into

            return Look(file, look_into(file))

        self._work(self.tr("Looking into {file}").format(file=file.name), act, self.looked.emit)

    def bring_in(self, file: Path, way: "Way", with_models: bool) -> None:
        """Takes an archive in; what is here is kept first."""
        from gui.settings.data_words import added_text

        if self._is_hindered():
            return
        self._remember()

        def act(report: Report) -> "BroughtIn":
            from engine.library.archive.bringing_in import bring_in

            return bring_in(self.paths, file, way, with_models, report)

        self._work(self.tr("Importing {file}").format(file=file.name), act,
                   lambda brought: self._open_anew(
                       self.tr("All is as it was where {file} was made.").format(file=file.name)
                       if brought.merged is None else added_text(brought.merged)))

    def stop(self) -> None:
        """Ends what goes on; nothing is left half done."""
        if self.working is not None:
            self._stopping = True
            self.working = replace(self.working, stopping=True)
            self.changed.emit()

    def _open_anew(self, words: str) -> None:
        if not self._closed:
            self.replaced.emit(words)

    def _is_hindered(self) -> bool:
        hindrance = self._hindrance()
        if hindrance:
            self.problem_raised.emit(EngineError(hindrance, self.tr(
                "Wait for its end or stop it, then try again: what it writes would be lost.")))
        return bool(hindrance)

    def _work(self, title: str, act: Callable[[Report], object],
              then: Callable[..., object]) -> None:
        """One thing at a time; the buttons are off meanwhile."""
        if self.working is not None:
            return
        self._stopping = False
        self.working = Working(title)

        def work() -> Iterator[object]:
            yield act(self._report)

        task = self._queue.submit(work)
        task.yielded.connect(then)
        for ended in (task.returned, task.cancelled):
            ended.connect(self._end)
        task.failed.connect(self._fail)
        self.changed.emit()

    def _report(self, event: Event) -> None:
        """Called on the queue's thread."""
        self._stop_only(event)
        now = time.monotonic()
        if isinstance(event, Progress) and now - self._told_at > _PACE_SECONDS:
            self._told_at = now
            self._moved.emit(event)

    def _stop_only(self, _: object) -> None:
        if self._stopping:
            raise Cancelled

    def _take_progress(self, event: Progress) -> None:
        if self.working is not None:
            self.working = replace(self.working, message=event.message, done=event.done,
                                   total=event.total, unit=event.unit)
            self.changed.emit()

    def _take_overview(self, overview: "Overview") -> None:
        self.overview = overview
        self.changed.emit()

    def _end(self) -> None:
        self.working = None
        self.changed.emit()
        if not self._closed:
            self.load()

    def _fail(self, problem: object) -> None:
        self._end()
        self.problem_raised.emit(problem)

