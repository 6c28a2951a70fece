"""Follows what the tagging queue does: which rows wait, how far it is, how long it still takes.

Knows no widgets. Several requests may stand in line; they count as one run until all are done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from engine.tagging.requests import Answered, Found, TagRequest
from engine.tagging.song import SongRow, SongState
from gui.background import Task, WorkQueue
from gui.gathering import Gathering

SCREEN_PACE_MS = 50
_SPEED_KNOWN_MS = 1500  # before this much work, a time left would be a guess

Work = Callable[[], Iterator[object]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `seconds_left` is None while it cannot be known."""

    running: bool = False
    paused: bool = False
    done: int = 0
    total: int = 0
    seconds_left: float | None = None


class TaggingRun(QObject):
    """`rows_changed` carries rows to show; `ended` is sent when nothing is left to do."""

    rows_changed = Signal(list)
    progress_changed = Signal()
    ended = Signal()
    failed = Signal(object)

    def __init__(self, queue: WorkQueue, row_of: Callable[[str], SongRow | None],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.progress = Progress()
        self._queue = queue
        self._row_of = row_of
        self._tasks: list[Task] = []
        self._waiting: dict[str, SongRow | None] = {}
        self._clock = QElapsedTimer()
        self._worked_ms = 0
        self._gathering = Gathering(SCREEN_PACE_MS, self)
        self._gathering.gathered.connect(self._take)

    def start(self, work: Work) -> None:
        """Puts `work`, which yields TagEvents, in line."""
        if not self._tasks:
            self.progress = Progress(running=True, paused=self.progress.paused)
            self._worked_ms = 0
            self._clock.start()
        task = self._queue.submit(work)
        self._tasks.append(task)
        task.yielded.connect(self._gathering.add)
        task.returned.connect(lambda: self._end(task))
        task.cancelled.connect(lambda: self._end(task))
        task.failed.connect(lambda failure: self._fail(task, failure))
        self.progress_changed.emit()

    def pause(self, paused: bool) -> None:
        if paused == self.progress.paused:
            return
        if paused:
            self._queue.pause()
            self._worked_ms += self._clock.restart() if self._clock.isValid() else 0
        else:
            self._queue.resume()
            self._clock.restart()
        self.progress = replace(self.progress, paused=paused)
        self.progress_changed.emit()

    def cancel(self) -> None:
        """Stops all that stands in line. What is done stays done."""
        for task in self._tasks:
            task.cancel()
        self.pause(False)

    def _take(self, values: list[TagRequest]) -> None:
        rows: dict[str, SongRow] = {}
        for value in values:
            if isinstance(value, Found):
                self._await(value.places, rows)
            elif isinstance(value, Answered):
                self._waiting.pop(value.row.place, None)
                rows[value.row.place] = value.row
                self._count_done()
        self._mark_next(rows)
        self.progress = replace(self.progress, total=self.progress.done + len(self._waiting),
                                seconds_left=self._seconds_left())
        self.rows_changed.emit(list(rows.values()))
        self.progress_changed.emit()

    def _await(self, places: tuple[str, ...], rows: dict[str, SongRow]) -> None:
        for place in places:
            if place not in self._waiting:
                before = self._row_of(place)
                self._waiting[place] = before
                rows[place] = _waiting(before, place)

    def _count_done(self) -> None:
        self.progress = replace(self.progress, done=self.progress.done + 1)

    def _mark_next(self, rows: dict[str, SongRow]) -> None:
        """Answers come in reading order, so the first that waits is the one in work."""
        place = next(iter(self._waiting), None)
        if place is not None:
            row = rows.get(place) or self._row_of(place) or _waiting(None, place)
            if row.state is not SongState.TAGGING:
                rows[place] = replace(row, state=SongState.TAGGING)

    def _seconds_left(self) -> float | None:
        worked = self._worked_ms + (0 if self.progress.paused else self._clock.elapsed())
        if worked < _SPEED_KNOWN_MS or not self.progress.done:
            return None
        return len(self._waiting) * worked / 1000 / self.progress.done

    def _fail(self, task: Task, failure: object) -> None:
        self._end(task)
        self.failed.emit(failure)

    def _end(self, task: Task) -> None:
        self._gathering.flush()
        self._tasks.remove(task)
        if self._tasks:
            return
        stopped = [before or _waiting(None, place) for place, before in self._waiting.items()]
        self._waiting.clear()
        self.progress = replace(self.progress, running=False, seconds_left=None)
        self.rows_changed.emit(stopped)
        self.progress_changed.emit()
        self.ended.emit()


def _waiting(before: SongRow | None, place: str) -> SongRow:
    if before is None:
        return SongRow(place=place, song_id=None, state=SongState.WAITING)
    return replace(before, state=SongState.WAITING, message="", hint="")
