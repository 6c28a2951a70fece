"""What writing moods into files stands on: a library of tagged recordings, its queues and page."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.requests import Answered, TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.library.file_writing import FileWriting
from gui.library.presenter import LibraryPresenter
from gui.library.services import LibraryAsking, LibraryServices
from gui.theme import ThemeSource
from tests.engine.tagging.tiny_audio import write_tiny
from tests.fakes import FakeTagger

SAD = "Tears on the window and tears in the rain\nI cry for the lonely goodbye of the train\n"
SUNNY = "The sun is up and I can smile\nWe dance and laugh in bright new light\n"


@dataclass
class WriteBench:
    """`songs` are the ids of the recordings in `music`, in the order of their names."""

    paths: AppPaths
    music: Path
    qtbot: QtBot
    theme_source: ThemeSource
    desk: WorkQueue = field(default_factory=WorkQueue)
    queue: WorkQueue = field(default_factory=WorkQueue)
    tagger: FakeTagger = field(default_factory=FakeTagger)
    settings: Settings = field(default_factory=Settings)
    problems: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.vocabulary = Vocabulary.load(self.paths.moods_file)
        memory = QSettings(str(self.paths.home / "window.ini"), QSettings.Format.IniFormat)
        self.presenter = LibraryPresenter(
            LibraryAsking(self.open, self.desk, urgent=True), LibraryAsking(self.open, self.queue),
            self.open, self.desk, self.queue, self.vocabulary, self.settings, memory)
        self.presenter.problem_raised.connect(self.problems.append)
        self.page = QWidget()
        self.qtbot.addWidget(self.page)
        self.page.show()
        self.writing = FileWriting(self.presenter, self.theme_source, self.page)

    @contextmanager
    def open(self) -> Iterator[LibraryServices]:
        with closing(Database.open(self.paths.library_file)) as database:
            store = LyricStore(database)
            service = TaggingService(store, LanguageDetector(), lambda: self.tagger,
                                     lambda: self.settings)
            yield LibraryServices(database, store, service, _no_index, lambda: self.tagger,
                                  self.settings, self.vocabulary, self.paths)

    def tag(self, *names: str) -> list[int]:
        """Makes recordings of these names, tags them, and gives the ids of their songs."""
        self.music.mkdir(exist_ok=True)
        for number, name in enumerate(names):
            file = write_tiny(self.music / name) if Path(name).suffix != ".txt" \
                else self.music / name
            words = SUNNY if number % 2 else SAD
            file.with_suffix(".txt").write_text(f"{words}number {name} of all\n")
        with self.open() as services:
            rows = [event.row for event in services.service.run(TagRequest((self.music,)))
                    if isinstance(event, Answered)]
        return [row.song_id for row in rows if row.song_id is not None]

    def settle(self) -> None:
        """Waits until the queues have nothing left to do."""
        self.qtbot.waitUntil(lambda: not (self.desk.busy or self.queue.busy), timeout=20_000)

    def bytes_of(self, name: str) -> bytes:
        return (self.music / name).read_bytes()

    def close(self) -> None:
        self.presenter.close()
        self.queue.close()
        self.desk.close()
        self.page.close()


def _no_index() -> None:
    raise AssertionError("writing asks for no index")
