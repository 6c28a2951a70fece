"""Drops become files: in order, each once, never in circles."""

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.tagging.intake import Unreadable, find_lyrics, fingerprint
from engine.tagging.reading import read_lyric


def files(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("some words")


def found(root: Path, *given: Path) -> list[str]:
    return [item.relative_to(root).as_posix() for item in find_lyrics(given or (root,))
            if isinstance(item, Path)]


def test_folders_are_walked_in_the_order_people_count(tmp_path: Path) -> None:
    files(tmp_path, "b/10 ten.txt", "b/2 two.lrc", "b/c/deep.srt", "a/one.md",
          "B song.cho", "a.txt")
    assert found(tmp_path) == ["a.txt", "B song.cho", "a/one.md", "b/2 two.lrc", "b/10 ten.txt",
                               "b/c/deep.srt"]


def test_what_is_no_song_is_passed_over(tmp_path: Path) -> None:
    files(tmp_path, "cover.jpg", ".hidden.txt", "._song.mp3", ".git/x.txt", "README.md",
          "LICENSE.txt", "__MACOSX/x.txt", "notes", "...And Rain/song.txt")
    assert found(tmp_path) == ["...And Rain/song.txt"]


def test_a_sidecar_is_no_song_beside_its_recording(tmp_path: Path) -> None:
    files(tmp_path, "x.mp3", "x.lrc", "x.txt", "y.lrc", "z/x.lrc", "x y.flac", "x y.TTML", "x.md")
    assert found(tmp_path) == ["x y.flac", "x.md", "x.mp3", "y.lrc", "z/x.lrc"]


def test_every_file_is_found_once(tmp_path: Path) -> None:
    files(tmp_path, "a/x.txt", "a/y.txt")
    (tmp_path / "b").symlink_to(tmp_path / "a", target_is_directory=True)
    x = tmp_path / "a" / "x.txt"
    assert found(tmp_path, x, tmp_path, x, tmp_path / "a") == ["a/x.txt", "a/y.txt"]


def test_a_file_named_itself_is_passed_on_whatever_it_is(tmp_path: Path) -> None:
    files(tmp_path, "x.jpg", "x.mp3", "x.lrc", "README.md")
    names = ["x.jpg", "x.lrc", "README.md", "gone.txt"]
    assert found(tmp_path, *(tmp_path / name for name in names)) == names


def test_a_circle_of_links_is_said_once_and_the_walk_goes_on(tmp_path: Path) -> None:
    # GIVEN a folder with a link back to the top, and a song behind it
    files(tmp_path, "a/x.txt", "b/y.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)

    # WHEN it is walked / THEN the link is named and nothing is missed or doubled
    items = list(find_lyrics([tmp_path]))
    assert found(tmp_path) == ["a/x.txt", "b/y.txt"]
    said = [item for item in items if isinstance(item, Unreadable)]
    assert [item.path for item in said] == [tmp_path / "a" / "up"]
    assert said[0].message == "This folder leads back into itself."
    assert said[0].hint


def test_a_link_that_leads_nowhere_or_to_itself_is_harmless(tmp_path: Path) -> None:
    files(tmp_path, "x.txt")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "lost.txt").symlink_to(tmp_path / "nothing")
    assert found(tmp_path) == ["lost.txt", "x.txt"]
    with pytest.raises(EngineError, match="no longer there"):
        read_lyric(tmp_path / "lost.txt")


class Refusing:
    """Lists folders as the system does, but refuses those named."""

    def __init__(self, error: OSError, *names: str) -> None:
        self.error = error
        self.names = names

    def __call__(self, folder: Path) -> Iterable[os.DirEntry[str]]:
        if folder.name in self.names:
            raise self.error
        return os.scandir(folder)


@pytest.mark.parametrize("error, message", [
    (PermissionError(13, "Permission denied"), "This folder may not be read: the system refused."),
    (FileNotFoundError(2, "No such file"), "This folder is no longer there.")])
def test_a_folder_that_cannot_be_listed_hides_no_other(tmp_path: Path, error: OSError,
                                                       message: str) -> None:
    files(tmp_path, "a/x.txt", "b/y.txt")
    items = list(find_lyrics([tmp_path], Refusing(error, "a")))
    assert [item.message for item in items if isinstance(item, Unreadable)] == [message]
    assert tmp_path / "b" / "y.txt" in items


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may list all")
def test_a_folder_without_permission_hides_no_other(tmp_path: Path) -> None:
    files(tmp_path, "a/x.txt", "b/y.txt")
    (tmp_path / "a").chmod(0)
    items = list(find_lyrics([tmp_path]))
    (tmp_path / "a").chmod(0o700)
    assert [type(item) for item in items] == [Unreadable, type(tmp_path)]


@pytest.mark.skipif(os.name != "posix", reason="such names cannot exist elsewhere")
def test_strange_names_are_found_or_said(tmp_path: Path) -> None:
    files(tmp_path, "🌧 rain\nsnow.txt", "tab\tin.lrc", "'; drop.txt")
    (tmp_path / os.fsdecode(b"bad\xff.txt")).write_text("words")
    items = list(find_lyrics([tmp_path]))
    names = {item.name for item in items if isinstance(item, Path)}
    assert names == {"🌧 rain\nsnow.txt", "tab\tin.lrc", "'; drop.txt"}
    [said] = [item for item in items if isinstance(item, Unreadable)]
    assert str(said.path).encode()
    assert "name" in said.message


def test_the_walk_is_lazy_and_a_file_may_vanish_on_the_way(tmp_path: Path) -> None:
    # GIVEN a walk that has given its first file
    files(tmp_path, "a.txt", "b/c.txt")
    walk = find_lyrics([tmp_path])
    first = next(walk)

    # WHEN a folder not yet reached gains a song, and the first file goes
    files(tmp_path, "b/d.txt")
    assert isinstance(first, Path)
    first.unlink()

    # THEN the new song is found and the lost one is a sentence
    assert [item.name for item in walk if isinstance(item, Path)] == ["c.txt", "d.txt"]
    with pytest.raises(EngineError, match="no longer there"):
        read_lyric(first)


def test_the_first_of_many_comes_before_the_rest_is_walked(tmp_path: Path) -> None:
    files(tmp_path, "a.txt", "b/x.txt")
    listed: list[str] = []

    def noting(folder: Path) -> Iterable[os.DirEntry[str]]:
        listed.append(folder.name)
        return os.scandir(folder)

    assert len(list(islice(find_lyrics([tmp_path], noting), 1))) == 1
    assert listed == [tmp_path.name]


def test_a_fingerprint_tells_a_changed_file_and_a_changed_sidecar(tmp_path: Path) -> None:
    files(tmp_path, "x.mp3")
    song = tmp_path / "x.mp3"
    before = fingerprint(song)
    assert fingerprint(song) == before

    files(tmp_path, "x.lrc")
    beside = fingerprint(song)
    assert beside != before

    later = (tmp_path / "x.lrc").stat().st_mtime_ns + 5_000_000_000
    os.utime(tmp_path / "x.lrc", ns=(later, later))
    assert fingerprint(song) not in (before, beside)

    (tmp_path / "x.lrc").unlink()
    assert fingerprint(song) == before


def test_the_fingerprint_of_a_lost_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no longer there"):
        fingerprint(tmp_path / "x.txt")
