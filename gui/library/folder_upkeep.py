"""Watched folders and missing songs as the Library's room offers them: actions, strip, windows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from engine.tagging.folders.relocation import lost_places
from gui.library.actions import LibraryAction, Place
from gui.library.folder_work import FolderWork
from gui.library.open_dialogs import OpenDialogs
from gui.library.parts import Slot
from gui.library.presenter import LibraryPresenter
from gui.library.relocating import Relocating
from gui.library.selection import Selection
from gui.library.services import LibraryServices
from gui.library.wording import removed_text
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.library.page import LibraryPage


class FolderUpkeep(QObject):
    """`work` looks after the folders, `relocating` looks for songs that are missing."""

    def __init__(self, presenter: LibraryPresenter, theme_source: ThemeSource,
                 page: "LibraryPage") -> None:
        super().__init__(page)
        self._presenter = presenter
        self._theme_source = theme_source
        self._page = page
        self._dialogs = OpenDialogs(page)
        self.work = FolderWork(presenter.asking, presenter.working, self)
        self.relocating = Relocating(presenter.asking, presenter.working, self)
        self._add_actions()
        self._connect()
        page.add_part(Slot.STRIP, self._make_strip)

    def show_folders(self) -> None:
        """Opens the list of watched folders."""
        from gui.library.folder_dialog import FoldersDialog

        self._dialogs.show("folders", lambda parent: FoldersDialog(
            self.work, self._theme_source, parent))

    def show_news(self) -> None:
        """Opens the list of what happened to files."""
        from gui.library.folder_news import NewsDialog

        def make(parent: QWidget) -> QDialog:
            news = NewsDialog(self.work, self._theme_source, parent)
            news.find_wanted.connect(self.find)
            news.drop_wanted.connect(self.drop)
            return news

        self._dialogs.show("news", make)

    def find(self, places: Sequence[str]) -> None:
        """Opens the window that looks for missing files."""
        from gui.library.relocate_dialog import RelocateDialog

        news = self._dialogs.find("news")
        before = news if news is not None and news.isVisible() else None
        self._dialogs.show("relocate", lambda window: RelocateDialog(
            self.relocating, list(places), self._theme_source, before or window))

    def drop(self, places: Sequence[str]) -> None:
        """Takes missing files off the list, as a step that can be taken back."""
        dropped = list(places)
        self._presenter.steps.do(lambda services: services.store.forget(dropped),
                                 removed_text(len(dropped)))

    def close(self) -> None:
        """Ends what runs. Call before the queues are closed."""
        self.work.close()
        self.relocating.stop()

    def _add_actions(self) -> None:
        actions = self._presenter.actions
        actions.add(LibraryAction(
            "folders", self.tr("Watched folders…"), lambda _: self.show_folders(), Place.PAGE,
            rank=70, tip=self.tr("Folders that are looked through for new, changed and missing"
                                 " songs.")))
        actions.add(LibraryAction(
            "find_missing", self.tr("Find missing files…"), self._find_chosen, rank=82,
            fits=lambda chosen: bool(chosen.songs),
            tip=self.tr("Looks in another folder for the files of songs that are no longer where"
                        " they were.")))

    def _find_chosen(self, selection: Selection) -> None:
        songs = set(selection.songs)

        def question(services: LibraryServices) -> list[str]:
            return [one.place for one in lost_places(services.database) if one.song_id in songs]

        def take(places: list[str]) -> None:
            if places:
                self.find(places)
            else:
                self._presenter.steps.tell(self.tr("No file of these songs is missing."))

        self._presenter.asking.ask(question, take)

    def _make_strip(self) -> QWidget:
        from gui.library.folder_strip import FolderStrip

        strip = FolderStrip(self.work)
        strip.news_wanted.connect(self.show_news)
        return strip

    def _connect(self) -> None:
        presenter = self._presenter
        self.work.tag_wanted.connect(presenter.tag_wanted)
        self.work.files_changed.connect(presenter.note_change)
        presenter.steps.taken.connect(self.work.load)
        self.relocating.settled.connect(self._tell_settled)
        for one in (self.work, self.relocating):
            one.failed.connect(self._take_failure)

    def _tell_settled(self, count: int) -> None:
        steps = self._presenter.steps
        steps.taken.emit()
        steps.tell(self.tr("1 song was found again.") if count == 1 else
                   self.tr("{n} songs were found again.").format(n=count), can_undo=count > 0)

    def _take_failure(self, failure: object) -> None:
        """A window that is open says it itself."""
        if not self._dialogs.any():
            self._presenter.problem_raised.emit(failure)
