"""`library playlist` and `library export` on the command line, with real files."""

import json
from pathlib import Path

import pytest

from tests.engine.cli.conftest import RAIN, SUN, ShelfLine


def names(shelf: ShelfLine, playlist: str) -> list[str]:
    assert shelf("library", "playlist", "show", playlist, "--json") == 0, shelf.err
    return [Path(told["path"]).stem for told in shelf.objects()]


def test_a_playlist_is_made_shown_changed_and_taken_away(shelf: ShelfLine) -> None:
    assert shelf("library", "playlist", "list") == 0
    assert shelf.out == "" and "no playlist yet" in shelf.err
    assert shelf("library", "playlist", "make", "Wet", "--mood", "sadness") == 0
    assert shelf.err == "“Wet” holds 1 song.\n"
    assert names(shelf, "wet") == ["Rain"]
    assert shelf("library", "playlist", "add", "Wet", "--text", "sea", "--mood", "sadness",
                 "--any") == 0
    assert shelf("library", "playlist", "add", "Wet", "--mood", "calmness") == 0
    assert shelf.err == "1 song added to “Wet”.\n"
    assert names(shelf, "Wet") == ["Rain", "Sea"]
    assert shelf("library", "search", "--playlist", "Wet", "--paths") == 0
    assert shelf.out.splitlines() == [str(shelf.songs / "Rain.mp3"), str(shelf.songs / "Sea.m4a")]
    assert shelf("library", "playlist", "rename", "Wet", "Rain and sea") == 0
    assert shelf("library", "playlist", "list", "--json") == 0
    assert shelf.objects() == [{"name": "Rain and sea", "songs": 2, "by_rule": False}]
    assert shelf("library", "playlist", "remove", "rain AND sea") == 0
    assert shelf("library", "playlist", "show", "Rain and sea") == 2
    assert "There is no playlist" in shelf.err


def test_a_list_by_rule_follows_the_library(shelf: ShelfLine) -> None:
    assert shelf("library", "playlist", "make", "Glad", "--mood", "happiness", "--rule") == 0
    assert names(shelf, "Glad") == ["Sun"]
    shelf.record("Sun again.mp3", SUN + "and laugh with the sun\n")
    shelf.tag()
    assert sorted(names(shelf, "Glad")) == ["Sun", "Sun again"]
    assert shelf("library", "playlist", "list") == 0
    assert shelf.out == "Glad   2 songs   by rule\n"
    assert shelf("library", "playlist", "add", "Glad", "--mood", "sadness") == 2
    assert shelf("library", "playlist", "make", "X", "--mood", "joy", "--rule", "--limit", "3") == 2


def test_songs_of_a_course_and_along_one(shelf: ShelfLine) -> None:
    verses = SUN + "smile in the bright sun\nwe laugh and dance\n"
    shelf.record("Turns.mp3", verses + RAIN + "lonely tears\ngoodbye in the rain\n")
    shelf.tag()
    assert shelf("library", "playlist", "make", "Turning", "--turns", "happiness,sadness",
                 "--limit", "1") == 0, shelf.err
    assert names(shelf, "Turning") == ["Turns"]
    assert shelf("library", "playlist", "make", "Down", "--along", "happiness,,sadness",
                 "--limit", "2") == 0, shelf.err
    assert names(shelf, "Down") == ["Sun", "Rain"]
    assert shelf("library", "playlist", "make", "Like", "--like", "Rain", "--limit", "2") == 0
    assert names(shelf, "Like")[0] == "Rain" and len(names(shelf, "Like")) == 2


@pytest.mark.parametrize("arguments, sentence", [
    (("make", "X"), "not said"), (("make", "X", "--turns", "joy"), "no course"),
    (("make", "X", "--turns", ",,"), "no course"), (("make", "X", "--turns", "joy,blurb"), "blurb"),
    (("make", "  ", "--mood", "sadness"), "needs a name"),
    (("make", "X", "--mood", "anger"), "No song fits"), (("add", "X"), "not said"),
    (("export", "X", "x.m3u8"), "no playlist")])
def test_what_cannot_be_done_is_a_sentence(shelf: ShelfLine, arguments: tuple[str, ...],
                                           sentence: str) -> None:
    assert shelf("library", "playlist", *arguments) == 2
    assert sentence in shelf.err


def test_playlists_for_players(shelf: ShelfLine) -> None:
    assert shelf("library", "playlist", "make", "All", "--language", "en", "--sort", "title") == 0
    file = shelf.songs / "all.m3u8"
    assert shelf("library", "playlist", "export", "All", file) == 0, shelf.err
    lines = file.read_text("utf-8").splitlines()
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:All"]
    assert lines[3::2] == ["Rain.mp3", "Sea.m4a", "Sun.flac"]
    assert "3 songs written" in shelf.err
    assert shelf("library", "playlist", "export", "All", file) == 2
    assert "there already" in shelf.err
    assert shelf("library", "playlist", "export", "All", file, "--overwrite", "--absolute") == 0
    assert str(shelf.songs / "Sea.m4a") in file.read_text("utf-8").splitlines()


def test_songs_are_exported_by_what_is_asked_for(shelf: ShelfLine, tmp_path: Path) -> None:
    table, whole = tmp_path / "x.csv", tmp_path / "x.json"
    assert shelf("library", "export", table, "--mood", "sadness") == 0, shelf.err
    assert len(table.read_text("utf-8").splitlines()) == 2
    assert shelf("library", "export", whole) == 0
    assert len(json.loads(whole.read_text("utf-8"))) == 3
    assert shelf("library", "export", tmp_path / "x.txt") == 2 and "not clear" in shelf.err
    assert shelf("library", "export", tmp_path / "x.txt", "--format", "csv") == 0
    assert shelf("library", "export") == 2 and "no file" in shelf.err


def test_sidecars_are_listed_then_written_where_agreed(shelf: ShelfLine) -> None:
    before = sorted(shelf.songs.iterdir())
    assert shelf("library", "export", "--format", "sidecar", "--dry-run") == 0
    assert "Rain.moods.json" in shelf.err and sorted(shelf.songs.iterdir()) == before
    assert shelf("library", "export", "--format", "sidecar") == 2
    assert "--yes" in shelf.err and sorted(shelf.songs.iterdir()) == before
    assert shelf("library", "export", "--format", "sidecar", "--yes", "--mood", "sadness") == 0
    told = json.loads((shelf.songs / "Rain.moods.json").read_text("utf-8"))
    assert told["format"] == "undertone-moods" and told["tags"][0]["tag"] == "sadness"
    assert shelf("library", "export", "--format", "sidecar", "--yes", "--mood", "sadness") == 0
    assert "nothing to write" in shelf.err
    assert shelf("library", "export", "--format", "sidecar", "--text", "nowhere") == 2


def test_help_shows_how_lists_are_made(shelf: ShelfLine) -> None:
    assert shelf("library", "playlist", "make", "--help") == 0
    assert "--turns optimism,sadness" in shelf.out
