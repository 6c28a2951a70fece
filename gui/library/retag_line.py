"""The line of the job bar that tells of songs being compared, and the news at its end."""

from PySide6.QtCore import QObject

from gui.job_bar import JobBar, RunningJob
from gui.library.retagging import Retagging
from gui.notifications import Notifier, Offer

_KEY = "retagging"


class RetagLine(QObject):
    """Lives as long as the bar it writes on."""

    def __init__(self, retagging: Retagging, bar: JobBar, notifier: Notifier,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._retagging = retagging
        self._bar = bar
        self._notifier = notifier
        run = retagging.run
        run.changed.connect(self._show)
        run.moved.connect(self._show)
        retagging.told.connect(self._tell)
        bar.cancel_pressed.connect(lambda key: run.stop() if key == _KEY else None)

    def _show(self) -> None:
        run = self._retagging.run
        if run.progress is None:
            self._bar.remove_job(_KEY)
            return
        self._bar.show_job(_KEY, RunningJob(
            self.tr("Comparing with {tagger}").format(tagger=run.name), run.progress.done,
            run.progress.total, can_pause=False))

    def _tell(self, words: str, reason: str, can_look: bool) -> None:
        if can_look:
            self._notifier.show_offer(Offer(
                words, reason or self.tr("Nothing your songs show has changed."),
                self.tr("See what would change"), self._retagging.look, trouble=bool(reason)))
        else:
            self._notifier.show_news(words, reason)
