"""Songs found by words."""

import pytest

from engine.interplay.song_finding import find_songs
from tests.engine.tagging.shelf import Shelf
from tests.fakes import lyric


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf()
    shelf.put("a.txt", lyric("the moon is out", "and the sea too", title="Río", artist="Ann Own"))
    shelf.put("b.txt", lyric("a river of light", title="Moon"))
    shelf.put("c.txt", lyric("nothing here", title="Other", artist="Moonlighters"))
    shelf.scan()
    return shelf


def titles(shelf: Shelf, words: str, most: int = 5) -> list[str]:
    return [song.title for song in find_songs(shelf.database, words, most)]


def test_titles_count_most_then_artists_then_words(shelf: Shelf) -> None:
    assert titles(shelf, "moon") == ["Moon", "Other", "Río"]
    assert titles(shelf, "moon", most=1) == ["Moon"]


def test_a_song_titled_just_so_comes_first(shelf: Shelf) -> None:
    shelf.put("d.txt", lyric("moon moon moon", title="Moon moon", artist="Moon"))
    shelf.scan()
    assert titles(shelf, " MOON ")[0] == "Moon"


def test_all_words_first_and_any_where_none_holds_all(shelf: Shelf) -> None:
    assert titles(shelf, "sea moon") == ["Río"]
    assert set(titles(shelf, "sea river")) == {"Río", "Moon"}


def test_words_like_the_count_only_where_there_is_nothing_else(shelf: Shelf) -> None:
    assert titles(shelf, "the sea") == ["Río"] and titles(shelf, "is out of the moon")
    assert titles(shelf, "the") == ["Río"]


def test_accents_case_and_signs_do_not_count(shelf: Shelf) -> None:
    assert titles(shelf, "rio!") == ["Río"] and titles(shelf, "OWN'") == ["Río"]


@pytest.mark.parametrize("words", ["", " ", '"*^:()', "NEAR(", "zzz", "a" * 5000, "- -"])
def test_nothing_is_found_for_nothing_and_no_sign_breaks_it(shelf: Shelf, words: str) -> None:
    assert titles(shelf, words) == []


def test_the_signs_of_a_search_language_are_words(shelf: Shelf) -> None:
    assert titles(shelf, "title : moon OR x") == titles(shelf, "title moon or x")


def test_songs_taken_off_the_list_are_gone(shelf: Shelf) -> None:
    shelf.store.forget([shelf.row("b.txt").place])
    assert titles(shelf, "moon") == ["Other", "Río"]
