"""A watched folder of real files, a real library, and the fake tagger that reads them."""

import os
import shutil
import time
from pathlib import Path

from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.folders.news import FolderNewsBook, NewsCounts
from engine.tagging.folders.scan import FolderScan, Scanned
from engine.tagging.folders.watch_list import WatchList
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.requests import TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.song_identity import place_of
from tests.fakes import FakeTagger

RAIN = "The rain came down on the harbour wall\nand I cry goodbye to you all\n"
RAIN_EDITED = "The rain came down on the harbour wall\nand I sing goodbye to you all\n"
SUN = "The sun is a bright brass band\nso dance with the dust in your hand\n"
SEA = "Quiet is the evening sea\nslow the boats come home to me\n"
LONG_AGO = 1_600_000_000
DETECTOR = LanguageDetector()  # it takes a moment to load: once for all tests


class Watched:
    """`folder` is watched from the beginning; `outside` is not."""

    def __init__(self, root: Path) -> None:
        self.folder, self.outside = root / "music", root / "elsewhere"
        self.folder.mkdir()
        self.outside.mkdir()
        self.database = Database.open(root / "home" / "library.sqlite3")
        self.store = LyricStore(self.database)
        self.watch_list = WatchList(self.database)
        self.watch_list.add(self.folder)
        self.book = FolderNewsBook(self.database)
        self.tagger = FakeTagger(languages=frozenset())
        self.settings = Settings(tagger=self.tagger.id)
        self._files = 0

    def write(self, name: str, text: str, folder: Path | None = None) -> Path:
        """A file as if written long ago, each at a second of its own."""
        file = (folder or self.folder) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        self._files += 1
        os.utime(file, (LONG_AGO + self._files, LONG_AGO + self._files))
        return file

    def tag(self, *paths: Path) -> None:
        service = TaggingService(self.store, DETECTOR, lambda: self.tagger,
                                 lambda: self.settings)
        for _ in service.run(TagRequest(paths=paths or (self.folder,))):
            pass

    def scan(self, *only: Path) -> Scanned:
        *_, last = FolderScan(self.database).run(only)
        assert isinstance(last, Scanned)
        return last

    def counts(self) -> NewsCounts:
        return self.book.counts()

    def song_at(self, file: Path) -> int:
        row = self.store.row(place_of(file), self.settings)
        assert row is not None and row.song_id is not None
        return row.song_id

    def place(self, file: Path) -> dict[str, object]:
        row = self.database.first("SELECT missing, changed, told FROM place WHERE path = ?",
                                  (place_of(file),))
        assert row is not None
        return dict(zip(("missing", "changed", "told"), row, strict=True))

    def move(self, old: Path, new: Path) -> None:
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(old, new)

    def close(self) -> None:
        self.database.close()


def just_now(file: Path) -> None:
    """Lets a file look as if it were being written."""
    moment = time.time_ns()
    os.utime(file, ns=(moment, moment))
