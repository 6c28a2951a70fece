"""`scene-from` on the command line, with a tagger that needs no model."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.chat.cards.reading import read_lorebook
from engine.chat.scene import Scene
from engine.chat.scene_store import SceneStore
from engine.cli.command import Context
from engine.cli.main import run as run_line
from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings
from tests.fakes import FakeTagger

SONG = "the tears are on the wall\nand I cry goodbye to the wall\n\nthe sun is over the boat\n"


class Line:
    """The program on the command line, in this test's home."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
        self.paths = paths
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str | Path) -> int:
        code = run_line(["scene-from", *map(str, arguments)],
                        Context(self.paths, open_tagger=self._tagger))
        self.out, self.err = self._capsys.readouterr()
        return code

    def _tagger(self, paths: AppPaths, tagger_id: str, settings: Settings) -> FakeTagger:
        return FakeTagger(lines=2)

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def scenes(self) -> list[str]:
        database = Database.open(self.paths.library_file)
        try:
            return [row.title for row in SceneStore(database).rows()]
        finally:
            database.close()


@pytest.fixture
def line(isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(isolated_home, capsys)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    file = tmp_path / "Ann Own - Harbour.txt"
    file.write_text(SONG, "utf-8")
    return file


def test_a_file_is_tagged_and_told_as_a_scene(line: Line, song: Path) -> None:
    assert line(song) == 0
    told = line.out.splitlines()
    assert told[0] == "After “Harbour”" and told[-1] == "Made from the song “Harbour” by Ann Own."
    assert "Mood: sadness, then happiness. Kind: " in line.out and "Lore: wall, " in line.out
    assert "No sentence encoder" in line.err and line.scenes() == []


def test_a_song_of_the_library_is_found_by_its_title(line: Line, song: Path) -> None:
    line(song)
    assert line("harb") == 0
    assert line.out.startswith("After “Harbour”")


def test_where_several_are_found_the_others_are_named(line: Line, song: Path) -> None:
    line(song)
    other = song.with_name("Harbour Lights.txt")
    other.write_text("a lonely rain over the quay and the cold\n", "utf-8")
    line(other)
    assert line("harbour") == 0
    assert "also found: “Harbour Lights”" in line.err


def test_a_scene_can_be_kept_and_written(line: Line, song: Path, tmp_path: Path) -> None:
    scene, book = tmp_path / "scene.json", tmp_path / "book.json"
    assert line(song, "--save", "--out", scene, "--lorebook", book) == 0
    assert line.scenes() == ["After “Harbour”"] and "is in the library" in line.err
    # THEN what was written is what is read
    read = msgspec.json.decode(scene.read_bytes(), type=Scene)
    assert read.title == "After “Harbour”" and read.keywords[0] == "wall"
    entries = read_lorebook(book).entries
    assert entries[0].keys == ("wall",) and entries[0].content.startswith("Of the wall it is said")
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == sorted(
        [song.name, "scene.json", "book.json"])


def test_scripts_get_both_in_one_object(line: Line, song: Path) -> None:
    assert line(song, "--json") == 0
    told, = line.objects()
    assert told["scene"]["mood"] == "sadness, then happiness"
    assert [entry["name"] for entry in told["lorebook"]["entries"]] == told["scene"]["keywords"]


def test_what_cannot_be_done_gets_a_sentence(line: Line, tmp_path: Path, song: Path) -> None:
    silent, folder = tmp_path / "silent.txt", tmp_path / "none"
    silent.write_text("la la la\n", "utf-8")
    for arguments, why in (((tmp_path / "gone.txt",), "no song"), (("",), "no song"),
                           ((silent,), "no words"), ((tmp_path,), "no song"),
                           ((song, "--out", folder / "x.json"), "cannot be written")):
        assert line(*arguments) == 2
        assert why in line.err and line.out == ""


def test_a_title_orders_no_terminal_about(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "bad.lrc"
    file.write_text("[ti:Red \x1b[31m sun]\n[00:01.00]the tears are on the wall\n", "utf-8")
    assert line(file) == 0 and "\x1b" not in line.out + line.err
