"""Which folders are watched: added, paused, taken off, and never one within another."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.tagging.folders.watch_list import is_below
from tests.engine.tagging.folders.watched import RAIN, SUN, Watched


def test_a_folder_is_kept_as_it_was_chosen(watched: Watched) -> None:
    watched.write("rain.txt", RAIN)
    watched.write("deep/sun.txt", SUN)
    watched.tag()
    watched.scan()
    folder, = watched.watch_list.folders()
    assert (folder.path, folder.songs, folder.tags_new) == (str(watched.folder), 2, False)
    assert folder.scanned_at
    watched.watch_list.tag_new(folder.path, True)
    watched.watch_list.pause(folder.path, True)
    folder, = watched.watch_list.folders()
    assert folder.tags_new and folder.paused


def test_one_that_is_watched_already_is_refused(watched: Watched) -> None:
    deep = watched.folder / "deep"
    deep.mkdir()
    with pytest.raises(EngineError, match="watched already"):
        watched.watch_list.add(watched.folder)
    with pytest.raises(EngineError, match="as a part of"):
        watched.watch_list.add(deep)
    with pytest.raises(EngineError, match="no folder"):
        watched.watch_list.add(watched.folder / "nowhere")


def test_a_folder_takes_those_within_it_along(watched: Watched) -> None:
    watched.watch_list.add(watched.folder.parent)
    assert [folder.path for folder in watched.watch_list.folders()] == [str(watched.folder.parent)]


def test_a_removed_folder_leaves_its_songs(watched: Watched) -> None:
    rain = watched.write("rain.txt", RAIN)
    watched.tag()
    watched.write("new.txt", SUN)
    watched.scan()
    watched.watch_list.remove([str(watched.folder)])
    assert watched.watch_list.folders() == [] and not watched.counts()
    assert watched.song_at(rain)


def test_neighbours_with_a_common_beginning_are_two_folders() -> None:
    assert is_below("/music/a.txt", "/music") and is_below("/a", "/")
    assert not is_below("/music two/a.txt", "/music")
    assert is_below("C:\\music\\a.txt", "C:\\music") and is_below(str(Path("/x") / "y"), "/x")
