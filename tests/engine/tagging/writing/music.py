"""A folder of tiny recordings in a library of its own, for tests that write into them."""

import hashlib
from pathlib import Path

from engine.library.database import Database
from engine.paths import program_folder
from engine.settings import Settings
from engine.tagging.intake import fingerprint
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reading import lyric_from_text
from engine.tagging.song_identity import place_of
from engine.tagging.vocabulary import Vocabulary
from engine.tagging.writing.tag_writer import TagWriter
from engine.tagging.writing.values import (
    NotUndone,
    NotWritten,
    PlannedWrite,
    Undone,
    WriteOptions,
    WriteScope,
    Written,
)
from tests.engine.tagging.tiny_audio import write_tiny


class Music:
    """Recordings by name. Every song has the moods that `add` gave it."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "music"
        self.folder.mkdir()
        self.database = Database.open(root / "library.sqlite3")
        self.store = LyricStore(self.database)
        vocabulary = Vocabulary.load(program_folder() / "resources" / "moods.toml")
        self.writer = TagWriter(self.database, self.store, vocabulary, root / "writing.lock")
        self.options = WriteOptions()
        self.songs: dict[str, int] = {}

    def add(self, name: str, *moods: str, sound: bytes | None = None) -> Path:
        """A recording, or the bytes given, as a song with these moods."""
        path = self.folder / name
        if sound is None:
            write_tiny(path)
        else:
            path.write_bytes(sound)
        return self.take(path, *moods)

    def take(self, path: Path, *moods: str) -> Path:
        """Reads a file that is there into the library."""
        lyric = lyric_from_text(f"words of {path.name} alone", title=path.stem)
        song = self.store.record_song(place_of(path), fingerprint(path), lyric, "en")
        self.songs[path.name] = song
        for mood in moods or ("optimism", "happiness"):
            self.store.set_label(song, mood, Verdict.ADDED)
        return path

    def plan(self, *names: str) -> list[PlannedWrite]:
        songs = [self.songs[name] for name in names] or list(self.songs.values())
        return list(self.writer.plan(songs, Settings(), self.options))

    def planned(self, name: str) -> PlannedWrite:
        found, = self.plan(name)
        return found

    def write(self, *names: str) -> list[Written | NotWritten]:
        return list(self.writer.write(self.plan(*names)))

    def undo(self, scope: WriteScope | None = None) -> list[Undone | NotUndone]:
        return list(self.writer.undo(scope or WriteScope()))

    def hashes(self) -> dict[str, str]:
        """Name -> hash of every file in the folder, hidden ones too."""
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in self.folder.iterdir()}

    def close(self) -> None:
        self.database.close()
