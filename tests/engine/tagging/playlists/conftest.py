"""A real library of real files for what playlists, arcs and exports do with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.requests import TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.vocabulary import Vocabulary
from tests.engine.tagging.tiny_audio import write_tiny
from tests.fakes import FakeTagger

SAD = "tears and rain all over town\nI cry goodbye to you\nlonely rain falls\nmore tears at night\n"
GLAD = "the sun is bright today\nwe dance and laugh\nsmile in the sun\ndance on my friend\n"
CALM = "the quiet sea at evening\nsleep now my dear\nslow waves go by\nquiet night\n"


class Music:
    """A folder of songs with a library beside it, tagged by the fake tagger."""

    def __init__(self, folder: Path, paths: AppPaths) -> None:
        self.folder = folder
        self.paths = paths
        self.database = Database.open(paths.library_file)
        self.store = LyricStore(self.database)
        self.tagger = FakeTagger()
        self.settings = Settings(tagger=self.tagger.id)
        self.vocabulary = Vocabulary.load(paths.moods_file)

    def put(self, name: str, words: str, title: str = "", artist: str = "") -> Path:
        """Writes a lyric with its names."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        head = "".join(f"[{key}:{value}]\n" for key, value in (("ti", title), ("ar", artist))
                       if value)
        stamps = "".join(f"[00:{at:02}.00]{line}\n" for at, line in enumerate(words.splitlines()))
        file.write_text(head + stamps, "utf-8")
        return file

    def record(self, name: str, words: str, title: str = "", artist: str = "") -> Path:
        """Writes a recording with its words beside it."""
        self.put(str(Path(name).with_suffix(".lrc")), words, title, artist)
        return write_tiny(self.folder / name)

    def tag(self) -> None:
        service = TaggingService(self.store, LanguageDetector(), lambda: self.tagger,
                                 lambda: self.settings)
        list(service.run(TagRequest(paths=(self.folder,))))

    def index(self) -> SongIndex:
        return SongIndex.load(self.database, self.settings, self.vocabulary, self.paths.cache)

    def song(self, name: str) -> int:
        row = self.store.row(str(self.folder / name), self.settings)
        assert row is not None and row.song_id is not None
        return row.song_id


@pytest.fixture
def music(tmp_path: Path, isolated_home: AppPaths) -> Iterator[Music]:
    folder = tmp_path / "music"
    folder.mkdir()
    isolated_home.home.mkdir(parents=True, exist_ok=True)
    music = Music(folder, isolated_home)
    yield music
    music.database.close()
