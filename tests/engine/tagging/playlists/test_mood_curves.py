"""Mood curves made from stored excerpts, kept with their tagging, and made anew when it is."""

from collections.abc import Iterator

import numpy as np
import pytest

from engine.tagging.collation import excerpt_moods
from engine.tagging.playlists.mood_curves import (
    POINTS,
    STAGES,
    MoodCurves,
    StackedCurves,
    curves_of,
)
from tests.engine.tagging.shelf import Shelf
from tests.fakes import MOODS, FakeTagger, lyric

SAD = ("tears and rain", "I cry goodbye", "lonely rain", "more tears")
GLAD = ("the sun is bright", "we dance and laugh", "smile in the sun", "dance on")


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.database.close()


def made(shelf: Shelf) -> StackedCurves:
    curves = MoodCurves(shelf.database)
    list(curves.make_missing(shelf.tagger.id))
    return curves.stacked(shelf.tagger.id)[0]


def test_a_curve_follows_the_lines_of_its_song(shelf: Shelf) -> None:
    # GIVEN a song whose first half is sad and whose second is glad
    shelf.put("turns.txt", lyric(*SAD, "", *GLAD))
    shelf.scan()
    # WHEN its curve is made
    curves = made(shelf)
    # THEN it starts low and ends high
    assert curves.songs.tolist() == [shelf.song_id("turns.txt")]
    assert curves.affect.shape == (1, POINTS, 2) and curves.stages.shape == (1, STAGES, len(MOODS))
    valence = curves.affect[0, :, 0]
    assert (valence[:5] < 0).all() and (valence[7:] > 0).all()
    sad, glad = curves.stages[0, :, 0], curves.stages[0, :, 1]
    assert sad[0] > 0 > sad[-1] and glad[0] < 0 < glad[-1]
    # AND between the two it lies between them
    assert sad[-1] < sad[1] < sad[0]


def test_a_chorus_counts_where_it_is_sung_again() -> None:
    scores = np.array([0.9], np.float32).tobytes()
    low = np.array([0.1], np.float32).tobytes()
    rows = [(1, 0, 3, "[]", -1.0, 0.0, low), (1, 4, 7, "[12, 13, 14, 15]", 1.0, 0.0, scores),
            (1, 8, 11, "[]", -1.0, 0.0, low)]
    (tagging, curve), = curves_of(rows, 1)
    valence = np.frombuffer(curve, "<f2")[:2 * POINTS:2]
    assert tagging == 1
    assert valence.tolist() == [-1] * 3 + [1] * 3 + [-1] * 3 + [1] * 3


def test_a_gap_takes_what_came_before_it_and_an_opening_what_follows() -> None:
    scores = np.array([0.5], np.float32).tobytes()
    rows = [(7, 6, 7, "[]", -0.5, 0.0, scores), (7, 11, 11, "[]", 0.5, 0.0, scores)]
    (_, curve), = curves_of(rows, 1)
    assert np.frombuffer(curve, "<f2")[:2 * POINTS:2].tolist() == [-0.5] * 11 + [0.5]


def test_curves_are_made_once_and_go_with_their_tagging(shelf: Shelf) -> None:
    shelf.put("a.txt", lyric(*SAD, title="A"))
    shelf.put("b.txt", lyric(*GLAD, title="B"))
    shelf.scan()
    curves = MoodCurves(shelf.database)
    assert curves.missing(shelf.tagger.id) == 2
    assert sum(curves.make_missing(shelf.tagger.id)) == 2
    assert curves.missing(shelf.tagger.id) == 0 and not list(curves.make_missing(shelf.tagger.id))
    # WHEN one song is tagged again with other words from the tagger
    song = shelf.song_id("a.txt")
    shelf.tag(song)
    # THEN only its curve is missing, and an old one never speaks for it
    assert curves.missing(shelf.tagger.id) == 1
    assert song not in curves.stacked(shelf.tagger.id)[0].songs.tolist()
    assert sum(curves.make_missing(shelf.tagger.id)) == 1
    assert sorted(curves.stacked(shelf.tagger.id)[0].songs.tolist()) == sorted(
        [song, shelf.song_id("b.txt")])


def test_a_song_in_which_the_tagger_found_nothing_has_no_curve(shelf: Shelf) -> None:
    shelf.put("a.txt", lyric(*SAD))
    shelf.scan()
    shelf.store.record_scores(shelf.song_id("a.txt"), shelf.tagger, (), np.zeros(0, np.float32))
    curves = made(shelf)
    assert not len(curves.songs)
    assert not list(MoodCurves(shelf.database).make_missing(shelf.tagger.id))
    assert not len(curves.rows_of(np.array([1, 2])))


def test_a_song_is_told_of_by_the_latest_version_that_read_it(shelf: Shelf) -> None:
    shelf.put("a.txt", lyric(*SAD, title="A"))
    shelf.put("b.txt", lyric(*GLAD, title="B"))
    shelf.tagger = FakeTagger("fake@1")
    shelf.settings = shelf.settings.__class__(tagger="fake")
    shelf.scan()
    newer = FakeTagger("fake@2")
    song = shelf.song_id("b.txt")
    excerpts = newer.cut(shelf.song("b.txt").lyric)
    shelf.store.record_scores(song, newer, excerpt_moods(excerpts, newer.score(excerpts)),
                              np.zeros(2, np.float32))
    curves = MoodCurves(shelf.database)
    list(curves.make_missing("fake"))
    told = {each.note.id: each.songs.tolist() for each in curves.stacked("fake")}
    assert told == {"fake@2": [song], "fake@1": [shelf.song_id("a.txt")]}


def test_rows_of_songs_come_in_the_order_asked_for(shelf: Shelf) -> None:
    for name, words in (("a.txt", SAD), ("b.txt", GLAD)):
        shelf.put(name, lyric(*words))
    shelf.scan()
    curves = made(shelf)
    a, b = shelf.song_id("a.txt"), shelf.song_id("b.txt")
    rows = curves.rows_of(np.array([b, 999, a]))
    assert curves.songs[rows].tolist() == [b, a]


def test_curves_of_some_songs_alone(shelf: Shelf) -> None:
    for name, words in (("a.txt", SAD), ("b.txt", GLAD)):
        shelf.put(name, lyric(*words))
    shelf.scan()
    curves, song = MoodCurves(shelf.database), shelf.song_id("b.txt")
    assert sum(curves.make_missing(shelf.tagger.id, [song, 999])) == 1
    assert curves.missing(shelf.tagger.id) == 1
    list(curves.make_missing(shelf.tagger.id))
    assert [each.songs.tolist() for each in curves.stacked(shelf.tagger.id, [song])] == [[song]]
