"""A kept copy opens as the library was, and one that is odd in any way is no copy."""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.library.database import Database
from engine.settings import CollationSettings, Settings
from engine.tagging.browsing import shelf_building
from engine.tagging.browsing.song_index import SongIndex
from engine.tagging.browsing.song_query import MoodWish, SongQuery
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.vocabulary import Mood
from tests.benchmarks.library_mill import LibraryMill
from tests.engine.tagging.browsing.browsed import (
    RAIN,
    SEA,
    SUN,
    VOCABULARY,
    everything,
    index_of,
    titles,
)
from tests.engine.tagging.shelf import Shelf
from tests.fakes import FakeTagger, lyric


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    for name, words in (("a.txt", RAIN), ("b.txt", SUN), ("c.txt", SEA)):
        shelf.put(name, words)
    shelf.scan()
    shelf.store.set_label(1, "anger", Verdict.ADDED)
    yield shelf
    shelf.database.close()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many songs were read from the tables, each time."""
    counted: list[int] = []
    real = shelf_building.read_songs

    def counting(database: object, keys: list[int]) -> object:
        counted.append(len(keys))
        return real(database, keys)

    monkeypatch.setattr(shelf_building, "read_songs", counting)
    return counted


def kept(shelf: Shelf, cache: Path) -> Path:
    """A copy of the index as it is now, the only file there."""
    index_of(shelf, cache=cache).keep()
    file, = cache.glob("*.index")
    return file


def test_a_copy_opens_as_it_was_without_reading_the_library(
        shelf: Shelf, cache: Path, reads: list[int]) -> None:
    told = everything(index_of(shelf))
    kept(shelf, cache)
    reads.clear()
    index = index_of(shelf, cache=cache)
    assert reads == []
    assert everything(index) == told
    # AND it is kept up like any other
    shelf.put("d.txt", lyric("the fist will burn", title="Fire"))
    shelf.scan()
    shelf.store.forget(["/music/b.txt"])
    shelf.store.set_label(3, "anger", Verdict.ADDED)
    assert index.refresh(shelf.database)
    assert everything(index) == everything(index_of(shelf))


def test_what_changed_since_is_read_and_nothing_else(
        shelf: Shelf, cache: Path, reads: list[int]) -> None:
    kept(shelf, cache)
    shelf.store.set_label(2, "anger", Verdict.ADDED)
    reads.clear()
    index = index_of(shelf, cache=cache)
    assert reads == [1]
    assert titles(index, SongQuery(wishes=(MoodWish("anger"),), corrected=True)) == ["Rain", "Alps"]


def test_what_another_program_does_is_taken_in(tmp_path: Path) -> None:
    # GIVEN a library two programs have open
    file = tmp_path / "library.sqlite3"
    with closing(Database.open(file)) as ours, closing(Database.open(file)) as theirs:
        LibraryMill(theirs).add(40)
        index = SongIndex.load(ours, Settings(), VOCABULARY, tmp_path)
        index.keep()
        # WHEN the other one adds songs and labels one
        LibraryMill(theirs, seed=2).add(5)
        LyricStore(theirs).set_label(3, "anger", Verdict.ADDED)
        # THEN that is seen here, and at the next start
        assert index.refresh(ours)
        fresh = SongIndex.load(ours, Settings(), VOCABULARY, tmp_path)
        whole = SongIndex.load(ours, Settings(), VOCABULARY)
        assert everything(index) == everything(whole) == everything(fresh)
        assert 3 in index.find(SongQuery(wishes=(MoodWish("anger", 1.0),))).keys


def test_other_bars_need_no_other_copy(shelf: Shelf, cache: Path, reads: list[int]) -> None:
    kept(shelf, cache)
    reads.clear()
    strict = replace(shelf.settings, collation=CollationSettings(strictness=1, most_tags=1))
    index = index_of(shelf, strict, cache)
    assert reads == []
    assert everything(index) == everything(index_of(shelf, strict))


def test_other_ways_of_collating_and_other_moods_do(
        shelf: Shelf, cache: Path, reads: list[int]) -> None:
    kept(shelf, cache)
    reads.clear()
    peak = replace(shelf.settings, collation=CollationSettings(peak_share=1))
    assert everything(index_of(shelf, peak, cache)) == everything(index_of(shelf, peak))
    assert reads
    reads.clear()
    more = VOCABULARY.with_moods([Mood("awe", "Awe", 0.1, 0.2)])
    assert "awe" in SongIndex.load(shelf.database, shelf.settings, more, cache).moods
    assert reads


def test_a_tagger_that_reads_other_languages_makes_a_copy_old(
        shelf: Shelf, cache: Path, reads: list[int]) -> None:
    kept(shelf, cache)
    shelf.tagger = FakeTagger(languages=frozenset({"de"}))
    shelf.store.read_by(shelf.tagger)
    reads.clear()
    index = index_of(shelf, cache=cache)
    assert reads
    assert everything(index) == everything(index_of(shelf))


def test_a_library_that_does_not_know_the_copy_is_read(
        shelf: Shelf, cache: Path, reads: list[int]) -> None:
    # GIVEN a library put back from before the copy was made, with as many changes
    kept(shelf, cache)
    shelf.database.execute("DELETE FROM index_copy")
    shelf.database.execute("UPDATE place SET title = 'Other' WHERE id = 1")
    reads.clear()
    assert "Other" in titles(index_of(shelf, cache=cache))
    assert reads == [3]


def test_a_damaged_copy_is_no_copy(shelf: Shelf, cache: Path) -> None:
    told = everything(index_of(shelf))
    file = kept(shelf, cache)
    whole = file.read_bytes()
    chance = random.Random(3)
    vectors = len(whole) - 3 * 64 * 4  # what is in the vectors changes no tag
    for _ in range(150):
        damaged = bytearray(whole)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(whole)):]
        else:
            damaged[chance.randrange(vectors)] ^= 1 << chance.randrange(8)
        if bytes(damaged) == whole:
            continue
        file.write_bytes(damaged)
        index = index_of(shelf, cache=cache)
        assert everything(index) == told
        del index
    for nonsense in (b"", b"UTSONGS1", b"UTSONGS1" + b"\xff" * 8, b"{}" * 100):
        file.write_bytes(nonsense)
        assert everything(index_of(shelf, cache=cache)) == told


def test_older_copies_go_when_a_newer_one_is_kept(shelf: Shelf, cache: Path) -> None:
    first = kept(shelf, cache)
    (cache / "songs-0123-feed.index").write_bytes(b"a stray")
    index = index_of(shelf, cache=cache)
    for verdict in (Verdict.ADDED, None) * 25:
        # A few changes are not worth another copy.
        index.keep()
        assert first.exists()
        shelf.store.set_label(2, "anger", verdict)
        assert index.refresh(shelf.database)
    index.keep()
    second, = cache.glob("*.index")
    assert second != first
    # AND nothing is written when nothing is new
    index.keep()
    assert list(cache.iterdir()) == [second]
    # AND those for other settings stay, a few
    for share in (0.2, 0.4, 0.6, 0.8):
        other = replace(shelf.settings, collation=CollationSettings(peak_share=share))
        index_of(shelf, other, cache).keep()
    assert len(list(cache.iterdir())) == 3 == shelf.database.first(
        "SELECT count(*) FROM index_copy")[0]


def test_a_folder_that_cannot_be_written_is_no_harm(shelf: Shelf, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    index = index_of(shelf, cache=blocked / "cache")
    index.keep()
    assert len(titles(index)) == 3


def test_a_library_without_songs_is_kept_too(cache: Path) -> None:
    shelf = Shelf()
    index = index_of(shelf, cache=cache)
    index.keep()
    assert titles(index_of(shelf, cache=cache)) == []
    shelf.put("a.txt", RAIN)
    shelf.scan()
    assert titles(index_of(shelf, cache=cache)) == ["Rain"]
    shelf.database.close()
