"""The library as commands look through it: its songs with their index, and ways to name them.

Opened for one command and closed with it.
"""

from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from engine.cli.command import Context
from engine.errors import EngineError
from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings, load_settings
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import SongQuery, query_from_json
from engine.tagging.lyric_store import LyricStore
from engine.tagging.own_moods import open_vocabulary
from engine.tagging.playlists.playlist_store import PlaylistStore
from engine.tagging.song_identity import place_of
from engine.tagging.vocabulary import Vocabulary

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True, eq=False)
class SongShelf:
    """One command's view of the library. `settings` say whose tags are meant."""

    database: Database
    store: LyricStore
    index: SongIndex
    vocabulary: Vocabulary
    settings: Settings
    paths: AppPaths

    def mood(self, word: str) -> str:
        """The id of a mood, told in any spelling or known to a tagger only. EngineError else."""
        known = self.vocabulary.canonical(word)
        if known is None and word.strip() in self.index.moods:
            known = word.strip()
        if known is None:
            raise EngineError(f"There is no mood “{word.strip()}”.",
                              f"The moods are: {', '.join(self.vocabulary.ids)}.")
        return known

    def song(self, name: str) -> int:
        """The id of a song named by its number, its file or its title. EngineError without one,
        or where a title belongs to several."""
        found = self._numbered(name) or self._placed(name)
        if found:
            return found
        titled = self._titled(name)
        if len(titled) == 1:
            return titled[0]
        if titled:
            raise EngineError(f"{len(titled)} songs are called “{name}”.",
                              f"Name its file, or its number: {_listed(titled)}.")
        raise EngineError(f"There is no song “{name}” in the library.",
                          "Name its file, its title or its number; “library search” tells them.")

    def playlist(self, name: str) -> tuple[int, ...]:
        """The ids of a playlist's songs, in its order. EngineError without such a playlist."""
        kept = PlaylistStore(self.database)
        found = kept.named(name)
        if found is None:
            names = ", ".join(each.name for each in kept.all())
            raise EngineError(f"There is no playlist “{name}”.",
                              f"There are: {names}." if names else "There is none at all yet.")
        if found.by_rule:
            return self.songs(query_from_json(found.rule))
        return kept.songs(found.id)

    def songs(self, query: SongQuery) -> tuple[int, ...]:
        """The ids of the songs that answer a query, without files that hold none."""
        return tuple(int(key) for key in self.index.find(query).keys if key > 0)

    def _numbered(self, name: str) -> int:
        row = self.database.first("SELECT id FROM song WHERE id = ?", (int(name),)) if (
            name.isascii() and name.isdecimal() and len(name) < 19) else None
        return row[0] if row else 0

    def _placed(self, name: str) -> int:
        row = self.database.first(
            "SELECT song_id FROM place WHERE path IN (?, ?) AND song_id IS NOT NULL",
            (name, place_of(Path(name)))) if "\0" not in name else None
        return row[0] if row else 0

    def _titled(self, name: str) -> list[int]:
        return [song for song, in self.database.all(
            "SELECT DISTINCT song.id FROM song LEFT JOIN place ON place.song_id = song.id"
            " WHERE lower(coalesce(nullif(place.title, ''), song.title)) = lower(?)"
            " ORDER BY song.id", (name,))]


@contextmanager
def open_shelf(context: Context, tagger: str = "") -> Generator[SongShelf]:
    """The shelf of this run's library; `tagger` instead of the one in the settings."""
    settings = load_settings(context.paths.settings_file)
    if tagger:
        settings = replace(settings, tagger=tagger)
    paths = context.paths
    with closing(Database.open(paths.library_file, paths.backups)) as database:
        vocabulary = open_vocabulary(paths)
        index = SongIndex.load(database, settings, vocabulary, paths.cache)
        yield SongShelf(database, LyricStore(database), index, vocabulary, settings, paths)


def _listed(songs: Sequence[int]) -> str:
    named = ", ".join(map(str, songs[:_MOST_NAMED]))
    return f"{named} and {len(songs) - _MOST_NAMED} more" if len(songs) > _MOST_NAMED else named
