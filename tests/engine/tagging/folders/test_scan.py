"""Watched folders are looked through: new, changed, moved and vanished files, and nothing read."""

import builtins
import io
import os
import shutil
from pathlib import Path

import pytest

from engine.tagging.folders.news import NewsCounts, NewsKind
from engine.tagging.folders.scan import FolderScan, Looking, Scanned
from engine.tagging.folders.walk import FolderWalk
from engine.tagging.intake import fingerprint
from engine.tagging.labels import Verdict
from engine.tagging.song_identity import place_of
from tests.engine.tagging.folders.watched import (
    LONG_AGO,
    RAIN,
    RAIN_EDITED,
    SEA,
    SUN,
    Watched,
    just_now,
)


def test_everything_that_happened_is_found(watched: Watched) -> None:
    # GIVEN three songs that were read
    rain = watched.write("rain.txt", RAIN)
    sun = watched.write("sun.txt", SUN)
    kept = watched.write("deep/kept.txt", SEA)
    watched.tag()
    assert watched.scan().files == 3 and not watched.counts()
    # WHEN one is edited, one deleted, and one comes in
    rain = watched.write("rain.txt", RAIN_EDITED)
    sun.unlink()
    fresh = watched.write("fresh.lrc", "[00:01.00]Burn the letters\n[00:03.00]break the door\n")
    found = watched.scan()
    # THEN each is told once, and what is as it was is not
    assert found.new == (place_of(fresh),)
    assert found.changed == (place_of(rain),)
    assert found.missing == (place_of(sun),)
    assert watched.counts() == NewsCounts(1, 1, 1)
    assert watched.place(kept) == {"missing": 0, "changed": 0, "told": 0}
    again = watched.scan()
    assert (again.changed, again.missing) == ((), ()) and watched.counts() == NewsCounts(1, 1, 1)


def test_tagging_settles_what_was_told(watched: Watched) -> None:
    rain = watched.write("rain.txt", RAIN)
    watched.tag()
    watched.write("rain.txt", RAIN_EDITED)
    fresh = watched.write("fresh.txt", SUN)
    watched.scan()
    watched.tag(rain, fresh)
    assert watched.counts() == NewsCounts()
    assert watched.place(rain)["changed"] == 0


def test_no_file_is_opened(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.write("rain.txt", RAIN)
    watched.tag()
    watched.write("rain.txt", RAIN_EDITED)
    watched.write("new.txt", SUN)

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a file was opened")

    for module, name in ((builtins, "open"), (io, "open"), (Path, "open")):
        monkeypatch.setattr(module, name, refuse)
    assert len(watched.scan().new) == 1


@pytest.mark.parametrize("new", ["other.txt", "deep/er/rain.txt"], ids=["renamed", "moved"])
def test_a_moved_file_takes_its_song_along_unread(watched: Watched, new: str) -> None:
    # GIVEN a song with a label
    old = watched.write("rain.txt", RAIN)
    watched.tag()
    song = watched.song_at(old)
    watched.store.set_label(song, "sadness", Verdict.ACCEPTED)
    # WHEN its file moves
    watched.move(old, watched.folder / new)
    found = watched.scan()
    # THEN its place has followed
    assert found.moved == ((place_of(old), place_of(watched.folder / new)),)
    assert (found.new, found.missing) == ((), ())
    assert watched.song_at(watched.folder / new) == song
    assert watched.store.labels(song) == {"sadness": Verdict.ACCEPTED}
    assert not watched.counts()


def test_a_file_that_was_missed_before_is_known_where_it_turns_up(watched: Watched) -> None:
    old = watched.write("rain.txt", RAIN)
    watched.write("sun.txt", SUN)
    watched.tag()
    song = watched.song_at(old)
    watched.move(old, watched.outside / "rain.txt")
    assert watched.scan().missing == (place_of(old),)
    # WHEN the folder it lies in is watched as well
    watched.watch_list.add(watched.outside)
    found = watched.scan()
    # THEN it is neither new nor missing any more
    assert found.moved == ((place_of(old), place_of(watched.outside / "rain.txt")),)
    assert watched.song_at(watched.outside / "rain.txt") == song and not watched.counts()


def test_twins_of_one_size_and_time_are_told_apart_by_name(watched: Watched) -> None:
    one = watched.write("a/one.txt", RAIN)
    two = watched.write("a/two.txt", RAIN.replace("rain", "hail"))
    for file in (one, two):
        os.utime(file, (LONG_AGO, LONG_AGO))
    watched.tag()
    songs = watched.song_at(one), watched.song_at(two)
    watched.move(watched.folder / "a", watched.folder / "b")
    assert len(watched.scan().moved) == 2
    b = watched.folder / "b"
    assert (watched.song_at(b / "one.txt"), watched.song_at(b / "two.txt")) == songs


def test_a_disk_that_is_out_is_away_and_its_songs_are_not_missing(watched: Watched) -> None:
    rain = watched.write("rain.txt", RAIN)
    watched.tag()
    # WHEN the whole folder is gone
    hidden = watched.folder.with_name("hidden")
    watched.folder.rename(hidden)
    found = watched.scan()
    assert (found.away, found.missing) == ((str(watched.folder),), ())
    assert watched.counts() == NewsCounts(away=(str(watched.folder),))
    # WHEN an empty folder stands in its place, as where a disk was mounted
    watched.folder.mkdir()
    assert watched.scan().away == (str(watched.folder),)
    assert watched.place(rain)["missing"] == 0
    # WHEN it is back
    watched.folder.rmdir()
    hidden.rename(watched.folder)
    assert watched.scan().away == () and not watched.counts()


def test_what_comes_back_is_missed_no_more(watched: Watched) -> None:
    rain = watched.write("rain.txt", RAIN)
    watched.write("sun.txt", SUN)
    watched.tag()
    watched.move(rain, watched.outside / "rain.txt")
    watched.scan()
    watched.move(watched.outside / "rain.txt", rain)
    assert watched.scan().back == (place_of(rain),)
    assert not watched.counts()


def test_an_edit_that_is_taken_back_is_no_change(watched: Watched) -> None:
    rain = watched.write("rain.txt", RAIN)
    watched.tag()
    stamp = rain.stat().st_mtime_ns
    watched.write("rain.txt", RAIN_EDITED)
    watched.scan()
    rain.write_text(RAIN, "utf-8")
    os.utime(rain, ns=(stamp, stamp))
    watched.scan()
    assert not watched.counts()


def test_a_song_that_lies_elsewhere_too_is_not_missed(watched: Watched) -> None:
    copy = watched.write("copy.txt", RAIN)
    watched.write("rain.txt", RAIN)
    watched.tag()
    copy.unlink()
    watched.scan()
    assert watched.place(copy)["missing"] == 1 and not watched.counts()


def test_a_refused_file_that_is_gone_is_forgotten(watched: Watched) -> None:
    watched.write("rain.txt", RAIN)
    broken = watched.write("broken.txt", "")
    watched.tag()
    broken.unlink()
    watched.scan()
    assert watched.store.row(place_of(broken), watched.settings) is None


def test_a_file_that_is_being_written_waits(watched: Watched) -> None:
    fresh = watched.write("fresh.txt", SUN)
    just_now(fresh)
    found = watched.scan()
    assert (found.new, found.unripe) == ((), (place_of(fresh),))
    os.utime(fresh, (LONG_AGO, LONG_AGO))
    assert watched.scan().new == (place_of(fresh),)


def test_dismissed_news_stay_dismissed(watched: Watched) -> None:
    rain = watched.write("rain.txt", RAIN)
    sun = watched.write("sun.txt", SUN)
    watched.tag()
    watched.write("rain.txt", RAIN_EDITED)
    sun.unlink()
    watched.write("fresh.txt", SEA)
    watched.scan()
    watched.book.dismiss(watched.book.files())
    assert not watched.counts()
    watched.scan()
    assert not watched.counts()
    # THEN what is so is still known, and another file is news again
    assert (watched.place(rain)["changed"], watched.place(sun)["missing"]) == (1, 1)
    watched.write("more.txt", SUN)
    watched.scan()
    assert watched.counts() == NewsCounts(new=1)


def test_news_say_which_song(watched: Watched) -> None:
    watched.write("Ana - Brass.txt", SUN)
    watched.write("rest.txt", SEA)
    watched.tag()
    (watched.folder / "Ana - Brass.txt").unlink()
    watched.scan()
    file, = watched.book.files([NewsKind.MISSING])
    assert (file.title, file.artist) == ("Brass", "Ana")


def test_a_part_of_a_folder_can_be_looked_at_alone(watched: Watched) -> None:
    one, two = watched.folder / "one", watched.folder / "two"
    watched.write("one/a.txt", RAIN)
    watched.write("two/b.txt", SUN)
    watched.tag()
    (two / "b.txt").unlink()
    watched.write("one/new.txt", SEA)
    assert watched.scan(one).missing == ()
    assert watched.counts() == NewsCounts(new=1)
    shutil.rmtree(one)
    found = watched.scan(one)
    assert found.missing == (place_of(one / "a.txt"),) and watched.counts() == NewsCounts(missing=1)
    assert watched.scan(watched.outside).files == 0


def test_a_disk_that_moved_is_written_in_parts(
        watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.tagging.folders.scan.PART", 2)
    for number in range(5):
        watched.write(f"a/{number}.txt", f"{SUN}and verse {number}\n")
    watched.write("stays.txt", SEA)
    watched.tag()
    # WHEN all but one move
    watched.move(watched.folder / "a", watched.folder / "b")
    *steps, last = FolderScan(watched.database).run()
    # THEN each of them has followed, in three parts
    assert len(steps) == 3 and isinstance(last, Scanned)
    assert len(last.moved) == 5 and not watched.counts()
    # AND so it is with what has gone
    shutil.rmtree(watched.folder / "b")
    assert len(watched.scan().missing) == 5 and watched.counts() == NewsCounts(missing=5)


def test_a_paused_folder_is_left_alone(watched: Watched) -> None:
    watched.write("rain.txt", RAIN)
    watched.watch_list.pause(str(watched.folder), True)
    assert watched.scan().new == ()
    watched.watch_list.pause(str(watched.folder), False)
    assert len(watched.scan().new) == 1


def test_a_scan_that_is_stopped_changes_nothing(
        watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.tagging.folders.scan.STEP", 1)
    for number in range(4):
        watched.write(f"{number}.txt", SUN)
    scan = FolderScan(watched.database).run()
    assert next(scan) == Looking(1)
    scan.close()
    assert not watched.counts()
    assert watched.scan().files == 4


def test_the_walk_and_the_reading_agree_on_fingerprints(watched: Watched) -> None:
    # GIVEN a recording with two sidecars and a lyric beside them
    song = watched.write("song.mp3", "no music")
    watched.write("song.lrc", "[00:01.00]one\n")
    watched.write("song.TXT", "one and one")
    plain = watched.write("plain.txt", SUN)
    # THEN both say the same of each file
    walk = FolderWalk(watched.folder)
    assert {seen.place: seen.mark for seen in walk} == {
        place_of(file): fingerprint(file) for file in (song, plain)}
    assert walk.folders == [watched.folder]
