"""Builds the Library room: its queue, its presenter and its page. Connects none to another room;
the program does that."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.service import TaggingService
from engine.tagging.tagger import Tagger
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.icons import IconSource
from gui.library.correcting import Correcting
from gui.library.file_writing import FileWriting
from gui.library.folder_upkeep import FolderUpkeep
from gui.library.listing import Listing
from gui.library.page import LibraryPage
from gui.library.parts import Slot
from gui.library.presenter import LibraryPresenter
from gui.library.retag_run import RetagRun
from gui.library.retagging import Retagging
from gui.library.services import LibraryAsking, LibraryServices, OpenLibrary
from gui.library.waiting_strip import WaitingStrip
from gui.song.services import TagServices
from gui.tagger_choices import Taggers
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from engine.tagging.browsing.song_index import SongIndex


class LibraryRoom:
    """`queue` serves what takes long: writing files, walking folders. Short questions go to the
    `desk` that the rooms share. Close it before the desk."""

    def __init__(self, paths: AppPaths, settings: Callable[[], Settings], vocabulary: Vocabulary,
                 detector: LanguageDetector, tagger: Callable[[], Tagger], desk: WorkQueue,
                 tagging: WorkQueue, memory: QSettings, theme_source: ThemeSource,
                 icons: IconSource, taggers: Taggers) -> None:
        self._paths = paths
        self._settings = settings
        self._vocabulary = vocabulary
        self._detector = detector
        self._tagger = tagger
        self.queue = WorkQueue()
        # An index belongs to one thread, so each queue has a door with an index of its own.
        self.presenter = LibraryPresenter(
            LibraryAsking(self._door(), desk, urgent=True), LibraryAsking(self._door(), self.queue),
            self._open_songs, desk, tagging, vocabulary, settings(), memory)
        self.page = LibraryPage(self.presenter, theme_source, icons, memory)
        self.correcting = Correcting(self.presenter, theme_source, self.page)
        self.writing = FileWriting(self.presenter, theme_source, self.page)
        self.page.add_part(Slot.FILES, self.writing.make_note)
        self.page.add_part(Slot.STRIP, lambda: WaitingStrip(self.presenter))
        self.listing = Listing(self.presenter, self.page, theme_source, memory)
        self.folders = FolderUpkeep(self.presenter, theme_source, self.page)
        self.retagging = Retagging(
            RetagRun(taggers, self._open_songs, tagging, self.presenter.asking,
                     self.presenter.working), self.presenter, theme_source, self.page)

    def close(self) -> None:
        """Stops what runs and waits for it."""
        self.page.rest()
        self.folders.close()
        self.retagging.close()
        self.presenter.close()
        self.queue.close()

    @contextmanager
    def _open_songs(self) -> Iterator[TagServices]:
        """The songs and the tagger for one piece of work, as the parts that show one song need
        them."""
        database = Database.open(self._paths.library_file, self._paths.backups)
        try:
            store = LyricStore(database)
            service = TaggingService(store, self._detector, self._tagger, self._settings)
            yield TagServices(database, store, service, self._tagger)
        finally:
            database.close()

    def _door(self) -> OpenLibrary:
        """A way to the library for the works of one queue."""
        kept: list[SongIndex] = []

        @contextmanager
        def open_library() -> Iterator[LibraryServices]:
            database = Database.open(self._paths.library_file, self._paths.backups)
            settings = self._settings()
            try:
                store = LyricStore(database)
                service = TaggingService(store, self._detector, self._tagger, self._settings)
                yield LibraryServices(database, store, service,
                                      lambda: self._index(database, settings, kept), self._tagger,
                                      settings, self._vocabulary, self._paths)
            finally:
                database.close()

        return open_library

    def _index(self, database: Database, settings: Settings,
               kept: "list[SongIndex]") -> "SongIndex":
        """The index in `kept` brought up to date, or a new one."""
        # numpy over a whole library: not before the page is there.
        from engine.tagging.browsing.song_index import SongIndex

        if kept and kept[0].fits(settings):
            kept[0].refresh(database)
        else:
            kept[:] = [SongIndex.load(database, settings, self._vocabulary, self._paths.cache)]
        return kept[0]
