"""Moods beside recordings: planned first, written where agreed, never over somebody else's file."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine.tagging.corrections.line_words import Saying
from engine.tagging.labels import Verdict
from engine.tagging.playlists.sidecars import PlannedSidecar, Sidecars, SidecarState, write
from tests.engine.tagging.playlists.conftest import GLAD, SAD, Music


def plan(music: Music, *names: str) -> list[PlannedSidecar]:
    sidecars = Sidecars(music.database, music.store, music.index(), music.settings)
    return list(sidecars.plan([music.song(name) for name in names]))


@pytest.fixture
def rain(music: Music) -> Path:
    return music.record("Rain.flac", SAD, "Rain", "Bo")


def test_a_plan_touches_nothing_and_tells_all(music: Music, rain: Path) -> None:
    music.put("words.lrc", GLAD)
    music.tag()
    before = sorted(music.folder.iterdir())
    planned, = plan(music, "Rain.flac", "words.lrc")
    assert planned.file == music.folder / "Rain.moods.json"
    assert planned.state is SidecarState.NEW
    assert sorted(music.folder.iterdir()) == before
    told = json.loads(planned.content)
    assert (told["format"], told["version"], told["title"]) == ("undertone-moods", 1, "Rain")
    assert [tag["tag"] for tag in told["tags"]] == ["sadness"]
    assert "path" not in told and str(music.folder) not in planned.content.decode()


def test_what_is_written_is_written_again_only_when_it_says_something_else(
        music: Music, rain: Path) -> None:
    music.tag()
    planned, = plan(music, "Rain.flac")
    assert write(planned) is None and planned.file.read_bytes() == planned.content
    assert [again.state for again in plan(music, "Rain.flac")] == [SidecarState.SAME]
    stamp = planned.file.stat().st_mtime_ns
    assert write(plan(music, "Rain.flac")[0]) is None
    assert planned.file.stat().st_mtime_ns == stamp
    music.store.set_label(music.song("Rain.flac"), "calmness", Verdict.ADDED)
    changed, = plan(music, "Rain.flac")
    assert changed.state is SidecarState.UPDATED and write(changed) is None
    assert "calmness" in planned.file.read_text("utf-8")


def test_words_on_lines_stand_over_what_the_tagger_said_of_them(
        music: Music, rain: Path) -> None:
    music.tag()
    music.store.say_of_lines(music.song("Rain.flac"), [Saying("calmness", 0, 0, Verdict.ADDED),
                                                       Saying("sadness", 0, 0, Verdict.REJECTED)])
    told = json.loads(plan(music, "Rain.flac")[0].content)
    first = told["excerpts"][0]
    assert (first["first_line"], first["last_line"]) == (0, 0)
    assert first["tags"] == [{"tag": "calmness", "score": 1.0}]
    assert [tag["tag"] for tag in told["tags"]] == ["sadness"]


@pytest.mark.parametrize("theirs", [b"{}", b"[1]", b"not json", b'{"format": "other"}',
                                    b" " * 5_000_000])
def test_other_peoples_files_are_left_as_they_are(music: Music, rain: Path,
                                                  theirs: bytes) -> None:
    music.tag()
    file = music.folder / "Rain.moods.json"
    file.write_bytes(theirs)
    planned, = plan(music, "Rain.flac")
    assert planned.state is SidecarState.FOREIGN
    failure = write(planned)
    assert failure is not None and "another program" in failure.message
    assert file.read_bytes() == theirs


def test_a_file_that_came_after_the_plan_is_left_as_it_is(music: Music, rain: Path) -> None:
    music.tag()
    planned, = plan(music, "Rain.flac")
    planned.file.write_text("theirs")
    assert write(planned) is not None and planned.file.read_text() == "theirs"


def test_two_recordings_of_one_name_have_one_file(music: Music, rain: Path) -> None:
    music.record("Rain.mp3", GLAD, "Sun")
    (music.folder / "Rain.lrc").unlink()
    music.put("Rain.lrc", SAD)
    music.tag()
    assert len({each.file for each in plan(music, "Rain.flac", "Rain.mp3")}) == len(
        plan(music, "Rain.flac", "Rain.mp3")) == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_closed_is_a_sentence(music: Music, rain: Path) -> None:
    music.tag()
    planned, = plan(music, "Rain.flac")
    music.folder.chmod(0o500)
    failure = write(planned)
    music.folder.chmod(0o700)
    assert failure is not None and failure.message


def test_a_folder_that_went_is_a_sentence(music: Music, rain: Path) -> None:
    music.tag()
    planned, = plan(music, "Rain.flac")
    failure = write(replace(planned, file=music.folder / "gone" / "x.moods.json"))
    assert failure is not None and "could not be written" in failure.message
