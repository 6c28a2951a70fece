"""Songs follow their files: moved, renamed, edited, doubled, vanished and scanned again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.tagging.intake import Fingerprint
from engine.tagging.labels import Verdict
from engine.tagging.song import SongState
from tests.engine.tagging.shelf import ROOT, Shelf, at
from tests.fakes import lyric

RAIN = lyric("The rain came down on the harbour wall", "and you said goodbye in the hall",
             title="Harbour", artist="The Ferrymen")
RAIN_EDITED = lyric("The rain came down on the harbour wall", "and you said goodbye to us all",
                    title="Harbour", artist="The Ferrymen")
RAIN_TIMED = lyric("The rain came down on the", "harbour wall", "and you said goodbye in the hall",
                   title="Harbour", starts=(1000, 2000, 3000))
SUN = lyric("The sun is a bright brass band", "so dance with the dust in your hand",
            title="Brass", artist="Ana")
SEA = lyric("Quiet is the evening sea", "slow the boats come home to me", title="Evening")
FIRE = lyric("Burn the letters, break the door", "I will not be good any more", title="Fire")


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.database.close()


def test_a_new_file_is_read_and_tagged(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    row = shelf.row("a.txt")
    assert (row.title, row.artist, row.language) == ("Harbour", "The Ferrymen", "en")
    assert row.state is SongState.TAGGED
    assert [tag.tag for tag in row.tags] == ["sadness"]
    assert shelf.tagged == ["a.txt"]


def test_an_unchanged_file_is_not_even_read(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    before = shelf.row("a.txt")
    shelf.scan()
    assert (shelf.read, shelf.tagged) == ([], [])
    assert shelf.row("a.txt") == before


def test_a_touched_file_is_read_but_not_tagged(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    shelf.touch("a.txt")
    shelf.scan()
    assert (shelf.read, shelf.tagged) == (["a.txt"], [])


@pytest.mark.parametrize("old, new", [("a.txt", "b.txt"), ("z.txt", "b.txt"),
                                      ("a.txt", "deep/er/a.txt")],
                         ids=["renamed", "renamed backwards", "moved"])
def test_a_moved_file_takes_its_song_along(shelf: Shelf, old: str, new: str) -> None:
    # GIVEN a tagged and labelled song
    shelf.put(old, RAIN)
    shelf.scan()
    song = shelf.song_id(old)
    shelf.store.set_label(song, "sadness", Verdict.ACCEPTED)
    # WHEN its file is moved and the folder scanned
    shelf.move(old, new)
    shelf.scan()
    # THEN the place has followed, the tagger was not asked, the label is there
    assert shelf.places() == {new: False}
    assert (shelf.song_id(new), shelf.tagged) == (song, [])
    assert shelf.store.labels(song) == {"sadness": Verdict.ACCEPTED}


def test_a_move_is_seen_even_after_the_old_place_was_missed(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    song = shelf.song_id("a.txt")
    held = shelf.files.pop("a.txt")
    shelf.scan()
    assert shelf.places() == {"a.txt": True}
    shelf.files["new.txt"] = held
    shelf.scan()
    assert shelf.places() == {"new.txt": False}
    assert (shelf.song_id("new.txt"), shelf.tagged) == (song, [])


def test_only_one_lost_place_follows_a_move(shelf: Shelf) -> None:
    for name in ("a.txt", "b.txt"):
        shelf.put(name, RAIN)
    shelf.scan()
    shelf.remove("b.txt")
    shelf.move("a.txt", "c.txt")
    shelf.scan()
    assert shelf.places() == {"b.txt": True, "c.txt": False}


def test_an_edited_file_keeps_its_song_and_labels_but_not_its_scores(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    song = shelf.song_id("a.txt")
    shelf.store.set_label(song, "calmness", Verdict.ADDED)
    shelf.put("a.txt", RAIN_EDITED)
    shelf.scan()
    assert shelf.song_id("a.txt") == song
    assert shelf.song("a.txt").lyric.words == RAIN_EDITED.words
    assert shelf.tagged == ["a.txt"]
    assert shelf.store.labels(song) == {"calmness": Verdict.ADDED}
    assert shelf.songs() == 1


def test_an_edited_copy_becomes_a_song_of_its_own(shelf: Shelf) -> None:
    # GIVEN one song in two places
    for name in ("a.txt", "b.txt"):
        shelf.put(name, RAIN)
    shelf.scan()
    song = shelf.song_id("a.txt")
    # WHEN one of the copies is edited
    shelf.put("b.txt", RAIN_EDITED)
    shelf.scan()
    # THEN only that one is another song
    assert shelf.song_id("a.txt") == song != shelf.song_id("b.txt")
    assert shelf.song("a.txt").lyric.words == RAIN.words
    assert shelf.tagged == ["b.txt"]


def test_an_edit_that_makes_a_known_lyric_joins_its_song(shelf: Shelf) -> None:
    # GIVEN two versions of a song, each labelled
    shelf.put("a.txt", RAIN)
    shelf.put("b.txt", RAIN_EDITED)
    shelf.scan()
    old, known = shelf.song_id("a.txt"), shelf.song_id("b.txt")
    shelf.store.set_label(old, "sadness", Verdict.ACCEPTED)
    shelf.store.set_label(old, "calmness", Verdict.ADDED)
    shelf.store.set_label(known, "calmness", Verdict.REJECTED)
    # WHEN the first is edited to be the second
    shelf.put("a.txt", RAIN_EDITED)
    shelf.scan()
    # THEN it is that song, nothing is tagged, and its own word counts more than the inherited
    assert shelf.song_id("a.txt") == known and shelf.songs() == 1
    assert shelf.tagged == []
    assert shelf.store.labels(known) == {"sadness": Verdict.ACCEPTED,
                                         "calmness": Verdict.REJECTED}


def test_another_song_at_a_place_does_not_inherit_its_labels(shelf: Shelf) -> None:
    shelf.put("01.txt", RAIN)
    shelf.scan()
    old = shelf.song_id("01.txt")
    shelf.store.set_label(old, "sadness", Verdict.ACCEPTED)
    shelf.put("01.txt", SUN)
    shelf.scan()
    new = shelf.song_id("01.txt")
    assert new != old and shelf.store.labels(new) == {}
    # AND what was said of the old one is kept for the day it is found again
    shelf.put("02.txt", RAIN)
    shelf.scan()
    assert shelf.song_id("02.txt") == old
    assert shelf.store.labels(old) == {"sadness": Verdict.ACCEPTED}


def test_swapped_names_swap_songs(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.put("b.txt", SUN)
    shelf.scan()
    rain, sun = shelf.song_id("a.txt"), shelf.song_id("b.txt")
    shelf.store.set_label(rain, "sadness", Verdict.ACCEPTED)
    shelf.store.set_label(sun, "happiness", Verdict.ACCEPTED)
    shelf.files["a.txt"], shelf.files["b.txt"] = shelf.files["b.txt"], shelf.files["a.txt"]
    shelf.scan()
    assert (shelf.song_id("a.txt"), shelf.song_id("b.txt"), shelf.tagged) == (sun, rain, [])
    assert shelf.store.labels(rain) == {"sadness": Verdict.ACCEPTED}
    assert shelf.store.labels(sun) == {"happiness": Verdict.ACCEPTED}


def test_renumbered_tracks_keep_their_songs(shelf: Shelf) -> None:
    # GIVEN three tracks
    for name, song in (("01", RAIN), ("02", SUN), ("03", SEA)):
        shelf.put(f"{name}.txt", song)
    shelf.scan()
    before = [shelf.song_id(name) for name in ("01.txt", "02.txt", "03.txt")]
    shelf.store.set_label(before[1], "happiness", Verdict.ACCEPTED)
    # WHEN one is put before them and all move up
    shelf.move("03.txt", "04.txt")
    shelf.move("02.txt", "03.txt")
    shelf.move("01.txt", "02.txt")
    shelf.put("01.txt", FIRE)
    shelf.scan()
    # THEN each kept what it is, and only the new one was tagged
    after = [shelf.song_id(name) for name in ("02.txt", "03.txt", "04.txt")]
    assert after == before
    assert shelf.tagged == ["01.txt"]
    assert shelf.store.labels(before[1]) == {"happiness": Verdict.ACCEPTED}


def test_a_copy_is_the_same_song_tagged_once(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.put("copy/a.txt", RAIN)
    shelf.scan()
    assert shelf.song_id("a.txt") == shelf.song_id("copy/a.txt")
    assert shelf.tagged == ["a.txt"]
    assert sorted(shelf.song("a.txt").places) == [at("a.txt"), at("copy/a.txt")]


def test_each_place_shows_its_own_names(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.put("cover.txt", lyric(*(line.text for line in RAIN.lines), title="Wall", artist="Bo"))
    shelf.scan()
    assert (shelf.row("a.txt").artist, shelf.row("cover.txt").artist) == ("The Ferrymen", "Bo")
    assert shelf.song_id("a.txt") == shelf.song_id("cover.txt")


def test_new_names_in_the_file_are_taken(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    shelf.put("a.txt", lyric(*(line.text for line in RAIN.lines), title="Wall", artist="Bo"))
    shelf.scan()
    assert (shelf.row("a.txt").title, shelf.song("a.txt").lyric.artist) == ("Wall", "Bo")
    assert shelf.tagged == []


def test_a_vanished_file_is_marked_and_its_song_kept(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.put("b.txt", SUN)
    shelf.scan()
    shelf.remove("a.txt")
    shelf.scan()
    assert shelf.places() == {"a.txt": True, "b.txt": False}
    assert shelf.song("a.txt").moods is not None


def test_a_file_that_comes_back_is_known(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    held = shelf.files.pop("a.txt")
    shelf.scan()
    shelf.files["a.txt"] = held
    shelf.scan()
    assert shelf.places() == {"a.txt": False}
    assert (shelf.read, shelf.tagged) == ([], [])


def test_what_lies_outside_the_scanned_folder_is_left_alone(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    shelf.remove("a.txt")
    assert shelf.store.mark_missing(Path("/mus"), set()) == []
    assert shelf.store.mark_missing(ROOT / "a", set()) == []
    assert shelf.places() == {"a.txt": False}
    assert shelf.store.mark_missing(ROOT, set()) == [at("a.txt")]


def test_what_a_walk_passed_over_is_not_missing_while_it_is_there(shelf: Shelf) -> None:
    # A sidecar beside its audio is no song of its own, but it was once added by itself.
    shelf.put("a.lrc", RAIN)
    shelf.scan()
    assert shelf.store.mark_missing(ROOT, seen=set()) == []
    assert shelf.places() == {"a.lrc": False}


def test_time_stamps_found_later_are_taken_and_cut_anew(shelf: Shelf) -> None:
    # GIVEN a plain lyric
    shelf.put("a.txt", RAIN)
    shelf.scan()
    song = shelf.song_id("a.txt")
    # WHEN a timed copy with other line breaks is found
    shelf.put("b.lrc", RAIN_TIMED)
    shelf.scan()
    # THEN the song has the stamps, and its excerpts count the new lines
    assert shelf.song_id("b.lrc") == song
    stored = shelf.song("a.txt")
    assert stored.lyric.timed and stored.moods is not None
    assert stored.moods.excerpts[-1].last_line == 2
    assert shelf.tagged == ["b.lrc"]


def test_a_plain_copy_does_not_take_the_stamps_away(shelf: Shelf) -> None:
    shelf.put("a.lrc", RAIN_TIMED)
    shelf.put("b.txt", RAIN)
    shelf.scan()
    assert shelf.song("b.txt").lyric.timed
    assert shelf.tagged == ["a.lrc"]


def test_new_line_breaks_in_the_only_file_are_shown(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    shelf.put("a.txt", lyric(" ".join(line.text for line in RAIN.lines), title="Harbour"))
    shelf.scan()
    song = shelf.song("a.txt")
    assert len(song.lyric.lines) == 1 and song.moods is not None
    assert song.moods.excerpts[-1].last_line == 0


def test_a_refused_file_says_why_and_is_tried_again(shelf: Shelf) -> None:
    mark = Fingerprint(0, 1)
    shelf.store.record_refusal(at("bad.txt"), mark, SongState.FAILED, "This file is empty.", "Hm.")
    row = shelf.row("bad.txt")
    assert (row.song_id, row.state, row.message, row.hint) == (
        None, SongState.FAILED, "This file is empty.", "Hm.")
    assert not shelf.store.is_current(at("bad.txt"), mark, shelf.tagger)
    # AND a good version of it clears the refusal
    shelf.put("bad.txt", RAIN)
    shelf.scan()
    assert shelf.row("bad.txt").state is SongState.TAGGED
    assert shelf.row("bad.txt").message == ""


def test_a_song_whose_file_cannot_be_read_now_is_kept(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.scan()
    song = shelf.song_id("a.txt")
    shelf.store.record_refusal(at("a.txt"), None, SongState.FAILED, "No permission.", "")
    assert shelf.row("a.txt").state is SongState.FAILED
    assert shelf.row("a.txt").song_id == song
    shelf.touch("a.txt")
    shelf.scan()
    assert shelf.row("a.txt").state is SongState.TAGGED and shelf.tagged == []


def test_a_refusal_that_the_walk_no_longer_meets_is_forgotten(shelf: Shelf) -> None:
    shelf.store.record_refusal(at("locked"), None, SongState.FAILED, "No permission.", "")
    shelf.scan()
    assert shelf.places() == {}


def test_forgetting_removes_songs_but_never_labelled_ones(shelf: Shelf) -> None:
    shelf.put("a.txt", RAIN)
    shelf.put("b.txt", SUN)
    shelf.put("c.txt", SUN)
    shelf.scan()
    rain, sun = shelf.song_id("a.txt"), shelf.song_id("b.txt")
    # WHEN one of two places is forgotten THEN the song stays
    shelf.store.forget([at("b.txt")])
    assert shelf.song_id("c.txt") == sun
    # WHEN the last places are forgotten THEN only the labelled song stays, unseen
    shelf.store.set_label(rain, "sadness", Verdict.ACCEPTED)
    shelf.store.forget([at("a.txt"), at("c.txt"), at("never.txt")])
    assert shelf.places() == {} and shelf.store.row_ids() == []
    assert shelf.store.labels(rain) == {"sadness": Verdict.ACCEPTED}
    # AND the other one waits unseen for as long as the step can be taken back
    kept = shelf.store.song(sun, shelf.settings)
    assert kept is not None and kept.places == ()
    shelf.database.execute("DELETE FROM journal")
    shelf.store.forget(["nothing"])
    assert shelf.store.song(sun, shelf.settings) is None
    assert shelf.store.labels(rain) == {"sadness": Verdict.ACCEPTED}


def test_words_without_a_file_are_never_missing_nor_moved(shelf: Shelf) -> None:
    # GIVEN pasted words
    song = shelf.store.record_song("paste:1", None, RAIN, "en")
    # WHEN the same words are found in a file THEN they are one song in two places
    shelf.put("a.txt", RAIN)
    shelf.scan()
    assert shelf.song_id("a.txt") == song
    assert {row.place: row.missing for row in shelf.store.rows(shelf.settings)} == {
        "paste:1": False, at("a.txt"): False}


def test_all_instrumentals_are_not_one_song(shelf: Shelf) -> None:
    shelf.put("a.mp3", lyric(title="A"))
    shelf.put("b.mp3", lyric(title="B"))
    shelf.scan()
    assert shelf.song_id("a.mp3") != shelf.song_id("b.mp3")
    assert shelf.row("a.mp3").state is SongState.NO_WORDS
    assert shelf.row("a.mp3").message and shelf.tagged == []
