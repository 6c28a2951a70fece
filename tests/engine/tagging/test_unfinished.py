"""What a run was asked for is kept until it is done, and nothing broken is taken for it."""

from pathlib import Path

import pytest

from engine.tagging.unfinished import UnfinishedRun


def test_roots_come_back_once_each_and_absolute(tmp_path: Path) -> None:
    file = tmp_path / "home" / "unfinished.json"
    folder, odd = tmp_path / "M\u00fasica", tmp_path / "odd\udc80.txt"
    UnfinishedRun(file).remember((folder, odd, folder, Path("here.txt")))
    assert UnfinishedRun(file).recall() == (folder, odd, Path.cwd() / "here.txt")
    # THEN only one whole version lies there
    assert [kept.name for kept in file.parent.iterdir()] == [file.name]


def test_a_run_that_is_done_leaves_nothing(tmp_path: Path) -> None:
    run = UnfinishedRun(tmp_path / "unfinished.json")
    run.remember((tmp_path,))
    run.remember(())
    assert run.recall() == () and list(tmp_path.iterdir()) == []
    run.remember(())


@pytest.mark.parametrize("stored", [
    b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"version": 1}', b'{"version": 2, "roots": ["a"]}',
    b'{"version": 1, "roots": "a"}', b'{"version": 1, "roots": [1, "", null, "a\\u0000b"]}',
    b"[" * 200_000])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, stored: bytes) -> None:
    file = tmp_path / "unfinished.json"
    file.write_bytes(stored)
    assert UnfinishedRun(file).recall() == ()


def test_a_place_that_takes_no_file_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "home"
    blocked.write_text("a file where the folder should be")
    run = UnfinishedRun(blocked / "unfinished.json")
    run.remember((tmp_path,))
    assert run.recall() == ()
