"""Moods into files and out again on the command line, with real recordings."""

import io
import sys
from pathlib import Path

import mutagen
import pytest

from engine.settings import Settings, WritingSettings, save_settings
from tests.engine.cli.conftest import RAIN, ShelfLine

NAMES = ("Rain.mp3", "Sea.m4a", "Sun.flac")


def contents(shelf: ShelfLine) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(shelf.songs.iterdir())}


def moods(shelf: ShelfLine, name: str) -> list[str]:
    """The moods a file holds, as another program reads them."""
    tags = mutagen.File(shelf.songs / name).tags or {}
    found = tags.get("TMOO") or tags.get("MOOD") or tags.get("----:com.apple.iTunes:MOOD") or []
    values = found.text if hasattr(found, "text") else found
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]


class Terminal(io.StringIO):
    """A person who answers."""

    def isatty(self) -> bool:
        return True


def test_a_dry_run_tells_before_and_after_and_touches_nothing(shelf: ShelfLine) -> None:
    before = contents(shelf)
    assert shelf("library", "write", "--mood", "sadness", "--dry-run") == 0
    assert f"{shelf.songs / 'Rain.mp3'}  (MP3" in shelf.out
    assert "    moods: nothing -> Sadness\n    tagger: nothing -> fake" in shelf.out
    assert shelf.err == "1 file would change.\n"
    assert contents(shelf) == before


def test_nothing_is_written_unless_somebody_agrees(
        shelf: ShelfLine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(shelf)
    assert shelf("library", "write", "--all") == 2
    assert "nobody was there to agree" in shelf.err and contents(shelf) == before
    monkeypatch.setattr(sys, "stdin", Terminal("no\n"))
    assert shelf("library", "write", "--all") == 0
    assert "Write moods into 3 files? [y/N]" in shelf.err and "Nothing was written." in shelf.err
    assert contents(shelf) == before
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert shelf("library", "write", "--all") == 0
    assert "3 files written." in shelf.err
    assert [moods(shelf, name) for name in NAMES] == [["Sadness"], ["Calm"], ["Happiness"]]


def test_the_whole_library_is_never_meant_by_silence(shelf: ShelfLine) -> None:
    assert shelf("library", "write", "--yes") == 2
    assert "Say which songs are meant." in shelf.err


def test_what_was_written_is_told_and_taken_back(shelf: ShelfLine) -> None:
    before = contents(shelf)
    assert shelf("library", "write", "--all", "--yes", "--json") == 0
    told = shelf.objects()
    assert {each["written"] for each in told} == {True} and len(told) == 3
    assert "library undo --batch 1" in shelf.err
    assert shelf("library", "history", "--json") == 0
    batch, = shelf.objects()
    assert (batch["batch"], batch["files"], batch["undone"]) == (1, 3, 0)
    assert shelf("library", "history", "--batch", "1") == 0
    assert f"{shelf.songs / 'Sun.flac'}  (written)" in shelf.out
    # WHEN it is taken back, THEN every byte is as it was, and it can be written again
    assert shelf("library", "undo", "--batch", "1", "--yes") == 0
    assert shelf.err == "3 files taken back.\n" and contents(shelf) == before
    assert shelf("library", "undo", "--last") == 0
    assert shelf.err == "There is nothing to take back.\n"
    assert shelf("library", "redo", "--last", "--yes", "--json") == 0
    assert len(shelf.objects()) == 3 and moods(shelf, "Sea.m4a") == ["Calm"]


def test_one_song_is_taken_back_without_asking_and_many_are_asked_about(shelf: ShelfLine) -> None:
    before = contents(shelf)
    assert shelf("library", "write", "--all", "--yes") == 0
    assert shelf("library", "undo", "--song", shelf.songs / "Rain.mp3") == 0
    assert "as it was before" in shelf.out
    assert moods(shelf, "Rain.mp3") == [] and moods(shelf, "Sun.flac") == ["Happiness"]
    assert shelf("library", "undo", "--tagger", "fake") == 2
    assert "nobody was there to agree" in shelf.err and moods(shelf, "Sun.flac")
    assert shelf("library", "undo", "--tagger", "other", "--yes") == 0
    assert "nothing to take back" in shelf.err
    assert shelf("library", "undo", "--tagger", "fake", "--yes", "--json") == 0
    assert {each["undone"] for each in shelf.objects()} == {True}
    assert contents(shelf) == before


def test_files_that_cannot_be_written_are_told_and_stop_no_other(shelf: ShelfLine) -> None:
    (shelf.songs / "Sun.flac").chmod(0o444)
    assert shelf("library", "write", "--all", "--yes") == 0
    assert "read-only" in shelf.out and "2 files would change, 1 cannot be written." in shelf.err
    assert shelf("library", "write", "title:sun", "--yes") == 2
    assert shelf("library", "write", "title:sun", "--dry-run", "--json") == 0
    told, = shelf.objects()
    assert told["changes"] is False and "read-only" in told["error"]
    (shelf.songs / "Sun.flac").chmod(0o644)


def test_what_is_written_can_be_chosen_and_comes_from_the_settings(shelf: ShelfLine) -> None:
    assert shelf("library", "write", "title:sun", "--yes", "--no-model-field",
                 "--no-score-field") == 0
    flac = mutagen.File(shelf.songs / "Sun.flac")
    assert [key.upper() for key, _ in flac.tags] == ["MOOD"]
    save_settings(shelf.context.paths.settings_file,
                  Settings(writing=WritingSettings(scores=False)))
    assert shelf("library", "write", "title:sea", "--dry-run", "--json") == 0
    assert shelf.objects()[0]["after"]["scores"] == ""
    assert shelf("library", "write", "title:sea", "--dry-run", "--json", "--score-field") == 0
    assert shelf.objects()[0]["after"]["scores"] != ""


def test_a_second_time_there_is_nothing_to_write(shelf: ShelfLine) -> None:
    assert shelf("library", "write", "--all", "--yes") == 0
    assert shelf("library", "write", "--all", "--yes") == 0
    assert shelf.err == "0 files would change, 3 already hold what they should.\n"


def test_nothing_known_is_said(shelf: ShelfLine) -> None:
    assert shelf("library", "history") == 0
    assert shelf.err == "Nothing was written into files yet.\n"
    assert shelf("library", "undo", "--batch", "9") == 2
    assert "There is no batch 9." in shelf.err
    assert shelf("library", "write", "zeppelin", "--yes") == 0
    assert "No song fits." in shelf.err


# tag --write-tags

def test_tagging_writes_into_just_the_files_that_were_named(shelf: ShelfLine) -> None:
    other = shelf.songs.parent / "elsewhere"
    other.mkdir()
    copy = other / "Rain again.mp3"
    copy.write_bytes((shelf.songs / "Rain.mp3").read_bytes())
    copy.with_suffix(".txt").write_text(RAIN)
    assert shelf("tag", copy, "--write-tags") == 0
    assert "Moods written into 1 file." in shelf.err and "library undo --batch 1" in shelf.err
    assert moods(shelf, "../elsewhere/Rain again.mp3") == ["Sadness"]
    assert moods(shelf, "Rain.mp3") == []
    # WHEN the folder is tagged once more, THEN what holds its moods stays untouched
    before = copy.read_bytes()
    assert shelf("tag", other, "--write-tags") == 0
    assert "Moods written into 0 files, 1 already held them." in shelf.err
    assert copy.read_bytes() == before


def test_json_lines_stay_what_they_are(shelf: ShelfLine) -> None:
    assert shelf("tag", shelf.songs, "--write-tags", "--json") == 0
    assert all("tags" in told for told in shelf.objects()) and len(shelf.objects()) == 3
    assert "Moods written into 3 files." in shelf.err


def test_texts_have_no_place_for_moods_and_say_so(shelf: ShelfLine, tmp_path: Path) -> None:
    words = tmp_path / "Only words.txt"
    words.write_text("Tears in the evening, and the rain on the sea\n")
    assert shelf("tag", words, "--write-tags") == 2
    assert str(words) in shelf.err and "1 left as it was" in shelf.err
    assert shelf("tag", words, "--write-tags", "--sidecars") == 0
    assert "Moods written into 1 file." in shelf.err


def test_what_could_not_be_taken_back_is_not_written(shelf: ShelfLine) -> None:
    before = contents(shelf)
    assert shelf("tag", shelf.songs, "--write-tags", "--no-store") == 2
    assert "with --no-store" in shelf.err and contents(shelf) == before
