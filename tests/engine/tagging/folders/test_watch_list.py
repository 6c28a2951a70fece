"""Which folders are watched: added, paused, taken off, and never one within another."""

from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.library.database import Database
from engine.tagging.folders.watch_list import WatchList, is_below
from tests.engine.library.old_libraries import write_version_1
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


def test_an_older_library_learns_to_watch_folders(tmp_path: Path) -> None:
    # GIVEN a library from before folders could be watched, with a song in it
    file = tmp_path / "library.sqlite3"
    write_version_1(file)
    # WHEN it is opened
    database = Database.open(file)
    # THEN its file is neither changed nor told of, and its song shows what it showed
    assert database.all("SELECT changed, told FROM place") == [(0, 0)]
    assert database.all("SELECT * FROM song_tagger") == []
    # AND a song that goes takes along whose word it showed and what was proposed for it
    database.execute("INSERT INTO song_tagger SELECT song.id, tagger.id, '' FROM song, tagger")
    database.execute("INSERT INTO proposal (song_id, tagger_id, run_at)"
                     " SELECT song.id, tagger.id, '' FROM song, tagger")
    database.execute("DELETE FROM song")
    for table in ("song_tagger", "proposal"):
        assert database.first(f"SELECT count(*) FROM {table}") == (0,)
    WatchList(database).add(tmp_path)
    database.close()
