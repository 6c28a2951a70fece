"""The line of the job bar that tells of files being written, and the news at its end."""

from PySide6.QtCore import QObject

from gui.job_bar import JobBar, RunningJob
from gui.library.file_writing import FileWriting
from gui.library.write_record import Turn
from gui.library.write_run import WritePhase
from gui.notifications import Notifier, Offer

_KEY = "writing"


class WritingLine(QObject):
    """Lives as long as the bar it writes on."""

    def __init__(self, writing: FileWriting, bar: JobBar, notifier: Notifier,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writing = writing
        self._bar = bar
        self._notifier = notifier
        writing.progress_changed.connect(self._show)
        writing.told.connect(self._tell)
        bar.cancel_pressed.connect(self._stop)

    def _show(self) -> None:
        run, record = self._writing.run, self._writing.record
        if run.writes:
            into = run.phase is WritePhase.WRITING
            self._show_job(into, run.done, run.total)
        elif record.busy:
            self._show_job(record.turn is Turn.IN, record.done, record.total)
        else:
            self._bar.remove_job(_KEY)

    def _show_job(self, into: bool, done: int, total: int) -> None:
        title = (self.tr("Writing moods into files") if into
                 else self.tr("Taking moods out of files"))
        self._bar.show_job(_KEY, RunningJob(title, done, total, can_pause=False))

    def _stop(self, key: str) -> None:
        if key == _KEY:
            self._writing.run.stop() if self._writing.run.writes else self._writing.record.stop()

    def _tell(self, words: str, reason: str, can_undo: bool) -> None:
        if can_undo:
            self._notifier.show_offer(Offer(words, reason, self.tr("Undo"),
                                            self._writing.run.undo, trouble=bool(reason)))
        else:
            self._notifier.show_news(words, reason)
