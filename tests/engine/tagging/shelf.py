"""A shelf of songs in memory, and a scan of it with a real store and the fake tagger."""

from pathlib import Path

from engine.library.database import Database
from engine.settings import Settings
from engine.tagging.collation import excerpt_moods
from engine.tagging.intake import Fingerprint
from engine.tagging.lyric import Lyric
from engine.tagging.lyric_store import LyricStore
from engine.tagging.song import Song, SongRow
from engine.tagging.song_identity import place_of
from tests.fakes import FakeTagger

ROOT = Path("/music")


class Shelf:
    """Files by name, as they are now. `read` lists the names the last scan had to read, and
    `tagged` those whose song it had to give to the tagger."""

    def __init__(self) -> None:
        self.database = Database.in_memory()
        self.store = LyricStore(self.database, exists=lambda place: place in self._present())
        self.tagger = FakeTagger()
        self.settings = Settings(tagger=self.tagger.id)
        self.files: dict[str, tuple[Fingerprint, Lyric]] = {}
        self.read: list[str] = []
        self.tagged: list[str] = []
        self._clock = 0

    def put(self, name: str, lyric: Lyric) -> None:
        """Writes or overwrites a file."""
        self._clock += 1
        self.files[name] = Fingerprint(len(lyric.words), self._clock), lyric

    def touch(self, name: str) -> None:
        self.put(name, self.files[name][1])

    def move(self, old: str, new: str) -> None:
        """Renames a file; its time and size stay what they were."""
        self.files[new] = self.files.pop(old)

    def remove(self, name: str) -> None:
        del self.files[name]

    def scan(self) -> None:
        """Reads what changed, tags what is new, and marks what is gone."""
        self.read, self.tagged = [], []
        for name, (mark, lyric) in sorted(self.files.items()):
            place = at(name)
            if self.store.is_current(place, mark, self.tagger):
                continue
            self.read.append(name)
            song = self.store.record_song(place, mark, lyric, "en")
            if not self.store.is_answered(song, self.tagger):
                self.tagged.append(name)
                self.tag(song)
        self.store.mark_missing(ROOT, self._present())

    def tag(self, song: int) -> None:
        stored = self.store.lyric(song)
        assert stored is not None
        excerpts = self.tagger.cut(stored)
        scores = self.tagger.score(excerpts)
        self.store.record_scores(song, self.tagger, excerpt_moods(excerpts, scores),
                                 scores.vectors[0])

    def row(self, name: str) -> SongRow:
        row = self.store.row(at(name), self.settings)
        assert row is not None, f"{name} has no row"
        return row

    def song_id(self, name: str) -> int:
        song = self.row(name).song_id
        assert song is not None
        return song

    def song(self, name: str) -> Song:
        song = self.store.song(self.song_id(name), self.settings)
        assert song is not None
        return song

    def places(self) -> dict[str, bool]:
        """Name -> missing, of every row."""
        return {row.place.removeprefix(at("")): row.missing
                for row in self.store.rows(self.settings)}

    def songs(self) -> int:
        return self.database.first("SELECT count(*) FROM song")[0]

    def _present(self) -> set[str]:
        return {at(name) for name in self.files}


def at(name: str) -> str:
    return place_of(ROOT) + "/" + name
