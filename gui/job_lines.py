"""Shows the jobs of the watcher in the bar, and how they end in the banner.

Knows no room: endings of the kinds in `quiet` are told elsewhere, by who asked for them.
"""

from collections.abc import Set

from PySide6.QtCore import QObject

from engine.events import Failed, Finished
from gui.job_bar import JobBar, RunningJob
from gui.jobs import JobView, JobWatcher
from gui.notifications import Notifier, Offer

LONG_KINDS = frozenset({"train", "learn", "evaluate"})
"""Worth a pause button; they report often enough to feel it."""


class JobLines(QObject):
    """`quiet` are kinds whose endings are told elsewhere, `passing` those that are never worth
    going on with after they were cut short."""

    def __init__(self, watcher: JobWatcher, bar: JobBar, notifier: Notifier,
                 quiet: Set[str] = frozenset(), passing: Set[str] = frozenset(),
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher, self._bar, self._notifier = watcher, bar, notifier
        self._quiet, self._passing = quiet, passing
        watcher.changed.connect(lambda view: bar.show_job(view.id, running_job(view)))
        for signal in (watcher.finished, watcher.failed, watcher.stopped):
            signal.connect(self._end)
        watcher.interrupted.connect(self._offer)
        watcher.problem_raised.connect(notifier.show_problem)
        bar.cancel_pressed.connect(watcher.cancel)
        bar.pause_pressed.connect(watcher.pause)
        bar.resume_pressed.connect(watcher.go_on)

    def _end(self, view: JobView) -> None:
        self._bar.remove_job(view.id)
        if view.kind in self._quiet:
            return
        if isinstance(view.ending, Failed):
            self._notifier.show_failure(view.ending.message, view.ending.hint,
                                        view.ending.details)
        elif isinstance(view.ending, Finished):
            self._notifier.show_news(self.tr("{title} is done.").format(title=view.title),
                                     view.ending.summary)

    def _offer(self, views: tuple[JobView, ...]) -> None:
        """One after the other, the newest first."""
        waiting = [view for view in views if view.kind not in self._passing]
        if waiting:
            self._offer_one(waiting[0], waiting[1:])

    def _offer_one(self, view: JobView, others: list[JobView]) -> None:
        def leave() -> None:
            self._watcher.set_aside(view.id)
            self._offer(tuple(others))

        def go_on() -> None:
            self._watcher.resume(view.id)
            self._offer(tuple(others))

        self._notifier.show_offer(Offer(
            self.tr("“{title}” was cut short when Undertone ended.").format(title=view.title),
            self.tr("It can go on where it was."), self.tr("Go on"), go_on,
            self.tr("Leave it"), leave, trouble=True))


def running_job(view: JobView, device: str = "") -> RunningJob:
    """The line of a job that runs."""
    return RunningJob(view.title, view.done, view.total, view.seconds_left,
                      paused=view.paused_by_hand, can_pause=view.kind in LONG_KINDS,
                      device=device, unit=view.unit, message=view.message,
                      stopping=view.stopping, waits=view.paused)
