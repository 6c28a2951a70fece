"""Written, taken back, made again: what is kept of it, and what others do to the files between."""

from pathlib import Path
from typing import Any

import mutagen
import pytest

from engine.errors import EngineError
from engine.settings import Settings
from engine.tagging.intake import fingerprint
from engine.tagging.labels import Verdict
from engine.tagging.song_identity import place_of
from engine.tagging.writing import carrying_out
from engine.tagging.writing.values import (
    NotUndone,
    NotWritten,
    Undone,
    WriteScope,
    WriteState,
    Written,
)
from engine.tagging.writing.writing_lock import writing_lock
from tests.engine.tagging.writing.music import Music


def retitle(path: Path, **fields: Any) -> None:
    """Another program changes a FLAC file."""
    audio: Any = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    for name, value in fields.items():
        audio.tags[name] = value
    audio.save()


def test_a_write_is_recorded_by_song_batch_and_tagger(music: Music) -> None:
    music.add("one.flac")
    music.add("two.mp3")
    first, = music.write("one.flac")
    music.write("two.mp3")
    assert isinstance(first, Written)
    batches = music.writer.batches()
    assert [(batch.files, batch.undone) for batch in batches] == [(1, 0), (1, 0)]
    assert batches[1].id == first.batch
    note, = music.writer.writes(WriteScope(songs=(music.songs["one.flac"],)))
    assert (note.id, note.state, note.format) == (first.id, WriteState.WRITTEN, "FLAC")
    assert note.after == first.after
    assert music.writer.writes(WriteScope(songs=())) == ()
    assert music.writer.writes(WriteScope(writes=())) == ()
    assert music.writer.writes(WriteScope(tagger="none")) == ()
    assert len(music.writer.writes(WriteScope())) == 2


def test_all_that_one_version_wrote_is_taken_back(music: Music) -> None:
    for name, tagger in (("a.flac", "moods@1"), ("b.flac", "moods@2"), ("c.flac", "moods@1")):
        music.add(name)
        music.write(name)
        music.database.execute("UPDATE tag_write SET tagger = ? WHERE id ="
                               " (SELECT max(id) FROM tag_write)", (tagger,))
    gone = music.undo(WriteScope(tagger="moods@1"))
    assert [answer.path.name for answer in gone] == ["c.flac", "a.flac"]
    assert len(music.undo(WriteScope(tagger="mood"))) == 0
    assert [answer.path.name for answer in music.undo(WriteScope(tagger="moods"))] == ["b.flac"]


def test_the_library_still_knows_its_files(music: Music) -> None:
    path = music.add("song.flac")
    touched = music.add("touched.flac")
    retitle(touched, title="new")  # changed since it was read, and stays so
    for act in (music.write, music.undo):
        act()
        mark = fingerprint(path)
        stored = music.database.first("SELECT size, mtime_ns FROM place WHERE path = ?",
                                      (place_of(path),))
        assert stored == (mark.size, mark.mtime_ns)
        mark = fingerprint(touched)
        assert music.database.first("SELECT 1 FROM place WHERE size = ? AND mtime_ns = ?",
                                    (mark.size, mark.mtime_ns)) is None


def test_a_file_changed_since_the_preview_is_left_alone(music: Music) -> None:
    path = music.add("song.flac")
    music.add("other.flac")
    plan = music.plan()
    retitle(path, title="new")
    content = path.read_bytes()
    answers = list(music.writer.write(plan))
    assert isinstance(answers[0], NotWritten)
    assert "changed since the preview" in answers[0].message
    assert path.read_bytes() == content
    assert isinstance(answers[1], Written)
    assert music.hashes().keys() == {"song.flac", "other.flac"}


def test_a_file_that_went_since_the_preview_says_so(music: Music) -> None:
    path = music.add("song.flac")
    plan = music.plan()
    path.unlink()
    answer, = music.writer.write(plan)
    assert isinstance(answer, NotWritten)
    assert "no longer there" in answer.message
    assert music.writer.batches() == ()


def test_where_others_changed_other_fields_only_ours_go_back(music: Music) -> None:
    path = music.add("song.flac")
    retitle(path, mood=["Blue"])
    music.write()
    retitle(path, title="Harbour")
    answer, = music.undo()
    assert isinstance(answer, Undone)
    assert not answer.exact
    assert "only its moods" in answer.message
    audio: Any = mutagen.File(path)
    assert dict(audio.tags) == {"mood": ["Blue"], "title": ["Harbour"]} or (
        audio.tags["MOOD"] == ["Blue"] and audio.tags["TITLE"] == ["Harbour"]
        and "MOOD_SCORES" not in audio.tags)
    # AND made again, it can be taken back to this
    kept = path.read_bytes()
    again, = music.writer.redo(WriteScope())
    assert isinstance(again, Written)
    assert music.undo()[0].exact
    assert path.read_bytes() == kept


def test_where_others_changed_the_moods_the_file_is_theirs(music: Music) -> None:
    path = music.add("song.flac")
    music.write()
    retitle(path, mood=["Entirely theirs"])
    content = path.read_bytes()
    answer, = music.undo()
    assert isinstance(answer, NotUndone)
    assert "changed since" in answer.message
    assert path.read_bytes() == content
    assert music.writer.writes(WriteScope())[0].state is WriteState.WRITTEN


def test_where_others_took_the_moods_out_nothing_is_left_to_do(music: Music) -> None:
    path = music.add("song.flac")
    music.write()
    audio: Any = mutagen.File(path)
    audio.tags.clear()
    audio.save()
    content = path.read_bytes()
    answer, = music.undo()
    assert isinstance(answer, Undone)
    assert "no longer in the file" in answer.message
    assert path.read_bytes() == content


def test_a_later_write_is_taken_back_first(music: Music) -> None:
    path = music.add("song.flac", "optimism")
    clean = path.read_bytes()
    first, = music.write()
    music.store.set_label(music.songs["song.flac"], "nostalgia", Verdict.ADDED)
    music.write()
    refused, = music.undo(WriteScope(writes=(first.id,)))
    assert isinstance(refused, NotUndone)
    assert "later write" in refused.hint
    assert all(answer.exact for answer in music.undo())
    assert path.read_bytes() == clean


def test_a_moved_file_takes_its_writes_along(music: Music) -> None:
    path = music.add("song.flac")
    clean = path.read_bytes()
    music.write()
    moved = path.rename(music.folder / "moved.flac")
    music.database.execute("UPDATE place SET path = ? WHERE path = ?",
                           (place_of(moved), place_of(path)))
    answer, = music.undo()
    assert (answer.path, answer.exact) == (moved, True)
    assert moved.read_bytes() == clean


def test_a_forgotten_song_can_still_be_taken_back(music: Music) -> None:
    path = music.add("song.flac")
    clean = path.read_bytes()
    music.write()
    music.database.execute("DELETE FROM song")
    answer, = music.undo()
    assert (answer.song_id, answer.exact) == (None, True)
    assert path.read_bytes() == clean


def test_a_file_gone_and_a_damaged_record_say_so(music: Music) -> None:
    music.add("gone.flac")
    music.add("record.flac")
    music.write()
    (music.folder / "gone.flac").unlink()
    music.database.execute("UPDATE tag_write SET difference = x'00' WHERE path LIKE '%record.flac'")
    told = {answer.path.name: answer.message for answer in music.undo()}
    assert told["gone.flac"] == "This file is no longer there."
    assert "record of this write is damaged" in told["record.flac"]


def test_stopping_stops_between_two_files(music: Music) -> None:
    for name in ("a.flac", "b.flac", "c.flac"):
        music.add(name)
    writing = music.writer.write(music.plan())
    next(writing)
    writing.close()
    assert music.writer.batches()[0].files == 1
    assert len(music.write()) == 2


def test_only_one_window_writes_at_a_time(music: Music, tmp_path: Path) -> None:
    music.add("song.flac")
    plan = music.plan()
    with writing_lock(tmp_path / "writing.lock"):
        with pytest.raises(EngineError, match="Another window"):
            list(music.writer.write(plan))
        with pytest.raises(EngineError, match="Another window"):
            music.undo()
        assert music.writer.settle() == 0
    assert len(list(music.writer.write(plan))) == 1


@pytest.mark.parametrize("moment", ["make_copy", "_prove", "put_in_place"])
def test_whatever_fails_the_file_stays_and_nothing_is_left(
        moment: str, music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    music.add("song.flac")
    clean = music.hashes()
    plan = music.plan()

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(carrying_out, moment, fail)
    answer, = music.writer.write(plan)
    assert isinstance(answer, NotWritten)
    assert "refused to write this file (Input/output error)" in answer.message
    assert music.hashes() == clean
    assert music.writer.batches() == ()
    assert music.database.all("SELECT 1 FROM tag_write") == []


@pytest.mark.parametrize("replaced", [False, True], ids=["before", "after"])
def test_an_end_in_the_midst_is_settled_at_the_next_start(
        replaced: bool, music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN a program that ended just before, or just after, it replaced a file
    music.add("song.flac")
    clean = music.hashes()
    real = carrying_out.put_in_place

    class Ended(BaseException):
        pass

    def end(copy: Path, path: Path) -> None:
        if replaced:
            real(copy, path)
        raise Ended

    with monkeypatch.context() as patch:
        patch.setattr(carrying_out, "put_in_place", end)
        patch.setattr(carrying_out.CarryingOut, "settle", lambda *_: None)
        with pytest.raises(Ended):
            music.write()
    assert len(music.hashes()) == 1 + (not replaced)
    # WHEN it starts again
    assert music.writer.settle() == 1
    # THEN nothing is left over, and the record tells what is
    assert music.hashes().keys() == clean.keys()
    assert len(music.writer.writes(WriteScope())) == replaced
    assert music.writer.settle() == 0
    assert all(answer.exact for answer in music.undo())
    assert music.hashes() == clean


def test_a_library_that_cannot_note_the_end_is_told_later(
        music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    path = music.add("song.flac")
    clean = path.read_bytes()

    def busy(*_: object) -> None:
        raise EngineError("The library is in use by another program.")

    with monkeypatch.context() as patch:
        patch.setattr(carrying_out.WriteRecord, "reached", busy)
        assert isinstance(music.write()[0], Written)
    assert path.read_bytes() != clean
    assert music.writer.settle() == 1
    assert music.undo()[0].exact
    assert path.read_bytes() == clean


def test_a_look_at_the_folder_meanwhile_does_no_harm(
        music: Music, monkeypatch: pytest.MonkeyPatch) -> None:
    music.add("song.flac")
    real = carrying_out.put_in_place

    def scanned(copy: Path, path: Path) -> None:
        real(copy, path)
        music.database.execute("UPDATE place SET changed = 1")

    monkeypatch.setattr(carrying_out, "put_in_place", scanned)
    music.write()
    assert music.database.all("SELECT changed FROM place") == [(0,)]


def test_nothing_but_our_own_copies_is_ever_removed(music: Music) -> None:
    path = music.add("song.flac")
    music.write()
    music.database.execute("UPDATE tag_write SET goal = 'undone', temporary = ?", (str(path),))
    assert music.writer.settle() == 1
    assert path.exists()
    assert music.writer.writes(WriteScope())[0].state is WriteState.WRITTEN


def test_no_settings_are_needed_to_plan_nothing(music: Music) -> None:
    assert list(music.writer.plan([], Settings(), music.options)) == []
    assert list(music.writer.write([])) == []
    assert music.writer.batches() == ()
