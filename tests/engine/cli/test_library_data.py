"""Backups and archives on the command line."""

import json
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.library.incoming import Incoming
from engine.paths import AppPaths
from tests.engine.library.tiny_libraries import add_song, fill, home, library_at, put_model, told


@pytest.fixture
def full(isolated_home: AppPaths) -> AppPaths:
    fill(isolated_home)
    return isolated_home


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_a_backup_is_made_listed_restored_and_that_undone(
        full: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "backup", "--json"], full) == 0
    made = json.loads(lines(capsys)[0])
    assert (made["kind"], made["songs"], made["talks"], made["labels"]) == ("by-hand", 2, 1, 1)
    then = told(full)
    database = library_at(full)
    add_song(database, "Cellar")
    database.close()
    later = told(full)
    # WHEN nobody agrees, nothing happens; with --yes it does
    assert main(["library", "restore", made["name"]], full) == 2
    assert told(full) == later
    assert main(["library", "restore", made["name"], "--yes"], full) == 0
    assert told(full) == then
    assert main(["library", "restore", "--undo", "--yes"], full) == 0
    assert told(full) == later
    capsys.readouterr()
    assert main(["library", "backup", "--list"], full) == 0
    assert [line.split("-")[1] for line in lines(capsys)] == ["before", "before", "by"]
    assert main(["library", "restore", "nothing", "--yes"], full) == 2


def test_everything_goes_to_another_computer_and_back(
        full: AppPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, file = home(tmp_path / "other", full.resources), str(tmp_path / "mine.zip")
    assert main(["library", "pack", str(tmp_path / "mine.tar")], full) == 2
    assert main(["library", "pack", file, "--models"], full) == 0
    assert "2 songs, 1 talk, 1 model" in lines(capsys)[-1]
    assert main(["library", "pack", file], full) == 2
    # WHEN it is only looked at, nothing changes
    assert main(["library", "unpack", file, "--json"], other) == 0
    assert json.loads(lines(capsys)[-1])["models"] == {"tiny": 9}
    assert not other.library_file.exists()
    put_model(other, "another")
    assert main(["library", "unpack", file, "--add", "--yes", "--json"], other) == 0
    added = json.loads(lines(capsys)[-1])
    assert (added["songs"], added["talks"], added["messages"]) == (2, 1, 2)
    assert main(["library", "unpack", file, "--replace", "--no-models", "--yes"], other) == 0
    assert told(other) == told(full) and not Incoming(other).folder.exists()
    assert sorted(each.name for each in other.models.iterdir()) == ["another", "tiny"]
    assert main(["library", "restore", "--undo", "--yes"], other) == 0
    assert main(["library", "unpack", str(tmp_path / "nothing.zip")], other) == 2


def test_without_a_library_or_a_backup_it_says_so(
        isolated_home: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "backup"], isolated_home) == 2
    assert "no library yet" in capsys.readouterr().err
    assert main(["library", "backup", "--list"], isolated_home) == 0
    assert main(["library", "restore", "--undo", "--yes"], isolated_home) == 2
    assert "Nothing was restored" in capsys.readouterr().err
