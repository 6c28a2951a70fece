"""`library search` on the command line, with real files in a real library."""

from contextlib import closing

import pytest

from engine.cli.main import run
from engine.library.database import Database
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.playlists.playlist_store import PlaylistStore
from tests.engine.cli.conftest import ShelfLine


def test_people_read_songs_moods_and_files(shelf: ShelfLine) -> None:
    assert shelf("library", "search") == 0
    assert "Rain\n    sadness 0." in shelf.out and str(shelf.songs / "Rain.mp3") in shelf.out
    assert shelf.err == "3 of 3 songs.\n"


def test_words_are_found_and_shown_where_they_stand(shelf: ShelfLine) -> None:
    assert shelf("library", "search", "harbour") == 0
    assert "[harbour] wall" in shelf.out and "Sun" not in shelf.out
    assert shelf("library", "search", "--text", "quiet slow", "--json") == 0
    told, = shelf.objects()
    assert "quiet sea" in told["found"] and "\x02" not in told["found"]
    assert shelf("library", "search", "zeppelin") == 0
    assert shelf.out == "" and shelf.err == "No song fits.\n"
    # A mood's name is no word of these songs, and may be meant all the same.
    assert shelf("library", "search", "melancholy") == 0
    assert shelf.err.endswith("For songs with that mood: --mood sadness\n")


def test_scripts_read_what_tag_tells_and_more(shelf: ShelfLine) -> None:
    assert shelf("library", "search", "title:rain", "--json") == 0
    told, = shelf.objects()
    assert told["path"] == str(shelf.songs / "Rain.mp3") and told["status"] == "tagged"
    assert [tag["tag"] for tag in told["tags"]] == ["sadness"]
    assert told["song"] > 0 and told["valence"] < 0 and told["corrected"] is False
    assert {"artist", "title", "language", "arousal", "added", "places", "missing",
            "changed"} < set(told)


def test_other_programs_get_paths_alone(shelf: ShelfLine) -> None:
    assert shelf("library", "search", "--paths", "--sort", "title") == 0
    assert shelf.out.splitlines() == [str(shelf.songs / name) for name in (
        "Rain.mp3", "Sea.m4a", "Sun.flac")]
    (shelf.songs / "Sea.m4a").unlink()
    shelf.tag()
    assert shelf("library", "search", "--paths", "--missing") == 0
    assert shelf.out == ""


@pytest.mark.parametrize("asked, found", [
    (("--mood", "sadness"), ["Rain"]), (("--mood", "Sadness:0.5"), ["Rain"]),
    (("--mood", "sadness>0.99"), []), (("--mood", "sadness:50%"), ["Rain"]),
    (("sadness>0.5",), ["Rain"]), (("--mood", "sad>=.5"), ["Rain"]),
    (("--without", "sadness"), ["Sea", "Sun"]),
    (("--mood", "sadness", "--mood", "happiness"), []),
    (("--mood", "sadness", "--mood", "happiness", "--any"), ["Rain", "Sun"]),
    (("--language", "English"), ["Rain", "Sea", "Sun"]), (("--language", "de"), []),
    (("--state", "failed"), []), (("--state", "tagged", "--limit", "1"), ["Rain"]),
    (("--reverse",), ["Sun", "Sea", "Rain"]), (("--no-corrected",), ["Rain", "Sea", "Sun"]),
    (("--corrected",), []), (("--read-by", "fake"), ["Rain", "Sea", "Sun"]),
    (("--read-by", "other"), [])])
def test_every_wish_narrows_it_down(shelf: ShelfLine, asked: tuple[str, ...],
                                    found: list[str]) -> None:
    assert shelf.titles("--sort", "title", *asked) == found


def test_songs_are_named_by_file_title_or_number(shelf: ShelfLine) -> None:
    assert shelf.titles("--like", str(shelf.songs / "Rain.mp3")) != []
    assert "Rain" not in shelf.titles("--like", "Rain")
    assert shelf("library", "search", "title:rain", "--json") == 0
    number = shelf.objects()[0]["song"]
    assert "Rain" not in shelf.titles("--like", str(number))
    assert shelf("library", "search", "--like", "Nothing") == 2
    assert "There is no song “Nothing” in the library." in shelf.err


def test_a_title_of_several_songs_is_not_guessed_at(shelf: ShelfLine) -> None:
    other = shelf.songs / "Two"
    other.mkdir()
    (other / "Rain.txt").write_text("Tears in the evening, all of them mine to keep\n")
    shelf.tag()
    assert shelf("library", "search", "--like", "rain") == 2
    assert "2 songs are called “rain”." in shelf.err


def test_playlists_are_searched_in_their_order(shelf: ShelfLine) -> None:
    paths = shelf.context.paths
    with closing(Database.open(paths.library_file)) as database:
        ids = [song for song, in database.all("SELECT id FROM song ORDER BY id DESC")]
        PlaylistStore(database).make("Night drive", ids[:2])
    listed = shelf.titles("--playlist", "night drive")
    assert len(listed) == 2
    assert shelf.titles("--playlist", "night drive", "--reverse") == listed[::-1]
    assert shelf("library", "search", "--playlist", "Day") == 2
    assert "There are: Night drive." in shelf.err


def test_the_persons_word_is_counted(shelf: ShelfLine) -> None:
    with closing(Database.open(shelf.context.paths.library_file)) as database:
        song, = database.first("SELECT song_id FROM place WHERE path LIKE '%Rain%'") or (0,)
        LyricStore(database).set_label(song, "anger", Verdict.ADDED)
    assert shelf.titles("--corrected") == shelf.titles("--mood", "anger") == ["Rain"]


def test_counts_say_what_there_is(shelf: ShelfLine) -> None:
    assert shelf("library", "search", "--count") == 0
    assert "songs  3" in shelf.out and "    sadness  1" in shelf.out
    assert "    English  3" in shelf.out
    assert shelf("library", "search", "--count", "--json", "--mood", "calmness") == 0
    told, = shelf.objects()
    assert told["songs"] == 1 and told["languages"] == {"en": 1}


@pytest.mark.parametrize("asked, said", [
    (("--mood", "joyless"), "There is no mood “joyless”."),
    (("--mood", "sadness:7"), "asks for more than a whole mood"),
    (("--language", "Klingon"), "“Klingon” is no language"),
    (("--like", "\0"), "There is no song"), (("--like", "9" * 40), "There is no song")])
def test_what_is_not_there_is_said(shelf: ShelfLine, asked: tuple[str, ...], said: str) -> None:
    assert shelf("library", "search", *asked) == 2
    assert said in shelf.err and shelf.out == ""


@pytest.mark.parametrize("words", ['"', "artist:", "AND OR NOT", "a*b(c", "*", "\x02", "'; DROP"])
def test_any_words_can_be_searched_for(shelf: ShelfLine, words: str) -> None:
    assert shelf("library", "search", "--", words) == 0


def test_an_empty_library_says_what_to_do(shelf: ShelfLine) -> None:
    shelf.context.paths.library_file.unlink()
    assert run(["library", "search"], shelf.context) == 0
    assert "The library holds no songs yet." in shelf.capsys.readouterr().err


def test_texts_of_files_give_the_terminal_no_orders(shelf: ShelfLine) -> None:
    (shelf.songs / "Bell.lrc").write_text("[ti:Bell\x1b[2J\x07]\n[00:01.00]rain, \x1b[31mcry\n")
    shelf.tag()
    assert shelf("library", "search", "cry") == 0
    assert "\x1b" not in shelf.out and "\x07" not in shelf.out


def test_limits_that_are_none_are_refused(shelf: ShelfLine) -> None:
    for wrong in ("0", "-3", "many", "²"):
        assert shelf("library", "search", f"--limit={wrong}") == 2
