"""Builds the page of trainings when somebody looks at it or a training runs, and tells elsewhere in
the window how one ended."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QWidget

from engine.events import Failed, Finished
from engine.paths import AppPaths
from engine.settings import Settings
from gui.background import WorkQueue
from gui.icons import IconSource
from gui.jobs import JobView, JobWatcher
from gui.notifications import Notifier, Offer
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from engine.training.adopting import Candidate
    from gui.settings.fine_tuning.adopting import Adopting
    from gui.settings.fine_tuning.choosing import Choosing
    from gui.settings.fine_tuning.page import FineTuningPage
    from gui.settings.fine_tuning.past import PastRun
    from gui.settings.fine_tuning.runs import Runs

LEARN = "learn"
NICENESS = 15


class FineTuningRoom(QObject):
    """`wanted`: the person asks for the page from elsewhere. `adopted` carries Settings with a
    trained model chosen; `models_changed`: others stand in their places. `model_wanted` and
    `change_wanted` as on the page. `new_mood`, once given, opens the window of a new mood."""

    wanted = Signal()
    adopted = Signal(object)
    models_changed = Signal()
    model_wanted = Signal(str)
    change_wanted = Signal(str, str)
    problem_raised = Signal(object)

    def __init__(self, paths: AppPaths, queue: WorkQueue, watcher: JobWatcher, memory: QSettings,
                 settings: Callable[[], Settings], notifier: Notifier,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths, self._queue, self._watcher = paths, queue, watcher
        self._memory, self._settings, self._notifier = memory, settings, notifier
        self._checking = WorkQueue(niceness=NICENESS)
        self._runs: Runs | None = None
        self._page: FineTuningPage | None = None
        self.choosing: Choosing | None = None
        self.adopting: Adopting | None = None
        self.new_mood: Callable[[QWidget], object] | None = None
        watcher.changed.connect(self._notice)

    @property
    def runs(self) -> "Runs":
        """The trainings, made when they are first asked for."""
        if self._runs is None:
            from gui.settings.fine_tuning.runs import Runs

            self._runs = Runs(self._watcher, self._paths.jobs, self._queue, self)
            self._runs.ended.connect(self._tell)
            self._runs.problem_raised.connect(self.problem_raised)
        return self._runs

    @property
    def built(self) -> "FineTuningPage":
        """The page; it must have been looked at."""
        assert self._page is not None
        return self._page

    def page(self, icons: IconSource, theme_source: ThemeSource) -> "FineTuningPage":
        """The page, made now."""
        from gui.settings.fine_tuning.adopting import Adopting
        from gui.settings.fine_tuning.choosing import Choosing
        from gui.settings.fine_tuning.page import FineTuningPage
        from gui.settings.fine_tuning.tools import LearningTools

        self.choosing = Choosing(LearningTools(self._paths), self._checking, self._memory, self)
        self.adopting = Adopting(self._paths, self._queue, self._settings, self)
        self.adopting.adopted.connect(self.adopted)
        self.adopting.models_changed.connect(self.models_changed)
        self.adopting.told.connect(self._notifier.show_news)
        self.adopting.used.connect(self._tell_used)
        for presenter in (self.choosing, self.adopting):
            presenter.problem_raised.connect(self.problem_raised)
        self._page = FineTuningPage(self.choosing, self.runs, self.adopting, theme_source, icons,
                                    self.new_mood)
        self._page.model_wanted.connect(self.model_wanted)
        self._page.change_wanted.connect(self.change_wanted)
        return self._page

    def look_again(self) -> None:
        """Other models are installed now."""
        if self._page is not None and self._page.isVisible() and self.choosing is not None:
            self.choosing.load()

    def close(self) -> None:
        """Ends what goes on here and waits for it. Jobs go on."""
        if self.choosing is not None:
            self.choosing.close()
        self._checking.close()

    def _notice(self, view: JobView) -> None:
        """A training runs, whoever started it: its end has to be told."""
        if view.kind == LEARN and self._runs is None:
            self.runs.follow(view)

    def _tell(self, run: "PastRun") -> None:
        """Where the person is elsewhere; on the page itself the card says it."""
        if run.spec.kind != LEARN or (self._page is not None and self._page.isVisible()):
            return
        look = self.tr("See the report")
        if isinstance(run.ending, Finished):
            self._notifier.show_offer(Offer(
                self.tr("“{title}” is trained.").format(title=run.title),
                run.report.verdict if run.report else run.ending.summary, look,
                lambda: self._show(run)))
        elif isinstance(run.ending, Failed):
            self._notifier.show_offer(Offer(
                self.tr("“{title}” ended before its time.").format(title=run.title),
                f"{run.ending.message} {run.ending.hint}".strip(), self.tr("Look"),
                lambda: self._show(run), trouble=True))

    def _tell_used(self, made: "Candidate", before: str) -> None:
        """That it is in use, what comes next, and the way back."""
        adopting = self.adopting
        sentence = self.tr("{name} is in use now.").format(name=made.name)
        hint = self.tr("Songs it has not read yet show no moods: press “Tag the rest” on the "
                       "Tag page.") if made.chooses == "tagger" else ""
        if adopting is None or not made.chooses or before in (made.wish, made.model_id):
            self._notifier.show_news(sentence, hint)
            return
        self._notifier.show_offer(Offer(
            sentence, hint, self.tr("Back to the one before"),
            lambda: adopting.choose_again(made.chooses, before)))

    def _show(self, run: "PastRun") -> None:
        self.wanted.emit()
        self.runs.look_at(run)

