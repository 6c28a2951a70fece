"""The line of the job bar that tells of the tagging run, and what is pressed there."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from engine.inference.devices import usable_cores
from engine.settings import Settings
from gui.job_bar import JobBar, RunningJob
from gui.tag.presenter import TagPresenter

_KEY = "tagging"


class RunLine(QObject):
    """Lives as long as the bar it writes on."""

    def __init__(self, presenter: TagPresenter, bar: JobBar, settings: Callable[[], Settings],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._bar = bar
        self._settings = settings
        presenter.run.progress_changed.connect(self._show)
        for pressed, act in ((bar.pause_pressed, presenter.pause),
                             (bar.resume_pressed, presenter.resume),
                             (bar.cancel_pressed, presenter.cancel)):
            pressed.connect(lambda key, act=act: act() if key == _KEY else None)

    def _show(self) -> None:
        progress = self._presenter.run.progress
        if not progress.running:
            self._bar.remove_job(_KEY)
            return
        self._bar.show_job(_KEY, RunningJob(
            self.tr("Tagging songs"), progress.done, progress.total, progress.seconds_left,
            progress.paused, device=self._device()))

    def _device(self) -> str:
        return self.tr("CPU, {n} threads").format(n=self._settings().threads or usable_cores())
