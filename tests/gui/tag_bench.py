"""The Tag page's presenter on a library of its own, with the fake tagger behind it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.service import TaggingService
from engine.tagging.unfinished import UnfinishedRun
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.song.services import TagServices
from gui.tag.page import TagPage
from gui.tag.presenter import TagPresenter
from gui.theme import ThemeSource
from tests.fakes import FakeTagger

SAD = "Tears on the window and tears in the rain\nI cry for the lonely goodbye of the train\n"
SUNNY = "The sun is up and I can smile\nWe dance and laugh in bright new light\n"
CALM = "The quiet sea in the evening is slow\nSleep in the quiet and let the day go\n"
ANGRY = "I scream and I fight and I break what I can\nI burn with a fist like the end of a man\n"

MIXED = ("The sun in the rain and a smile in the tears\n"
         "We dance and we cry to the end of the years\n")


@dataclass
class Bench:
    """A presenter with all it stands on. `problems` are those it told the person about.

    `shelf` holds the tagger; empty, no tagger can be had.
    """

    presenter: TagPresenter
    tagging: WorkQueue
    desk: WorkQueue
    tagger: FakeTagger
    shelf: list[FakeTagger]
    open_services: Callable[[], object]
    songs: Path
    qtbot: QtBot
    problems: list[object] = field(default_factory=list)

    def settle(self) -> None:
        """Waits until both queues have nothing left to do."""
        self.qtbot.waitUntil(lambda: not (self.tagging.busy or self.desk.busy), timeout=20_000)

    def write(self, name: str, *verses: str) -> Path:
        self.songs.mkdir(exist_ok=True)
        file = self.songs / name
        file.write_text("\n".join(verses), "utf-8")
        return file

    def tag(self, *files: Path) -> None:
        self.presenter.tag(files)
        self.settle()

    def place(self, end: str) -> str:
        return next(row.place for row in self.presenter.table.rows() if row.place.endswith(end))

    def open(self, end: str) -> None:
        self.presenter.select(self.place(end))
        self.settle()

    def moods(self) -> list[str]:
        return [chip.mood for chip in self.presenter.desk.chips]


@pytest.fixture(scope="session")
def detector() -> LanguageDetector:
    return LanguageDetector()


@pytest.fixture
def vocabulary(isolated_home: AppPaths) -> Vocabulary:
    return Vocabulary.load(isolated_home.moods_file)


@pytest.fixture
def bench(qapp: QApplication, qtbot: QtBot, tmp_path: Path, isolated_home: AppPaths,
          vocabulary: Vocabulary, detector: LanguageDetector) -> Iterator[Bench]:
    tagger, library = FakeTagger(lines=2), tmp_path / "library.sqlite3"
    tagging, desk = WorkQueue(), WorkQueue()
    shelf = [tagger]

    def take_tagger() -> FakeTagger:
        if not shelf:
            raise EngineError("There is no tagger.", "Add one under Models.")
        return shelf[0]

    @contextmanager
    def open_services() -> Iterator[TagServices]:
        database = Database.open(library)
        try:
            store = LyricStore(database)
            yield TagServices(database, store, TaggingService(
                store, detector, take_tagger, lambda: presenter.settings), take_tagger)
        finally:
            database.close()

    presenter = TagPresenter(open_services, tagging, desk, vocabulary, Settings(),
                             isolated_home.samples, UnfinishedRun(tmp_path / "unfinished.json"))
    made = Bench(presenter, tagging, desk, tagger, shelf, open_services, tmp_path / "songs", qtbot)
    presenter.problem_raised.connect(made.problems.append)
    yield made
    presenter.close()
    tagging.close()
    desk.close()


@pytest.fixture
def theme_source(qapp: QApplication) -> ThemeSource:
    return ThemeSource(QGuiApplication.styleHints(), "light")


@pytest.fixture
def page(bench: Bench, theme_source: ThemeSource, qtbot: QtBot) -> Iterator[TagPage]:
    """The page in a window of its own, shown."""
    made = TagPage(bench.presenter, theme_source)
    made.resize(1100, 760)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    bench.settle()
    yield made
    made.close()
    made.deleteLater()
