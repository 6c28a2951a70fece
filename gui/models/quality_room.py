"""Builds what compares taggers, and tells elsewhere in the window how a measurement ended.

All of it is made when the person or a job first asks for it: few do, and all wait for the window.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.library.database import Database
from engine.models.manifest import GENERATIVE_MOOD_TAGGING, TEXT_GENERATION
from engine.paths import AppPaths
from engine.tagging.lyric_store import LyricStore
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.icons import IconSource
from gui.jobs import JobView, JobWatcher
from gui.models.model_card import ModelCard
from gui.models.presenter import ModelsPresenter
from gui.notifications import Notifier, Offer
from gui.tagger_shelf import MOOD_TAGGING
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.models.quality import OwnCount, Quality, Trouble
    from gui.models.quality_page import QualityPage

EVALUATE = "evaluate"
_TAGS = (MOOD_TAGGING, GENERATIVE_MOOD_TAGGING)


class QualityRoom(QObject):
    """`wanted` is sent when the person asks for the page from elsewhere in the window."""

    wanted = Signal()
    problem_raised = Signal(object)

    def __init__(self, paths: AppPaths, queue: WorkQueue, watcher: JobWatcher,
                 models: ModelsPresenter, notifier: Notifier,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths, self._queue, self._watcher = paths, queue, watcher
        self._models, self._notifier = models, notifier
        self._quality: Quality | None = None
        self._page: QualityPage | None = None
        watcher.changed.connect(self._notice)

    @property
    def quality(self) -> "Quality":
        """The presenter, made when it is first asked for."""
        if self._quality is None:
            self._quality = self._make()
        return self._quality

    def page(self, icons: IconSource, theme_source: ThemeSource,
             vocabulary: Vocabulary) -> "QualityPage":
        """The page, made now."""
        from gui.models.quality_page import QualityPage

        self._page = QualityPage(self.quality, icons, theme_source, vocabulary)
        return self._page

    def _make(self) -> "Quality":
        from gui.models.quality import Quality, QualityTools
        from gui.models.quality_reports import ReportShelf

        paths, models = self._paths, self._models
        shelf = ReportShelf(paths.shipped_measurement, paths.jobs, paths.home / "reports")
        made = Quality(self._queue, self._watcher, QualityTools(
            shelf, paths, lambda: count_own(paths),
            lambda: tuple(measurable(models.cards, self.tr))), self)
        made.measured.connect(self._tell_measured)
        made.came_to_nothing.connect(self._tell_trouble)
        made.problem_raised.connect(self.problem_raised)
        return made

    def _notice(self, view: JobView) -> None:
        """A measurement runs, whoever started it: its end has to be told."""
        if view.kind == EVALUATE and self._quality is None:
            self._quality = self._make()

    def _tell_measured(self, view: JobView) -> None:
        """Where the person is elsewhere: on the page itself the figures say it."""
        if not _visible(self._page):
            self._notifier.show_offer(Offer(
                self.tr("“{title}” is done.").format(title=view.title), "",
                self.tr("Show it"), self.wanted.emit))

    def _tell_trouble(self, trouble: "Trouble") -> None:
        if not _visible(self._page):
            self._notifier.show_message(trouble.message, trouble.hint)


def count_own(paths: AppPaths) -> "OwnCount":
    """How much the person has said of moods; nothing where there is no library yet."""
    from engine.evaluation.own_labels import read_own_labels
    from gui.models.quality import OwnCount

    if not paths.library_file.is_file():
        return OwnCount()
    database = Database.open(paths.library_file, paths.backups)
    try:
        own = read_own_labels(LyricStore(database))
        return OwnCount(own.verdicts, len(own.songs))
    finally:
        database.close()


def measurable(cards: tuple[ModelCard, ...],
               translate: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Id and name of every way to tag that there is: taggers, then chat models in both ways."""
    usable = [card for card in cards if not card.broken and not card.problem]
    for card in usable:
        if card.task in _TAGS:
            yield card.id, card.name
    for card in usable:
        if card.task == TEXT_GENERATION:
            yield (f"generative:{card.id}",
                   translate("{name}, writing a list (slow)").format(name=card.name))
            yield (f"zero-shot:{card.id}",
                   translate("{name}, asked mood by mood (slow)").format(name=card.name))


def _visible(page: QWidget | None) -> bool:
    return page is not None and page.isVisible()
