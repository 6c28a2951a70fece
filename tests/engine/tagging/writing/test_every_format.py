"""Moods in every kind of recording: written, read by others, and taken out to the last byte."""

import io
from pathlib import Path
from typing import Any

import mutagen
import pytest

from engine.errors import EngineError
from engine.tagging.writing.formats import mood_splices, tag_holder
from engine.tagging.writing.proof import prove, prove_sound, reader_of, sound_hash, told
from engine.tagging.writing.splice import (
    backward,
    changes,
    copy_spliced,
    forward,
    pack,
    unpack,
)
from engine.tagging.writing.values import FileMoods
from tests.engine.tagging.tiny_audio import write_tiny
from tests.engine.tagging.writing.music import Music

SUFFIXES = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wma", ".aiff", ".wav", ".ape", ".dsf",
            ".wv", ".mpc")
MOODS = FileMoods(("Hope", "Größe", "歌"), "tagger@1", "Hope=0.93; Größe=0.50; 歌=0.40")


def rewritten(data: bytes, path: Path, moods: FileMoods) -> bytes:
    """A file's bytes with its fields changed; turned back they must be what they were."""
    source, target, back = io.BytesIO(data), io.BytesIO(), io.BytesIO()
    holder = tag_holder(source, path)
    splices = mood_splices(holder, moods)
    difference = unpack(pack(changes(source, splices)))
    assert forward(difference) == splices
    copy_spliced(source, target, splices)
    copy_spliced(target, back, backward(difference))
    assert back.getvalue() == data
    after = tag_holder(target, path)
    assert after.read() == holder.normal(moods)
    assert sound_hash(target, after) == sound_hash(source, holder)
    return target.getvalue()


def with_others(path: Path) -> Path:
    """A tiny recording with a title, an artist and a cover from another program."""
    write_tiny(path)
    audio: Any = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    if hasattr(audio.tags, "getall"):
        from mutagen.id3 import APIC, TIT2, TPE1

        audio.tags.add(TIT2(encoding=3, text=["Harbour"]))
        audio.tags.add(TPE1(encoding=3, text=["Ana"]))
        audio.tags.add(APIC(encoding=0, mime="image/png", type=3, desc="", data=bytes(999)))
    else:
        name = {".m4a": "\xa9nam", ".flac": "title", ".ogg": "title", ".opus": "title"}
        audio[name.get(path.suffix, "Title")] = "Harbour"
    audio.save()
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("make", [write_tiny, with_others], ids=["bare", "tagged"])
def test_fields_come_grow_shrink_and_go(suffix: str, make: Any, tmp_path: Path) -> None:
    path = make(tmp_path / f"song{suffix}")
    data = path.read_bytes()
    reader = reader_of(path)
    others = told(reader, path).others
    # WHEN moods come, become far more than any padding holds, shrink and go
    long = 30_000 if suffix == ".wma" else 70_000  # more would not fit into one value there
    for moods in (MOODS, FileMoods(("A" * 3000,), "t" * long, ""), FileMoods(("Calm",)),
                  FileMoods(), MOODS):
        data = rewritten(data, path, moods)
        path.write_bytes(data)
        # THEN mutagen, which did not write them, reads just these, and all else as before
        seen = told(reader, path)
        assert seen.others == others
        assert seen.moods.tagger == moods.tagger
        assert set(" ".join(seen.moods.moods).split()) == set(" ".join(moods.moods).split())
    # AND the same moods change nothing
    assert rewritten(data, path, MOODS) == data


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_taglib_reads_what_was_written(suffix: str, music: Music) -> None:
    taglib = pytest.importorskip("taglib")
    path = music.add(f"song{suffix}")
    if suffix in (".wv", ".mpc", ".ape", ".wma"):
        pytest.skip("TagLib wants more sound than a tiny recording has") if not _opens(
            taglib, path) else None
    music.write()
    with taglib.File(str(path)) as file:
        assert file.tags["MOOD"] == ["Happiness", "Optimism"]
        assert file.tags["MOOD_SCORES"] == ["Happiness=1.00; Optimism=1.00"]


def _opens(taglib: Any, path: Path) -> bool:
    try:
        with taglib.File(str(path)):
            return True
    except OSError:
        return False


def test_a_recording_told_by_an_old_tag_alone_is_proved_too(music: Music) -> None:
    sound = write_tiny(music.folder / "sound.mp3").read_bytes()
    (music.folder / "sound.mp3").unlink()
    old = b"TAG" + b"Rain".ljust(30, b"\0") + b"Ana".ljust(60) + b"1999" + bytes(30) + b"\x11"
    path = music.add("song.mp3", sound=sound + old)
    music.write()
    reader = reader_of(path)
    assert {"Rain", "Ana", "1999", "Rock"} <= told(reader, path).texts
    assert music.undo()[0].exact


def test_a_copy_that_lost_something_is_never_put_in_place(tmp_path: Path) -> None:
    # GIVEN copies in which more than our fields is another: a title, a picture, the sound
    path, copy = with_others(tmp_path / "song.mp3"), tmp_path / "copy.mp3"
    right = rewritten(path.read_bytes(), path, MOODS)
    for old, new in ((b"Harbour", b"Hardour"), (bytes(999), bytes(998) + b"x")):
        assert old in right
        copy.write_bytes(right.replace(old, new, 1))
        # THEN none is taken for a proof
        with pytest.raises(EngineError, match="did not read back"):
            prove(path, copy, MOODS)
    copy.write_bytes(right)
    prove(path, copy, MOODS)
    with pytest.raises(EngineError, match="did not read back"):
        prove(path, copy, FileMoods(("Calm",)))
    spoilt = io.BytesIO(right[:-5] + b"x" + right[-4:])
    with pytest.raises(EngineError, match="did not read back"), path.open("rb") as file:
        prove_sound(file, tag_holder(file, path), spoilt, tag_holder(spoilt, path))


def test_all_at_once_there_and_back(music: Music) -> None:
    # GIVEN one song of every kind
    for suffix in SUFFIXES:
        music.add(f"song{suffix[1:]}{suffix}")
    clean = music.hashes()
    # WHEN they are written
    written = music.write()
    # THEN all are changed, nothing lies beside them, and a second time there is nothing to do
    assert len(written) == len(SUFFIXES)
    dirty = music.hashes()
    assert dirty.keys() == clean.keys()
    assert not set(dirty.values()) & set(clean.values())
    assert not any(plan.changes or plan.message for plan in music.plan())
    # AND what is undone, redone and undone again is the same to the byte each time
    for wanted in (clean, dirty, clean):
        answers = music.undo() if wanted is clean else list(music.writer.redo(_all()))
        assert all(getattr(answer, "exact", True) for answer in answers)
        assert len(answers) == len(SUFFIXES)
        assert music.hashes() == wanted


def _all() -> Any:
    from engine.tagging.writing.values import WriteScope

    return WriteScope()
