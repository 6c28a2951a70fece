"""Found songs stand in the order that was asked for, those it says nothing of last."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.tagging.browsing import song_search
from engine.tagging.browsing.song_names import SongNames, sort_name
from engine.tagging.browsing.song_query import MoodWish, SongQuery, SongSort
from engine.tagging.labels import Verdict
from tests.engine.tagging.browsing.browsed import index_of, titles
from tests.engine.tagging.shelf import Shelf
from tests.fakes import lyric


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    for name, words, title, artist in (
            ("1", "rain and cry and tears", "Track 10", "Zed"),
            ("2", "the sun will dance", "Track 9", ""),
            ("3", "quiet sea and sleep", "élan", "bo"),
            ("4", "burn and scream and fight", "“Elan” again", "Bo"),
            ("5", "stone and bread", "", "Ada")):
        shelf.put(f"{name}.txt", lyric(words, f"song{name} came down", title=title, artist=artist))
    shelf.scan()
    for song in range(1, 6):
        shelf.database.execute("UPDATE song SET added_at = ? WHERE title = ?", (
            f"2026-11-0{song}T10:00:00+00:00", ["Track 10", "Track 9", "élan", "“Elan” again",
                                                ""][song - 1]))
    yield shelf
    shelf.database.close()


def ordered(shelf: Shelf, query: SongQuery) -> list[str]:
    return titles(index_of(shelf), query)


@pytest.mark.parametrize("sort, wanted", [
    # A song without a title stands where its file would.
    (SongSort.TITLE, ["", "élan", "“Elan” again", "Track 9", "Track 10"]),
    (SongSort.ARTIST, ["", "élan", "“Elan” again", "Track 10", "Track 9"]),
    (SongSort.ADDED, ["", "“Elan” again", "élan", "Track 9", "Track 10"]),
])
def test_names_and_times(shelf: Shelf, sort: SongSort, wanted: list[str]) -> None:
    assert ordered(shelf, SongQuery(sort=sort)) == wanted
    assert ordered(shelf, SongQuery(sort=sort, descending=True)) == wanted[::-1]


def test_the_first_wished_mood_decides(shelf: Shelf) -> None:
    shelf.store.set_label(shelf.song_id("5.txt"), "anger", Verdict.ADDED)
    index = index_of(shelf)
    query = SongQuery(wishes=(MoodWish("anger", 0.0),), sort=SongSort.MOOD)
    keys = index.find(query).keys
    scores = index.scores(keys)[:, index.moods.index("anger")].tolist()
    assert titles(index, query)[0] == "" and scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)
    turned = index.find(replace(query, descending=True)).keys
    assert index.scores(turned)[:, index.moods.index("anger")].tolist() == sorted(scores)
    # AND one that is to be absent does not
    without = SongQuery(wishes=(MoodWish("joy", without=True),), sort=SongSort.MOOD)
    assert titles(index, without) == ordered(shelf, SongQuery())


@pytest.mark.parametrize("sort, axis", [(SongSort.VALENCE, 0), (SongSort.AROUSAL, 1)])
def test_places_on_the_plane_unread_songs_last(shelf: Shelf, sort: SongSort, axis: int) -> None:
    shelf.store.record_song("paste:1", None, lyric("words nobody read yet", title="Fresh"), "en")
    index = index_of(shelf)
    for descending in (False, True):
        query = SongQuery(sort=sort, descending=descending)
        values = index.points(index.find(query).keys)[:5, axis].tolist()
        assert values == sorted(values, reverse=descending)
        assert titles(index, query)[-1] == "Fresh"


def test_the_least_certain_song_is_asked_for_first(shelf: Shelf) -> None:
    # GIVEN bars that lie just where the scores of one song are
    scores = index_of(shelf).scores([shelf.song_id("1.txt")])[0]
    shelf.tagger.thresholds = tuple(float(score) for score in scores)
    shelf.store.read_by(shelf.tagger)
    index = index_of(shelf)
    # THEN that one is the least certain
    query = SongQuery(sort=SongSort.CERTAINTY)
    assert titles(index, query)[0] == "Track 10"
    # WHEN the person has spoken of all its moods
    for mood in index.moods:
        shelf.store.set_label(shelf.song_id("1.txt"), mood, Verdict.REJECTED)
    index.refresh(shelf.database)
    # THEN there is nothing left to ask
    assert titles(index, query)[-1] == "Track 10"


def test_the_best_match_stands_first_and_one_titled_so_before_all(shelf: Shelf) -> None:
    shelf.put("6.txt", lyric("rain", "rain and rain", "song6 in the rain", title="Sky"))
    shelf.put("7.txt", lyric(*["many other words of a long song"] * 30, "rain once", title="Long"))
    shelf.put("8.txt", lyric("not a word of it", title="Rain song"))
    shelf.put("9.txt", lyric("words and words", title="Rain"))
    shelf.scan()
    query = SongQuery("rain", sort=SongSort.RELEVANCE)
    found = ordered(shelf, query)
    assert found[:2] == ["Rain", "Rain song"]
    assert found.index("Sky") < found.index("Long")
    assert ordered(shelf, replace(query, descending=True)) == found[::-1]


def test_among_very_many_hits_those_in_names_stand_first(
        shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(song_search, "_MANY", 2)
    for song in range(6, 10):
        shelf.put(f"{song}.txt", lyric("rain", f"song{song} in the rain", title=f"Sky {song}"))
    shelf.put("10.txt", lyric("not a word of it", title="Rain song"))
    shelf.put("11.txt", lyric("words and rain", title="Sun", artist="Rain Band"))
    shelf.scan()
    found = ordered(shelf, SongQuery("rain", sort=SongSort.RELEVANCE))
    assert found[:2] == ["Rain song", "Sun"]
    assert set(found[2:]) == {"Sky 6", "Sky 7", "Sky 8", "Sky 9", "Track 10"}
    assert ordered(shelf, SongQuery("lyrics:rain", sort=SongSort.RELEVANCE))


@pytest.mark.parametrize("sort", [SongSort.RELEVANCE, SongSort.NEARNESS, SongSort.MOOD,
                                  SongSort.LISTED])
def test_an_order_with_nothing_to_go_by_is_that_of_adding(shelf: Shelf, sort: SongSort) -> None:
    assert ordered(shelf, SongQuery(sort=sort)) == ordered(shelf, SongQuery())


def test_a_playlist_keeps_its_order(shelf: Shelf) -> None:
    songs = tuple(shelf.song_id(f"{name}.txt") for name in (4, 1, 3))
    query = SongQuery(playlist=songs, sort=SongSort.LISTED)
    assert index_of(shelf).find(query).keys.tolist() == list(songs)
    within = SongQuery(within=(*songs, 999), sort=SongSort.LISTED, descending=True)
    assert index_of(shelf).find(within).keys.tolist() == list(songs[::-1])


@pytest.mark.parametrize("name, wanted", [
    ("  The  Sea ", "the sea"), ("“Élan” 2", "elan” 000000000002"), ("...", "..."), ("", ""),
    ("ÅNGSTRÖM", "angstrom"), ("Straße", "strasse"), ("(I Can't) Stop", "i can't) stop"),
    ("夜空", "夜空"),
])
def test_names_are_sorted_without_case_accents_and_signs_before(name: str, wanted: str) -> None:
    assert sort_name(name) == wanted


def test_names_that_moved_are_put_where_they_belong() -> None:
    import numpy as np

    # GIVEN names in order
    names = SongNames(4)
    slots, keys = np.arange(4), np.array([1, 2, 3, 4])
    names.put(slots, ["d", "b", "a", "b"], ["x", "y", "", "y"])
    assert names.by_title(keys).tolist() == [2, 1, 3, 0]
    assert names.by_artist(keys).tolist() == [0, 1, 3, 2]
    # WHEN one gets another name and one comes
    names.grow(1)
    names.put(np.array([0, 4]), ["b", "aa"], ["", "x"])
    keys = np.array([1, 2, 3, 4, 5])
    # THEN they are where a whole sort would have them
    assert names.by_title(keys).tolist() == [2, 4, 1, 3, 0]
    assert names.by_artist(keys).tolist() == [4, 1, 3, 2, 0]
