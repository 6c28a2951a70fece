"""Lists drawn up from a real library: like a song, of a course, along a course, by a rule."""

import numpy as np
import pytest

from engine.tagging.browsing.song_query import MoodWish, SongQuery, query_as_json
from engine.tagging.labels import Verdict
from engine.tagging.playlists.arcs import DrawnArc, MoodArc
from engine.tagging.playlists.list_making import CurvesMade, ListMaking
from engine.tagging.playlists.mood_curves import POINTS
from engine.tagging.playlists.playlist_store import PlaylistStore
from tests.engine.tagging.playlists.conftest import CALM, GLAD, SAD, Music
from tests.fakes import lyric


def making(music: Music) -> ListMaking:
    return ListMaking(music.database, music.index(), music.settings.tagger, music.vocabulary)


@pytest.fixture
def shelf(music: Music) -> Music:
    """Songs that turn, and songs that do not."""
    for name, words in (("turns.lrc", GLAD + SAD), ("turns back.lrc", SAD + GLAD),
                        ("sad.lrc", SAD), ("glad.lrc", GLAD), ("calm.lrc", CALM)):
        music.put(name, words, name.removesuffix(".lrc").title(), "Bo")
    music.tag()
    return music


def names(music: Music, songs: tuple[int, ...] | list[int]) -> list[str]:
    return [song.title for song in music.index().rows(list(songs))]


def test_songs_of_a_course(shelf: Music) -> None:
    lists = making(shelf)
    assert list(lists.prepare()) == [CurvesMade(5, 5)] and list(lists.prepare()) == []
    found = lists.of_course(MoodArc("happiness", "", "sadness"))
    ranked = names(shelf, found.songs.tolist())
    assert ranked[0] == "Turns" and ranked[-1] == "Turns Back" and len(ranked) == 5
    assert names(shelf, lists.of_course(DrawnArc((-1, 1))).songs.tolist())[0] == "Turns Back"


def test_only_those_meant_and_none_whose_mood_the_person_rejected(shelf: Music) -> None:
    lists = making(shelf)
    list(lists.prepare())
    arc = MoodArc("happiness", "", "sadness")
    some = [shelf.song("sad.lrc"), shelf.song("glad.lrc")]
    assert set(lists.of_course(arc, np.array(some)).songs.tolist()) == set(some)
    shelf.store.set_label(shelf.song("turns.lrc"), "sadness", Verdict.REJECTED)
    assert shelf.song("turns.lrc") not in lists.of_course(arc).songs.tolist()


def test_a_list_along_a_course(shelf: Music) -> None:
    lists = making(shelf)
    songs = [shelf.song(f"{name}.lrc") for name in ("calm", "glad", "sad", "turns")]
    down = lists.along(DrawnArc((1, -1)), songs, 2)
    assert names(shelf, down) == ["Glad", "Sad"]
    moods = lists.along(MoodArc("sadness", "", "happiness"), songs, 2)
    assert names(shelf, moods) == ["Sad", "Glad"]
    whole = lists.sorted_along(DrawnArc((-1, 1)), songs)
    assert names(shelf, whole)[0] == "Sad" and names(shelf, whole)[-1] == "Glad"
    back = lists.sorted_along(MoodArc("happiness", "", "sadness"), songs)
    assert names(shelf, back)[0] == "Glad" and names(shelf, back)[-1] == "Sad"
    assert lists.along(DrawnArc((1, -1)), [], 5) == ()


def test_songs_like_one_follow_each_other_without_doubles(music: Music) -> None:
    music.put("one.lrc", SAD, "Rain", "Bo")
    music.put("two.lrc", SAD + "and one more line\n", "RAIN ", "bo")
    music.put("three.lrc", GLAD, "Sun", "Bo")
    music.put("four.lrc", CALM, "Sea", "Bo")
    music.tag()
    lists = making(music)
    list(lists.prepare())
    found = lists.like(music.song("one.lrc"), 3)
    assert found[0] == music.song("one.lrc") and len(found) == 3
    assert music.song("two.lrc") not in found
    assert lists.like(music.song("one.lrc"), 30)[0] == music.song("one.lrc")


def test_songs_nobody_read_stand_last(shelf: Music) -> None:
    waiting = shelf.store.record_song("paste:x", None, lyric("not read yet"), "en")
    lists = making(shelf)
    songs = [waiting, shelf.song("sad.lrc"), shelf.song("glad.lrc")]
    assert lists.smoothly(songs)[-1] == waiting
    assert lists.sorted_along(DrawnArc((0, 1)), songs)[-1] == waiting
    assert lists.smoothly([waiting]) == (waiting,)


def test_a_playlist_by_rule_holds_what_is_found_now(shelf: Music) -> None:
    lists, kept = making(shelf), PlaylistStore(shelf.database)
    rule = query_as_json(SongQuery(wishes=(MoodWish("calmness"),)))
    made = kept.make("Calm", rule=rule)
    assert names(shelf, lists.contents(kept, made.id)) == ["Calm"]
    shelf.store.set_label(shelf.song("sad.lrc"), "calmness", Verdict.ADDED)
    assert set(names(shelf, making(shelf).contents(kept, made.id))) == {"Calm", "Sad"}
    by_hand = kept.make("Two", [shelf.song("glad.lrc")])
    assert lists.contents(kept, by_hand.id) == (shelf.song("glad.lrc"),)


def test_the_courses_of_songs(shelf: Music) -> None:
    lists = making(shelf)
    list(lists.prepare())
    turns = shelf.song("turns.lrc")
    courses = lists.courses([turns, 999])
    assert list(courses) == [turns] and len(courses[turns]) == POINTS
    assert courses[turns][0] > 0 > courses[turns][-1]
