"""What the tests of watched folders need of the Library: a library file, two queues, no page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.vocabulary import Vocabulary
from gui.background import WorkQueue
from gui.library.services import LibraryAsking, LibraryServices
from tests.engine.tagging.folders.watched import DETECTOR, Watched


class FolderRoom:
    """`files` writes and reads songs as a person would have; `asking` and `working` are what the
    parts of the room are given."""

    def __init__(self, root: Path, paths: AppPaths, qtbot: QtBot) -> None:
        self._paths = paths
        self._root = root
        self.files = Watched(root)
        self.vocabulary = Vocabulary.load(paths.moods_file)
        self.desk, self.queue = WorkQueue(), WorkQueue()
        self.asking = LibraryAsking(self._open, self.desk, urgent=True)
        self.working = LibraryAsking(self._open, self.queue)
        self._qtbot = qtbot

    def settle(self) -> None:
        """Waits until nothing is asked any more."""
        self._qtbot.waitUntil(lambda: not (self.desk.busy or self.queue.busy), timeout=5000)

    def close(self) -> None:
        self.desk.close()
        self.queue.close()
        self.files.close()

    @contextmanager
    def _open(self) -> Iterator[LibraryServices]:
        from engine.library.database import Database
        from engine.tagging.lyric_store import LyricStore
        from engine.tagging.service import TaggingService

        database = Database.open(self._root / "home" / "library.sqlite3")
        try:
            store = LyricStore(database)
            settings = Settings(tagger=self.files.tagger.id)
            service = TaggingService(store, DETECTOR, lambda: self.files.tagger,
                                     lambda: settings)
            yield LibraryServices(database, store, service, _no_index,
                                  lambda: self.files.tagger, settings, self.vocabulary,
                                  self._paths)
        finally:
            database.close()


def _no_index() -> None:  # type: ignore[misc] # nobody here asks for it
    raise AssertionError("no index is asked for here")
