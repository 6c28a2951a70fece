"""The bar at the bottom of the window: what runs, how far it is, and how to hold or stop it.

Hidden while nothing runs. Knows no queue and no job: it shows values and tells what was pressed.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.figures import count_text
from gui.theme import GAP, SPACE

BYTES = "bytes"
_LONGEST_MESSAGE = 48


@dataclass(frozen=True, slots=True)
class RunningJob:
    """One line of the bar. `total` 0 means the end is not known yet; `message` says what goes on
    meanwhile. The unit "bytes" is shown in megabytes. `stopping`: asked to end, not there yet.
    `waits` is the sentence why it waits by itself and will go on by itself, "" while it does not.
    """

    title: str
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    paused: bool = False
    can_pause: bool = True
    device: str = ""
    unit: str = ""
    message: str = ""
    stopping: bool = False
    waits: str = ""


class JobBar(QFrame):
    """Lines appear with `show_job` and go with `remove_job`; keys are the caller's."""

    pause_pressed = Signal(str)
    resume_pressed = Signal(str)
    cancel_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setAccessibleName(self.tr("What is running"))
        self._lines: dict[str, JobLine] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(GAP, SPACE, GAP, SPACE)
        self._column.setSpacing(SPACE)
        self.hide()

    def show_job(self, key: str, job: RunningJob) -> None:
        line = self._lines.get(key) or self._added(key)
        line.show_job(job)
        self.show()

    def remove_job(self, key: str) -> None:
        line = self._lines.pop(key, None)
        if line is not None:
            self._column.removeWidget(line)
            line.deleteLater()
        self.setVisible(bool(self._lines))

    def _added(self, key: str) -> "JobLine":
        line = JobLine(self)
        line.held.connect(lambda: self.pause_pressed.emit(key))
        line.let_go.connect(lambda: self.resume_pressed.emit(key))
        line.stopped.connect(lambda: self.cancel_pressed.emit(key))
        self._column.addWidget(line)
        self._lines[key] = line
        return line


class JobLine(QWidget):
    held = Signal()
    let_go = Signal()
    stopped = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._job = RunningJob("")
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._count, self._device = QLabel(), QLabel()
        for label in (self._count, self._device):
            label.setProperty("role", "meta")
        self._hold = QPushButton()
        self._hold.setProperty("role", "plain")
        self._hold.clicked.connect(self._hold_or_let_go)
        self._stop = QPushButton(self.tr("Cancel"))
        self._stop.setProperty("role", "plain")
        self._stop.clicked.connect(self.stopped)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._title)
        row.addWidget(self._bar, 1)
        for widget in (self._count, self._hold, self._stop, self._device):
            row.addWidget(widget)
        row.setSpacing(GAP)

    def show_job(self, job: RunningJob) -> None:
        if job.title != self._job.title:
            self._announce(job.title)
        self._job = job
        self._title.setText(job.title)
        self._bar.setAccessibleName(job.title)
        # Qt counts in 32 bits, which the bytes of a large model do not fit.
        step = 1024 if job.unit == BYTES else 1
        self._bar.setRange(0, job.total // step)
        self._bar.setValue(job.done // step)
        self._count.setText(self._words(job))
        self._hold.setText(self.tr("Go on") if job.paused else self.tr("Pause"))
        self._hold.setVisible(job.can_pause)
        self._stop.setDisabled(job.stopping)
        self._device.setText(job.device)
        self._device.setVisible(bool(job.device))

    def _words(self, job: RunningJob) -> str:
        scale, unit = (1_000_000, self.tr(" MB")) if job.unit == BYTES else (1, "")
        done, total = (count_text(round(n / scale)) for n in (job.done, job.total))
        if job.stopping:
            return self.tr("Stopping")
        if job.paused:
            return self.tr("{done} done, paused").format(done=f"{done}{unit}")
        if not job.total:
            return _shortened(job.message) or self.tr("Looking")
        count = self.tr("{done} of {total}").format(done=done, total=f"{total}{unit}")
        if job.waits:
            return f"{count}  ·  {job.waits}"
        if job.seconds_left is None:
            return count
        return f"{count}  ·  {self._time_left(job.seconds_left)}"

    def _time_left(self, seconds: float) -> str:
        if seconds < 60:
            return self.tr("{n} s left").format(n=max(1, round(seconds)))
        if seconds < 3600:
            return self.tr("{n} min left").format(n=round(seconds / 60))
        hours, minutes = divmod(round(seconds / 60), 60)
        return self.tr("{h} h {m} min left").format(h=hours, m=minutes)

    def _hold_or_let_go(self) -> None:
        (self.let_go if self._job.paused else self.held).emit()

    def _announce(self, title: str) -> None:
        self.setAccessibleName(title)
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.NameChanged))


def _shortened(message: str) -> str:
    """One line that leaves room for the rest of the bar."""
    line = " ".join(message.split())
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE - 1].rstrip()}…"
