"""Comparing taggers as the Library's room offers it: its actions, its strip and its windows."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from gui.library.actions import LibraryAction, Place
from gui.library.open_dialogs import OpenDialogs
from gui.library.page import LibraryPage
from gui.library.parts import Slot
from gui.library.presenter import LibraryPresenter
from gui.library.retag_run import RetagRun
from gui.library.retag_words import ended_text
from gui.library.selection import Selection
from gui.tagger_choices import TaggerChoice
from gui.theme import ThemeSource

_DISMISSED = "library/update_dismissed"


class Retagging(QObject):
    """`told` carries what a run came to in words, and whether there is something to look at,
    where no window is there to show it."""

    told = Signal(str, str, bool)

    def __init__(self, run: RetagRun, presenter: LibraryPresenter, theme_source: ThemeSource,
                 page: LibraryPage) -> None:
        super().__init__(page)
        self.run = run
        self._presenter = presenter
        self._theme_source = theme_source
        self._page = page
        self._dialogs = OpenDialogs(page)
        self._choice: TaggerChoice | None = None
        self._add_actions()
        self._connect()
        page.add_part(Slot.STRIP, self._make_strip)

    def start(self) -> None:
        """Counts what waits, and looks whether the tagger is another than it was."""
        self.run.load()
        self.run.look_for_update()

    def choose(self, songs: Sequence[int] = ()) -> None:
        """Asks which tagger to compare with, for these songs or others."""
        from gui.library.retag_choice import RetagChoice

        found = self._presenter.found
        keys = [key for key in found.keys.tolist() if key > 0] if found else []
        all_found = found is None or len(found.keys) == found.total

        def make(parent: QWidget) -> QDialog:
            asking = RetagChoice(self.run, songs, () if all_found else keys, parent)
            asking.wanted.connect(self.run.start)
            asking.models_wanted.connect(self._page.models_wanted)
            return asking

        self._dialogs.show("choice", make)

    def look(self) -> None:
        """Opens the window that shows what would change."""
        from gui.library.retag_dialog import RetagDialog

        self._dialogs.show("look", lambda parent: RetagDialog(
            self.run, self._presenter.vocabulary, self._theme_source, parent))

    def close(self) -> None:
        """Ends what runs. Call before the queues are closed."""
        self.run.stop()

    def _add_actions(self) -> None:
        actions = self._presenter.actions
        actions.add(LibraryAction(
            "compare_tagger", self.tr("Compare with another tagger…"), self._choose_for, rank=22,
            fits=lambda chosen: bool(chosen.songs) and not self.run.running,
            tip=self.tr("Reads the songs with another tagger and shows what would change, before"
                        " anything does.")))
        actions.add(LibraryAction(
            "compare_all", self.tr("Compare with another tagger…"), lambda _: self._choose_all(),
            Place.PAGE, rank=72, fits=lambda _: not self.run.running))

    def _choose_for(self, selection: Selection) -> None:
        self.choose(selection.songs)

    def _choose_all(self) -> None:
        if self.run.waiting:
            self.look()
        else:
            self.choose()

    def _make_strip(self) -> QWidget:
        from gui.library.retag_strip import RetagStrip

        strip = RetagStrip(self.run)
        strip.look_wanted.connect(self.look)
        strip.update_wanted.connect(self._compare_update)
        strip.dismissed.connect(self._dismiss)
        return strip

    def _compare_update(self) -> None:
        tagger = self.run.offered.tagger.partition("@")[0]

        def take(choices: Sequence[TaggerChoice]) -> None:
            for choice in choices:
                if choice.id == tagger:
                    self.run.start(choice)

        self.run.read_choices(take)

    def _dismiss(self) -> None:
        self._presenter.memory.setValue(_DISMISSED, self.run.offered.tagger)
        self.run.dismiss_offer()

    def _connect(self) -> None:
        run, presenter = self.run, self._presenter
        run.changed.connect(self._hush)
        run.songs_changed.connect(presenter.steps.taken)
        presenter.steps.taken.connect(run.load)
        run.ended.connect(self._tell)
        run.failed.connect(self._take_failure)

    def _hush(self) -> None:
        """An update that the person did not want to hear of."""
        offered = self.run.offered
        if offered.songs and self._presenter.memory.value(_DISMISSED, "") == offered.tagger:
            self.run.dismiss_offer()

    def _tell(self, progress: object, stopped: bool) -> None:
        from engine.tagging.retagging.retagger import RetagProgress

        if isinstance(progress, RetagProgress) and (progress.done or not stopped):
            problem = progress.problem
            self.told.emit(ended_text(progress, self.run.name, stopped),
                           problem.message if problem else "", progress.done > 0)

    def _take_failure(self, failure: object) -> None:
        if self._dialogs.find("look") is None:
            self._presenter.problem_raised.emit(failure)
