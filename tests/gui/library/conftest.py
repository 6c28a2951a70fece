"""The Library page on a library of its own, with the fake tagger behind it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reading import lyric_from_text
from engine.tagging.requests import NamedLyric, TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.icons import IconSource
from gui.library.browser import Browser
from gui.library.page import LibraryPage
from gui.library.presenter import LibraryPresenter
from gui.library.services import LibraryAsking, LibraryServices, OpenLibrary
from gui.theme import ThemeSource
from tests.fakes import FakeTagger

SAD = "Tears on the window and tears in the rain\nI cry for the lonely goodbye of the train"
SUNNY = "The sun is up and I can smile\nWe dance and laugh in bright new light"
CALM = "The quiet sea in the evening is slow\nSleep in the quiet and let the day go"
ANGRY = "I scream and I fight and I break what I can\nI burn with a fist like the end of a man"
MIXED = "The sun in the rain and a smile in the tears\nWe dance and we cry to the end of the years"


@dataclass
class LibraryBench:
    """A page with all it stands on. `problems` are those the person was told about."""

    paths: AppPaths
    vocabulary: Vocabulary
    detector: LanguageDetector
    theme_source: ThemeSource
    qtbot: QtBot
    tagger: FakeTagger = field(default_factory=lambda: FakeTagger(lines=2))
    desk: WorkQueue = field(default_factory=WorkQueue)
    queue: WorkQueue = field(default_factory=WorkQueue)
    settings: Settings = field(default_factory=Settings)
    problems: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.memory = QSettings(str(self.paths.home / "window.ini"), QSettings.Format.IniFormat)
        self.presenter = self.make_presenter()
        self.presenter.problem_raised.connect(self.problems.append)
        self.page = LibraryPage(self.presenter, self.theme_source, IconSource(self.theme_source),
                                self.memory)

    def make_presenter(self) -> LibraryPresenter:
        """A presenter as the next start would make it."""
        return LibraryPresenter(
            LibraryAsking(self._door(), self.desk, urgent=True),
            LibraryAsking(self._door(), self.queue), self._door(), self.desk, self.queue,
            self.vocabulary, self.settings, self.memory)

    def use_settings(self, settings: Settings) -> None:
        """What the program does when the person changes them."""
        self.settings = settings
        self.presenter.use_settings(settings)
        self.settle()

    def _door(self) -> OpenLibrary:
        kept: list[SongIndex] = []

        def index(database: Database) -> SongIndex:
            if kept and kept[0].fits(self.settings):
                kept[0].refresh(database)
            else:
                kept[:] = [SongIndex.load(database, self.settings, self.vocabulary,
                                          self.paths.cache)]
            return kept[0]

        @contextmanager
        def open_library() -> Iterator[LibraryServices]:
            with closing(Database.open(self.paths.library_file)) as database:
                store = LyricStore(database)
                service = TaggingService(store, self.detector, lambda: self.tagger, Settings)
                yield LibraryServices(database, store, service, lambda: index(database),
                                      lambda: self.tagger, self.settings, self.vocabulary,
                                      self.paths)
        return open_library

    @property
    def browser(self) -> Browser:
        assert self.page.browser is not None
        return self.page.browser

    def settle(self) -> None:
        """Waits until nothing is being asked, and what was answered is on screen."""
        self.qtbot.waitUntil(self._calm, timeout=20_000)

    def _calm(self) -> bool:
        if self.desk.busy or self.queue.busy:
            return False
        QApplication.processEvents()
        return not (self.desk.busy or self.queue.busy)

    def close(self) -> None:
        self.presenter.close()
        self.queue.close()
        self.desk.close()
        self.page.close()
        self.page.deleteLater()

    def store(self, *songs: tuple[str, str, str]) -> None:
        """Tags songs given as title, artist and words, as another program would."""
        with closing(Database.open(self.paths.library_file)) as database:
            service = TaggingService(LyricStore(database), self.detector, lambda: self.tagger,
                                     Settings)
            list(service.run(TagRequest(lyrics=tuple(
                NamedLyric(f"paste:{title}", lyric_from_text(words, title, artist))
                for title, artist, words in songs))))

    def store_files(self, folder: Path, names: Sequence[str]) -> None:
        """Tags files of these names, with words that differ."""
        folder.mkdir(exist_ok=True)
        for number, name in enumerate(names):
            (folder / name).write_text(f"{SAD}\nverse {number} of a train\n", "utf-8")
        self.retag(folder)

    def retag(self, folder: Path) -> None:
        """Reads a folder again, as another program would."""
        with closing(Database.open(self.paths.library_file)) as database:
            service = TaggingService(LyricStore(database), self.detector, lambda: self.tagger,
                                     Settings)
            list(service.run(TagRequest(paths=(folder,))))

    def show(self) -> None:
        """The page is looked at."""
        self.page.resize(1100, 720)
        with self.qtbot.waitExposed(self.page):
            self.page.show()
        self.page.activateWindow()
        self.qtbot.waitUntil(self.page.isActiveWindow)
        self.settle()

    def titles(self) -> list[str]:
        """What the table shows, from top to bottom."""
        table = self.presenter.table
        found = [table.song(key) for key in table.keys.tolist()]
        return [song.title if song else "?" for song in found]

    def labels(self, song: int) -> dict[str, str]:
        with closing(Database.open(self.paths.library_file)) as database:
            return {mood: said.value for mood, said in LyricStore(database).labels(song).items()}


@pytest.fixture(scope="session")
def detector() -> LanguageDetector:
    return LanguageDetector()


@pytest.fixture
def library(qapp: QApplication, qtbot: QtBot, isolated_home: AppPaths, vocabulary: Vocabulary,
            detector: LanguageDetector, theme_source: ThemeSource) -> Iterator[LibraryBench]:
    """An empty library whose page is not shown yet."""
    made = LibraryBench(isolated_home, vocabulary, detector, theme_source, qtbot)
    yield made
    made.close()


@pytest.fixture
def five(library: LibraryBench) -> LibraryBench:
    """Five songs of three artists, the page shown, the focus in the table."""
    library.store(("Slow Water", "Odo", CALM), ("Kitchen Dance", "Mara", SUNNY),
                  ("Last Bus", "Odo", SAD), ("Paper Badge", "Wren", ANGRY),
                  ("Both", "Mara", MIXED))
    library.show()
    library.browser.focus_songs()
    return library


@pytest.fixture
def theme_source(qapp: QApplication) -> ThemeSource:
    return ThemeSource(QGuiApplication.styleHints(), "light")
