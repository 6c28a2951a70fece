"""Words on lines are stored, taken back, and follow the song through edits and re-tagging."""

import pytest

from engine.library.journal import OutOfReachError
from engine.tagging.corrections.line_words import Saying
from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.labels import Verdict
from tests.engine.tagging.shelf import Shelf, at
from tests.fakes import lyric

LINES = ["tears in the rain", "I cry alone in the grey", "", "and the window is cold tonight",
         "nobody comes along the road"]


@pytest.fixture
def shelf() -> Shelf:
    made = Shelf()
    made.put("rain.txt", lyric(*LINES, title="Rain"))
    made.scan()
    return made


def said(shelf: Shelf, song: int) -> list[tuple[str, int, int, Verdict]]:
    return [(word.mood, word.first, word.last, word.verdict)
            for word in shelf.store.line_words(song)]


def test_words_on_lines_are_one_step_each_time(shelf: Shelf) -> None:
    song, journal = shelf.song_id("rain.txt"), open_journal(shelf.database)
    shelf.store.say_of_lines(song, [Saying("joy", 0, 3, Verdict.ADDED)])
    shelf.store.say_of_lines(song, [Saying("joy", 0, 0, Verdict.REJECTED),
                                    Saying("anger", 4, 4, Verdict.ADDED)])
    assert said(shelf, song) == [("anger", 4, 4, Verdict.ADDED), ("joy", 0, 0, Verdict.REJECTED),
                                 ("joy", 1, 3, Verdict.ADDED)]
    journal.undo()
    assert said(shelf, song) == [("joy", 0, 3, Verdict.ADDED)]
    journal.undo()
    assert said(shelf, song) == []
    journal.redo()
    assert said(shelf, song) == [("joy", 0, 3, Verdict.ADDED)]


def test_what_changes_nothing_is_no_step(shelf: Shelf) -> None:
    song = shelf.song_id("rain.txt")
    shelf.store.say_of_lines(song, [Saying("joy", 0, 3, Verdict.ADDED)])
    shelf.store.say_of_lines(song, [Saying("joy", 1, 2, Verdict.ADDED)])
    shelf.store.say_of_lines(song, [Saying("joy", 3, 99, Verdict.REJECTED)])
    shelf.store.say_of_lines(song, [Saying("anger", 0, 3, None)])
    assert len(open_journal(shelf.database).steps()) == 1


def test_words_follow_an_edited_lyric_and_so_does_the_way_back(shelf: Shelf) -> None:
    song, journal = shelf.song_id("rain.txt"), open_journal(shelf.database)
    shelf.store.say_of_lines(song, [Saying("joy", 3, 4, Verdict.ADDED)])
    shelf.store.say_of_lines(song, [Saying("joy", 4, 4, Verdict.REJECTED)])
    # WHEN lines are put above and the song is tagged anew
    shelf.put("rain.txt", lyric("a first line", "and a second", *LINES, title="Rain"))
    shelf.scan()
    # THEN the words stand on the same lines as before
    assert shelf.song_id("rain.txt") == song
    assert said(shelf, song) == [("joy", 5, 5, Verdict.ADDED), ("joy", 6, 6, Verdict.REJECTED)]
    # AND what is taken back is taken back there
    journal.undo()
    assert said(shelf, song) == [("joy", 5, 6, Verdict.ADDED)]


def test_words_survive_being_tagged_again(shelf: Shelf) -> None:
    song = shelf.song_id("rain.txt")
    shelf.store.say_of_lines(song, [Saying("joy", 3, 4, Verdict.ADDED)])
    shelf.tag(song)
    assert said(shelf, song) == [("joy", 3, 4, Verdict.ADDED)]


def test_a_step_whose_lines_are_gone_is_out_of_reach(shelf: Shelf) -> None:
    song, journal = shelf.song_id("rain.txt"), open_journal(shelf.database)
    shelf.store.say_of_lines(song, [Saying("joy", 4, 4, Verdict.ADDED)])
    shelf.store.say_of_lines(song, [Saying("joy", 4, 4, None)])
    shelf.put("rain.txt", lyric(*LINES[:4], title="Rain"))
    shelf.scan()
    with pytest.raises(OutOfReachError, match="no longer in the lyric"):
        journal.undo()
    assert said(shelf, song) == []


def test_a_version_that_takes_a_songs_place_gets_its_words(shelf: Shelf) -> None:
    # GIVEN two versions of a song, with words on lines of the first
    held = shelf.song_id("rain.txt")
    shelf.put("known.txt", lyric("sung softly", *LINES, title="Rain"))
    shelf.scan()
    known = shelf.song_id("known.txt")
    shelf.store.say_of_lines(held, [Saying("joy", 3, 4, Verdict.ADDED),
                                    Saying("anger", 0, 0, Verdict.ADDED)])
    shelf.store.say_of_lines(known, [Saying("anger", 2, 2, Verdict.REJECTED)])
    # WHEN the first file becomes the second version
    shelf.put("rain.txt", shelf.files["known.txt"][1])
    shelf.scan()
    # THEN what was said of it is said of that, where nothing was said yet
    assert said(shelf, known) == [("anger", 2, 2, Verdict.REJECTED), ("joy", 4, 5, Verdict.ADDED)]


def test_a_song_with_words_on_its_lines_is_kept_when_taken_off_the_list(shelf: Shelf) -> None:
    song = shelf.song_id("rain.txt")
    shelf.store.say_of_lines(song, [Saying("joy", 3, 4, Verdict.ADDED)])
    shelf.store.forget([at("rain.txt")])
    shelf.database.execute("DELETE FROM journal")
    shelf.store.forget(["nothing"])
    assert said(shelf, song) == [("joy", 3, 4, Verdict.ADDED)]
