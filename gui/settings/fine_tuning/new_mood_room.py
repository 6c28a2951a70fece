"""Opens the window of a mood of one's own, and tells the program what changed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.paths import AppPaths
from gui.asking import Asking
from gui.background import WorkQueue
from gui.notifications import Notifier, Offer
from gui.settings.fine_tuning.new_mood import NewMood
from gui.song.services import OpenServices

if TYPE_CHECKING:
    from engine.models.trash import Removed
    from engine.tagging.own_moods import InstalledMood
    from gui.settings.fine_tuning.new_mood_dialog import NewMoodDialog


class NewMoodRoom(QObject):
    """`changed`: a mood of one's own was kept, renamed, removed or brought back; what is stored of
    songs and the list of moods say so already when `renew` has run."""

    changed = Signal()
    problem_raised = Signal(object)

    def __init__(self, paths: AppPaths, open_services: OpenServices, queue: WorkQueue,
                 notifier: Notifier, renew: Callable[[], object],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._renew = renew
        self.dialog: NewMoodDialog | None = None
        self.making = NewMood(paths, Asking(open_services, queue, parent=self), self)
        self.making.kept.connect(self._keep)
        self.making.removed.connect(self._remove)
        self.making.renewed.connect(self._tell)
        self.making.problem_raised.connect(self.problem_raised)

    def open(self, window: QWidget, songs: Sequence[int] = ()) -> None:
        """Opens it over `window`, with songs of the Library as first examples."""
        if self.dialog is not None:
            if songs:
                self.making.say(songs, True)
            self.dialog.raise_()
            return
        from gui.settings.fine_tuning.new_mood_dialog import NewMoodDialog

        self.making.begin(songs)
        self.dialog = NewMoodDialog(self.making, window)
        self.dialog.destroyed.connect(self._forget)
        self.dialog.open()

    def check(self) -> None:
        """Learns the moods of one's own anew where another tagger is in use now."""
        self.making.renew()

    def _keep(self, installed: "InstalledMood") -> None:
        self._tell()
        self._close()
        self._notifier.show_news(self.tr("“{name}” is one of your moods now.").format(
            name=installed.mood.name))

    def _remove(self, gone: "Removed", name: str) -> None:
        self._tell()
        self._close()
        self._notifier.show_offer(Offer(
            self.tr("“{name}” is removed.").format(name=name),
            self.tr("What you said of it went along."), self.tr("Undo"),
            lambda: self.making.restore(gone)))

    def _tell(self) -> None:
        self._renew()
        self.changed.emit()

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()

    def _forget(self) -> None:
        self.dialog = None
