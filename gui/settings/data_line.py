"""The line of the job bar that tells of backups, exports and imports, and the news at their end."""

from PySide6.QtCore import QObject

from gui.job_bar import JobBar, RunningJob
from gui.notifications import Notifier
from gui.settings.your_data import YourData

_KEY = "your data"


class DataLine(QObject):
    """Lives as long as the bar it writes on."""

    def __init__(self, data: YourData, bar: JobBar, notifier: Notifier,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data, self._bar = data, bar
        data.changed.connect(self._show)
        data.told.connect(notifier.show_news)
        bar.cancel_pressed.connect(lambda key: data.stop() if key == _KEY else None)

    def _show(self) -> None:
        working = self._data.working
        if working is None:
            self._bar.remove_job(_KEY)
            return
        self._bar.show_job(_KEY, RunningJob(
            working.title, working.done, working.total, can_pause=False, unit=working.unit,
            message=working.message, stopping=working.stopping))
