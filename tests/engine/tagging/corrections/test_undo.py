"""Words about songs and songs taken off the list come back as they were."""

import pytest

from engine.errors import EngineError
from engine.library.journal import OutOfReachError
from engine.tagging.corrections.line_words import Saying
from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.labels import Verdict
from tests.engine.tagging.shelf import Shelf, at
from tests.fakes import lyric

RAIN = lyric("tears in the rain", "I cry alone in the grey", title="Rain")
SUN = lyric("dance in the sun", "we laugh all day", title="Sun")


@pytest.fixture
def shelf() -> Shelf:
    made = Shelf()
    made.put("rain.txt", RAIN)
    made.put("sun.txt", SUN)
    made.scan()
    return made


def test_a_word_is_taken_back_and_said_again(shelf: Shelf) -> None:
    song, journal = shelf.song_id("rain.txt"), open_journal(shelf.database)
    shelf.store.set_label(song, "sadness", Verdict.ACCEPTED)
    shelf.store.set_label(song, "sadness", Verdict.REJECTED)
    journal.undo()
    assert shelf.store.labels(song) == {"sadness": Verdict.ACCEPTED}
    journal.undo()
    assert shelf.store.labels(song) == {}
    journal.redo()
    journal.redo()
    assert shelf.store.labels(song) == {"sadness": Verdict.REJECTED}


def test_several_words_at_once_are_one_step(shelf: Shelf) -> None:
    song, journal = shelf.song_id("rain.txt"), open_journal(shelf.database)
    shelf.store.set_label(song, "anger", Verdict.ADDED)
    shelf.store.set_labels(song, {"sadness": Verdict.ACCEPTED, "anger": None, "joy": None})
    assert shelf.store.labels(song) == {"sadness": Verdict.ACCEPTED}
    journal.undo()
    assert shelf.store.labels(song) == {"anger": Verdict.ADDED}


def test_saying_the_same_again_is_no_step(shelf: Shelf) -> None:
    song = shelf.song_id("rain.txt")
    shelf.store.set_label(song, "sadness", Verdict.ACCEPTED)
    shelf.store.set_label(song, "sadness", Verdict.ACCEPTED)
    shelf.store.set_label(song, "anger", None)
    assert len(open_journal(shelf.database).steps()) == 1


def test_a_word_comes_back_with_its_moment(shelf: Shelf) -> None:
    song, journal = shelf.song_id("rain.txt"), open_journal(shelf.database)
    shelf.store.set_label(song, "sadness", Verdict.ACCEPTED)
    shelf.database.execute("UPDATE label SET at = '2020-01-01T00:00:00+00:00'")
    shelf.store.set_label(song, "sadness", None)
    journal.undo()
    assert shelf.database.first("SELECT at FROM label") == ("2020-01-01T00:00:00+00:00",)


def test_a_song_with_the_number_of_another_does_not_take_its_words(shelf: Shelf) -> None:
    # GIVEN a word on a song that has gone for good, whose number another song got
    song, journal = shelf.song_id("sun.txt"), open_journal(shelf.database)
    shelf.store.set_label(song, "happiness", Verdict.ACCEPTED)
    shelf.store.set_label(song, "happiness", None)
    shelf.database.execute("UPDATE song SET added_at = 'later' WHERE id = ?", (song,))
    # WHEN it is taken back THEN a sentence says so and the new song stays as it is
    with pytest.raises(OutOfReachError, match="no longer in the library"):
        journal.undo()
    assert shelf.store.labels(song) == {}


def test_a_song_that_is_gone_cannot_be_spoken_of(shelf: Shelf) -> None:
    with pytest.raises(EngineError, match="no longer in the library"):
        shelf.store.set_label(99, "happiness", Verdict.ACCEPTED)
    with pytest.raises(EngineError, match="no longer in the library"):
        shelf.store.say_of_lines(99, [Saying("happiness", 0, 0, Verdict.ADDED)])


def test_forgotten_songs_come_back_whole(shelf: Shelf) -> None:
    rows = shelf.store.rows(shelf.settings)
    song, journal = shelf.song_id("rain.txt"), open_journal(shelf.database)
    # WHEN songs are taken off the list
    shelf.store.forget([at("rain.txt"), at("sun.txt")])
    assert shelf.places() == {}
    # THEN they come back tagged, in their order, and go again
    journal.undo()
    assert shelf.store.rows(shelf.settings) == rows and shelf.song_id("rain.txt") == song
    journal.redo()
    assert shelf.places() == {}
    journal.undo()
    assert shelf.store.rows(shelf.settings) == rows


def test_a_forgotten_song_found_again_is_not_doubled(shelf: Shelf) -> None:
    journal = open_journal(shelf.database)
    shelf.store.forget([at("rain.txt")])
    shelf.put("new.txt", SUN)
    shelf.scan()
    journal.undo()
    assert sorted(shelf.places()) == ["new.txt", "rain.txt", "sun.txt"]
    assert shelf.row("rain.txt").tags


def test_forgetting_nothing_is_no_step(shelf: Shelf) -> None:
    shelf.store.forget(["/never/seen"])
    assert open_journal(shelf.database).steps() == []
