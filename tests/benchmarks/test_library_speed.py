"""The milled library is a real one, and the benchmark asks it everything it says it asks."""

from contextlib import closing
from pathlib import Path

from engine.library.database import Database
from engine.paths import find_paths
from engine.settings import CollationSettings, Settings
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import MoodWish, ShelfState, SongQuery
from engine.tagging.lyric_store import LyricStore
from engine.tagging.vocabulary import Vocabulary
from tests.benchmarks.library_mill import COMMON, RARE, TAGGER, milled_library
from tests.benchmarks.library_speed import Questions

SONGS = 400


def test_a_milled_library_holds_songs_of_every_kind(tmp_path: Path) -> None:
    # GIVEN a milled library
    file = milled_library(tmp_path / "library.sqlite3", SONGS)
    with closing(Database.open(file)) as database:
        vocabulary = Vocabulary.load(find_paths().moods_file)
        index = SongIndex.load(database, Settings(), vocabulary, tmp_path)
        # THEN every state is there, and its tags are those the library's other lists show
        facets = index.find(SongQuery()).facets
        assert all(facets.states[state] for state in ShelfState)
        assert facets.corrected and facets.missing and facets.read_by[TAGGER] > SONGS / 2
        labels = LyricStore(database).all_labels()
        for collation in (CollationSettings(), CollationSettings(
                strictness=-1, most_tags=3, peak_share=0.3, experimental=True)):
            settings = Settings(collation=collation)
            listed = {row.song_id: row for row in LyricStore(database).rows(settings)}
            other = SongIndex.load(database, settings, vocabulary)
            for row in other.rows(other.find(SongQuery()).keys):
                if row.song_id and row.song_id not in labels:
                    assert row.tags == listed[row.song_id].tags
        # AND a common word is in most songs, a rare one in few
        assert len(index.find(SongQuery(f"{COMMON} ")).keys) > SONGS / 2
        assert len(index.find(SongQuery(f"{RARE} ")).keys) < SONGS / 10
        # AND everything can be asked
        asked = Questions(database, index, file, tmp_path, rounds=1)
        assert len(list(asked.answers())) > 15
        assert len(index.find(SongQuery(wishes=(MoodWish("sadness"),))).keys)
    # AND it is milled once
    before = file.stat().st_mtime_ns
    assert milled_library(file, SONGS).stat().st_mtime_ns == before
