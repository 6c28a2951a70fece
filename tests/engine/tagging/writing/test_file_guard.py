"""Files the system would not let us write, links, and full disks: a sentence each, nothing done."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.tagging.writing import file_guard, replacing
from engine.tagging.writing.values import NotWritten, Undone, Written
from tests.engine.tagging.writing.music import Music

posix = pytest.mark.skipif(os.name == "nt", reason="rights and links of Unix")


def refusal(music: Music, spoil: Callable[[Path], object]) -> str:
    """The sentence for a file that was spoilt after its preview; it must stay as it was."""
    path = music.add("song.flac")
    clean = music.hashes()
    plan = music.plan()
    spoil(path)
    answer, = music.writer.write(plan)
    assert isinstance(answer, NotWritten)
    assert answer.hint
    assert {name: mark for name, mark in music.hashes().items() if name in clean} == clean
    assert not [path for path in music.folder.iterdir() if path.suffix == ".part"]
    return answer.message


@posix
def test_a_read_only_file(music: Music) -> None:
    assert refusal(music, lambda path: path.chmod(0o444)) == "This file is read-only."


@posix
def test_a_file_with_a_second_name(music: Music) -> None:
    told = refusal(music, lambda path: (path.parent / "other.flac").hardlink_to(path))
    assert "a hard link" in told


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell beforehand")
def test_a_file_open_elsewhere(music: Music) -> None:
    opened = []
    told = refusal(music, lambda path: opened.append(path.open("rb")))
    assert told == "This file is open in another program."
    opened[0].close()
    assert isinstance(music.write()[0], Written)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell beforehand")
def test_a_file_opened_while_it_is_copied(music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.tagging.writing import carrying_out

    real, opened = carrying_out._prove, []

    def prove(path: Path, *rest: object) -> None:
        real(path, *rest)
        opened.append(path.open("rb"))

    monkeypatch.setattr(carrying_out, "_prove", prove)
    assert refusal(music, lambda _: None) == "This file is open in another program."
    opened[0].close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell beforehand")
def test_a_disk_that_cannot_tell_keeps_nobody_from_writing(
        music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_guard, "_is_open_twice", lambda _: True)  # as some network disks do
    music.add("song.flac")
    assert isinstance(music.write()[0], Written)


def test_a_disk_without_room(music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(file_guard.shutil, "disk_usage", lambda _: usage)
    assert "no room for a copy" in refusal(music, lambda _: None)


def test_a_disk_that_knows_no_waiting_is_not_waited_for(
        music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(replacing.os, "fsync", unknown)
    music.add("song.flac")
    assert isinstance(music.write()[0], Written)


def test_a_disk_that_fails_to_keep_it_says_so(
        music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(replacing.os, "fsync", failing)
    assert "refused to write" in refusal(music, lambda _: None)


def test_a_disk_that_fills_up_in_the_midst(music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: object, target: object, splices: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(replacing, "copy_spliced", full)
    assert "no room for a copy" in refusal(music, lambda _: None)


@pytest.mark.parametrize("code, told", [
    (errno.EROFS, "read-only"), (errno.EPERM, "read-only"), (errno.EDQUOT, "no room"),
    (errno.EBUSY, "open in another"), (errno.EIO, "refused to write"),
    (errno.ENOENT, "no longer there")])
def test_whatever_the_system_says_is_a_sentence(code: int, told: str) -> None:
    found = file_guard.refused(OSError(code, os.strerror(code)))
    assert told in found.message
    assert found.hint


@posix
@pytest.mark.skipif(os.getuid() == 0 if hasattr(os, "getuid") else False,
                    reason="an administrator may write everywhere")
def test_a_folder_that_may_not_be_written_to(music: Music) -> None:
    try:
        assert "folder" in refusal(music, lambda _: music.folder.chmod(0o555))
    finally:
        music.folder.chmod(0o755)


@posix
def test_a_link_is_followed_and_stays_one(music: Music, tmp_path: Path) -> None:
    real = music.add("real.flac")
    real = real.rename(tmp_path / "elsewhere.flac")
    link = music.folder / "link.flac"
    link.symlink_to(real)
    clean = real.read_bytes()
    music.songs.clear()
    music.take(link)
    music.write()
    assert link.is_symlink()
    assert real.read_bytes() != clean
    assert all(isinstance(answer, Undone) and answer.exact for answer in music.undo())
    assert real.read_bytes() == clean
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".part") == []


@posix
def test_rights_and_attributes_are_kept(music: Music) -> None:
    path = music.add("song.flac")
    path.chmod(0o640)
    named = _name(path)
    music.write()
    assert path.stat().st_mode & 0o777 == 0o640
    if named:
        assert os.getxattr(path, "user.undertone.test") == b"kept"


@posix
def test_a_file_of_somebody_else_stays_theirs(
        music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacing, "_owner", lambda path: (
        (1, 1) if path.suffix == ".flac" else (2, 1)))
    assert "belongs to somebody else" in refusal(music, lambda _: None)


@posix
@pytest.mark.skipif(os.getuid() != 0 if hasattr(os, "getuid") else True,
                    reason="only an administrator can give files away")
def test_an_administrator_leaves_files_whose_they_are(music: Music) -> None:
    path = music.add("song.flac")
    os.chown(path, 4321, 1234)
    assert isinstance(music.write()[0], Written)
    assert (path.stat().st_uid, path.stat().st_gid) == (4321, 1234)


def _name(path: Path) -> bool:
    """Gives a file an extended attribute, where the disk knows such."""
    try:
        os.setxattr(path, "user.undertone.test", b"kept")
    except (OSError, AttributeError):
        return False
    return True


def test_a_copy_never_takes_the_place_of_a_file_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    path.write_bytes(b"sound")
    copy = replacing.temporary_beside(path)
    copy.write_bytes(b"somebody's")
    with pytest.raises(EngineError):
        replacing.make_copy(path, copy, ())
    with pytest.raises(EngineError, match="no copy of ours"):
        replacing.remove_copy(path)
    assert path.exists()
