"""What would be written: whose moods are whose, and the sentence of every file left out."""

from dataclasses import replace
from pathlib import Path

import mutagen
import pytest

from engine.tagging.labels import Verdict
from engine.tagging.writing.values import (
    FileMoods,
    ForeignMoods,
    WriteKind,
    WriteOptions,
    WriteScope,
)
from tests.engine.tagging.writing.music import Music


def set_mood(path: Path, *values: str) -> None:
    """Another program's moods in a FLAC file."""
    audio = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    audio.tags["MOOD"] = list(values)
    audio.save()


def test_planning_touches_nothing(music: Music) -> None:
    path = music.add("song.flac")
    before = path.read_bytes(), path.stat().st_mtime_ns
    plan = music.planned("song.flac")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert plan.changes
    assert plan.before == FileMoods()
    assert plan.after == FileMoods(("Happiness", "Optimism"), "",
                                   "Happiness=1.00; Optimism=1.00")
    assert (plan.format, plan.title, plan.kind) == ("FLAC", "song", WriteKind.TAG)
    assert music.database.all("SELECT 1 FROM tag_write") == []


@pytest.mark.parametrize("foreign, there, wanted", [
    (ForeignMoods.ADD, ("Melancholy",), ("Melancholy", "Happiness", "Optimism")),
    (ForeignMoods.ADD, ("happiness/Sad",), ("happiness/Sad", "Optimism")),
    (ForeignMoods.REPLACE, ("Melancholy",), ("Happiness", "Optimism"))])
def test_moods_of_others_are_added_to_or_replaced(
        foreign: ForeignMoods, there: tuple[str, ...], wanted: tuple[str, ...],
        music: Music) -> None:
    path = music.add("song.flac")
    set_mood(path, *there)
    music.options = WriteOptions(foreign)
    plan = music.planned("song.flac")
    assert plan.foreign == there
    assert plan.after.moods == wanted


def test_moods_of_others_are_kept_where_they_shall_be(music: Music) -> None:
    set_mood(music.add("theirs.flac"), "Melancholy")
    music.add("none.flac")
    music.options = WriteOptions(ForeignMoods.KEEP)
    theirs, none = music.plan()
    assert "are kept" in theirs.message
    assert theirs.after == theirs.before
    assert none.changes


def test_our_own_moods_of_before_give_way_and_theirs_stay(music: Music) -> None:
    # GIVEN a file with one mood of another program and ours added to it
    path = music.add("song.flac", "optimism")
    set_mood(path, "Melancholy")
    music.write()
    # WHEN the person thinks otherwise
    song = music.songs["song.flac"]
    music.store.set_label(song, "optimism", Verdict.REJECTED)
    music.store.set_label(song, "nostalgia", Verdict.ADDED)
    # THEN just what we wrote is exchanged, now and when nothing of ours is left
    assert music.planned("song.flac").after.moods == ("Melancholy", "Nostalgia")
    music.store.set_label(song, "nostalgia", Verdict.REJECTED)
    assert music.planned("song.flac").after == FileMoods(("Melancholy",))


def test_ours_are_known_without_our_record_by_the_fields_beside_them(music: Music) -> None:
    path = music.add("song.flac")
    set_mood(path, "Calm", "Melancholy")
    audio = mutagen.File(path)
    audio.tags["MOOD_MODEL"], audio.tags["MOOD_SCORES"] = ["some@1"], ["Calm=0.50"]
    audio.save()
    assert music.planned("song.flac").foreign == ("Melancholy",)


def test_in_one_value_theirs_are_told_from_ours(music: Music) -> None:
    from mutagen.id3 import ID3, TMOO

    path = music.add("song.mp3", "optimism")
    tags = ID3()
    tags.add(TMOO(encoding=0, text=["Blue; Slow"]))
    tags.save(path, v2_version=3)
    assert music.planned("song.mp3").after.moods == ("Blue; Slow; Optimism",)
    music.write()
    song = music.songs["song.mp3"]
    music.store.set_label(song, "optimism", Verdict.REJECTED)
    music.store.set_label(song, "nostalgia", Verdict.ADDED)
    assert music.planned("song.mp3").after.moods == ("Blue; Slow; Nostalgia",)


def test_a_mood_with_a_stroke_in_its_name_is_one_of_ours(music: Music) -> None:
    from engine.tagging.vocabulary import Mood

    music.add("song.mp3", "rock_pop")
    music.writer._vocabulary = music.writer._vocabulary.with_moods(
        [Mood("rock_pop", "Rock/Pop", 0.0, 0.0)])
    music.write()
    music.store.set_label(music.songs["song.mp3"], "rock_pop", Verdict.REJECTED)
    assert music.planned("song.mp3").after == FileMoods()


def test_two_tags_of_one_file_are_seen_as_one(music: Music) -> None:
    from mutagen.apev2 import APEv2
    from mutagen.id3 import ID3, TMOO

    path = music.add("song.mp3", "optimism")
    front, back = ID3(), APEv2()
    front.add(TMOO(encoding=3, text=["Blue"]))
    front.save(path)
    back["Mood"] = ["Blue", "Slow"]
    back.save(path)
    plan = music.planned("song.mp3")
    assert plan.before.moods == ("Blue", "Slow")
    assert plan.after.moods == ("Blue", "Slow", "Optimism")
    music.write()
    assert list(APEv2(path)["Mood"]) == ID3(path)["TMOO"].text == ["Blue", "Slow", "Optimism"]


def test_each_field_beside_can_be_left_out(music: Music) -> None:
    music.add("song.flac")
    music.options = WriteOptions(tagger=False, scores=False)
    assert music.planned("song.flac").after == FileMoods(("Happiness", "Optimism"))


def test_every_file_left_out_says_why(music: Music, tmp_path: Path) -> None:
    music.add("gone.flac").unlink()
    music.add("words.txt", sound=b"words of a song")
    music.add("plain.aac", sound=b"\xff\xf1\x50\x80" + bytes(60))
    music.add("page.mp3", sound=b"<html>not found</html>" * 9)
    music.add("cut.flac", sound=b"fLaC\x00\x00\x00\x22short")
    untagged = music.add("untagged.flac")
    music.store.set_label(music.songs[untagged.name], "optimism", None)
    music.store.set_label(music.songs[untagged.name], "happiness", None)
    locked = music.add("locked.flac")
    locked.chmod(0o444)
    plans = {plan.path.name: plan for plan in music.plan()}
    told = {name: plan.message for name, plan in plans.items()}
    assert told == {
        "gone.flac": "This file is no longer there.",
        "words.txt": "This is a text, which has no place for moods.",
        "plain.aac": "Plain .aac files without a tag cannot hold moods.",
        "page.mp3": "This file is damaged or of a kind that moods cannot be written into.",
        "cut.flac": "The tag of this file is damaged, so nothing is written into it.",
        "untagged.flac": "This song was not tagged yet.",
        "locked.flac": "This file is read-only."}
    assert all(plan.hint and not plan.changes for plan in plans.values())
    assert music.write() == []


def test_a_song_unknown_or_without_a_file_breaks_nothing(music: Music) -> None:
    from engine.settings import Settings
    from engine.tagging.reading import lyric_from_text

    pasted = music.store.record_song("paste:1", None, lyric_from_text("words alone"), "en")
    music.store.set_label(pasted, "optimism", Verdict.ADDED)
    plan, = music.writer.plan([999, pasted, pasted], Settings(), music.options)
    assert "no file of their own" in plan.message


def test_a_song_in_two_files_is_written_into_both(music: Music) -> None:
    music.add("one.flac")
    song = music.songs["one.flac"]
    other = music.folder / "two.flac"
    other.write_bytes((music.folder / "one.flac").read_bytes())
    music.database.execute(
        "INSERT INTO place (path, song_id, is_file, found_at) VALUES (?, ?, 1, '')",
        (str(other), song))
    assert [plan.path.name for plan in music.plan("one.flac")] == ["one.flac", "two.flac"]
    assert len(music.write("one.flac")) == 2


def test_files_that_cannot_hold_moods_get_one_beside(music: Music) -> None:
    # GIVEN words and a recording without a place for moods, and a stranger's file beside a third
    music.options = WriteOptions(sidecars=True)
    music.add("words.txt", "optimism", sound=b"words of a song")
    music.add("plain.aac", "optimism", sound=b"\xff\xf1\x50\x80" + bytes(60))
    music.add("other.txt", sound=b"other words")
    stranger = music.folder / "other.moods.json"
    stranger.write_text('{"mine": 1}')
    clean = music.hashes()
    # WHEN they are planned and written
    plans = {plan.path.name: plan for plan in music.plan()}
    assert plans["words.moods.json"].kind is WriteKind.SIDECAR
    assert plans["words.moods.json"].after.moods == ("optimism",)
    assert "Another file stands beside" in plans["other.moods.json"].message
    assert len(music.write()) == 2
    # THEN they say so, a second time there is nothing to do, and undo takes them away
    assert '"tag": "optimism"' in (music.folder / "words.moods.json").read_text()
    assert not any(plan.changes for plan in music.plan())
    assert all(answer.exact for answer in music.undo())
    assert music.hashes() == clean
    # AND one that changed is written over, and comes back
    list(music.writer.redo(WriteScope()))
    music.store.set_label(music.songs["words.txt"], "nostalgia", Verdict.ADDED)
    kept = music.hashes()
    assert len(music.write()) == 1
    assert music.undo(WriteScope(batch=music.writer.batches()[0].id))[0].exact
    assert music.hashes() == kept


def test_two_recordings_of_one_name_share_no_file(music: Music) -> None:
    music.options = WriteOptions(sidecars=True)
    music.add("song.txt", sound=b"words of one")
    music.add("song.aac", sound=b"\xff\xf1\x50\x80" + bytes(60))
    first, second = music.plan()
    assert first.changes
    assert "Another recording" in second.message


def test_a_plan_is_a_value_that_can_be_thinned_out(music: Music) -> None:
    music.add("one.flac")
    music.add("two.flac")
    chosen = [plan for plan in music.plan() if plan.path.name == "two.flac"]
    assert [answer.path.name for answer in music.writer.write(chosen)] == ["two.flac"]
    assert replace(chosen[0], message="no").changes is False
