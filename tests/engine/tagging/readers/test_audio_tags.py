"""Embedded lyrics of every kind of recording, in recordings of a few bytes made here."""

from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.apev2 import APEv2
from mutagen.asf import ASFUnicodeAttribute
from mutagen.id3 import ID3, SYLT, TALB, TIT2, TPE1, TXXX, USLT
from mutagen.mp4 import MP4FreeForm

from engine.errors import EngineError
from engine.tagging.reading import read_lyric
from tests.engine.tagging.tiny_audio import write_tiny

WORDS = "down by the water\nnobody came"
LRC = "[00:01.00]down by the water\n[00:03.50]nobody came"


def tagged(path: Path, **fields: Any) -> Path:
    """A tiny recording with these raw tag fields."""
    audio = mutagen.File(write_tiny(path))
    if audio.tags is None:
        audio.add_tags()
    for key, value in fields.items():
        if isinstance(audio.tags, ID3):
            audio.tags.add(value)
        else:
            audio[key] = value
    audio.save()
    return path


def id3_fields(words: str) -> dict[str, Any]:
    return {"a": USLT(encoding=3, lang="XXX", text=words), "b": TIT2(encoding=3, text="Low Tide"),
            "c": TPE1(encoding=3, text="Ann Bee"), "d": TALB(encoding=3, text="Shore")}


def text_fields(words: str, key: str) -> dict[str, Any]:
    return {key: words, "TITLE": "Low Tide", "ARTIST": "Ann Bee", "ALBUM": "Shore"}


def mp4_fields(words: str) -> dict[str, Any]:
    return {"\xa9lyr": words, "\xa9nam": "Low Tide", "\xa9ART": "Ann Bee", "\xa9alb": "Shore"}


def asf_fields(words: str, key: str = "WM/Lyrics") -> dict[str, Any]:
    return {key: words, "Title": "Low Tide", "Author": "Ann Bee", "WM/AlbumTitle": "Shore"}


EVERY_KIND = [
    *[(suffix, "ID3 USLT", id3_fields) for suffix in (".mp3", ".aiff", ".wav", ".dsf")],
    *[(suffix, f"Vorbis {key}", lambda words, key=key: text_fields(words, key))
      for suffix in (".flac", ".ogg", ".opus") for key in ("LYRICS", "UNSYNCEDLYRICS")],
    *[(suffix, "MP4 \xa9lyr", mp4_fields) for suffix in (".m4a", ".mp4")],
    *[(suffix, "APEv2 Lyrics", lambda words: text_fields(words, "Lyrics"))
      for suffix in (".ape", ".wv", ".mpc")],
    (".wma", "WM/Lyrics", asf_fields),
]


@pytest.mark.parametrize("suffix, source, fields", EVERY_KIND)
def test_plain_lyrics_and_names_are_read_from_every_kind(
        tmp_path: Path, suffix: str, source: str, fields: Any) -> None:
    lyric = read_lyric(tagged(tmp_path / f"x{suffix}", **fields(WORDS)))
    assert lyric.words == WORDS
    assert lyric.source == source
    assert (lyric.title, lyric.artist, lyric.album) == ("Low Tide", "Ann Bee", "Shore")
    assert not lyric.timed


@pytest.mark.parametrize("suffix, source, fields", EVERY_KIND)
def test_lrc_text_in_plain_fields_is_timed(tmp_path: Path, suffix: str, source: str,
                                           fields: Any) -> None:
    lyric = read_lyric(tagged(tmp_path / f"x{suffix}", **fields(LRC)))
    assert [(line.start_ms, line.end_ms, line.words) for line in lyric.lines] == [
        (1_000, 3_500, "down by the water"), (3_500, None, "nobody came")]


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".m4a", ".mp4", ".wma",
                                    ".aiff", ".wav", ".ape", ".dsf", ".wv", ".mpc"])
def test_a_recording_without_words_says_what_to_do(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(EngineError) as caught:
        read_lyric(write_tiny(tmp_path / f"x{suffix}"))
    assert caught.value.message == "This file holds no words."
    assert caught.value.hint == "Drop its .lrc beside it, or paste the lyric."


@pytest.mark.parametrize("pieces", [
    [("down by the water", 1_000), ("nobody came", 3_500)],
    [("down ", 1_000), ("by the ", 1_400), ("water", 1_800), ("\nnobody ", 3_500), ("came", 3_900)],
    [("down by the water\n", 1_000), ("nobody came\n", 3_500)],
], ids=["lines", "syllables", "lines with ends"])
def test_synchronised_frames_give_timed_lines(
        tmp_path: Path, pieces: list[tuple[str, int]]) -> None:
    sylt = SYLT(encoding=3, lang="XXX", format=2, type=1, text=pieces)
    lyric = read_lyric(tagged(tmp_path / "x.mp3", a=sylt, **{"b": USLT(encoding=3, text=WORDS)}))
    assert lyric.source == "ID3 SYLT"
    assert [(line.start_ms, line.words) for line in lyric.lines if line.words] == [
        (1_000, "down by the water"), (3_500, "nobody came")]


@pytest.mark.parametrize("sylt", [
    SYLT(encoding=3, lang="XXX", format=1, type=1, text=[("in frames", 1)]),
    SYLT(encoding=3, lang="XXX", format=2, type=6, text=[("C major, G major, and so on", 1)]),
    SYLT(encoding=3, lang="XXX", format=2, type=1, text=[("stub", 1)])],
    ids=["frames", "chords", "far fewer words"])
def test_synchronised_frames_that_do_not_serve_give_way_to_plain_ones(
        tmp_path: Path, sylt: SYLT) -> None:
    lyric = read_lyric(tagged(tmp_path / "x.mp3", a=sylt, b=USLT(encoding=3, text=WORDS)))
    assert (lyric.source, lyric.words) == ("ID3 USLT", WORDS)


def test_the_fullest_of_several_lyrics_wins(tmp_path: Path) -> None:
    lyric = read_lyric(tagged(tmp_path / "x.mp3", a=USLT(encoding=3, lang="eng", text="down"),
                              b=USLT(encoding=3, lang="deu", text=WORDS)))
    assert lyric.words == WORDS


def test_less_usual_fields_are_found(tmp_path: Path) -> None:
    own_text = TXXX(encoding=3, desc="LYRICS", text=WORDS)
    assert read_lyric(tagged(tmp_path / "a.mp3", a=own_text)).words == WORDS
    freeform = MP4FreeForm(WORDS.encode())
    assert read_lyric(tagged(tmp_path / "b.m4a", **{
        "----:com.apple.iTunes:UNSYNCEDLYRICS": freeform})).words == WORDS
    timed = {"WM/Lyrics_Synchronised": [ASFUnicodeAttribute(LRC)]}
    assert read_lyric(tagged(tmp_path / "c.wma", **timed)).timed


def test_an_ape_tag_at_the_end_of_an_mp3_is_found(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "x.mp3")
    tag = APEv2()
    tag["Lyrics"] = WORDS
    tag.save(path)
    assert read_lyric(path).words == WORDS


def test_frames_that_say_latin1_and_hold_chinese_are_read(tmp_path: Path) -> None:
    # GIVEN a tag as old programs wrote it: Chinese bytes declared as Latin-1
    garbled = "窗外下着雨\n没有人来".encode("gb18030").decode("latin-1")
    path = tagged(tmp_path / "x.mp3", a=USLT(encoding=0, text=garbled))

    # WHEN it is read / THEN the words are right
    assert read_lyric(path).words == "窗外下着雨\n没有人来"


def test_words_are_read_from_a_recording_whose_sound_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    ID3().save(path)
    tag = ID3(path)
    tag.add(USLT(encoding=3, text=WORDS))
    tag.save(path)
    with path.open("ab") as file:
        file.write(b"\x00\x01no frame in here" * 40)
    assert read_lyric(path).words == WORDS


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wma", ".aiff",
                                    ".wav", ".ape", ".dsf", ".wv", ".mpc", ".mp4"])
@pytest.mark.parametrize("damage", ["cut", "scrambled", "text"])
def test_a_damaged_recording_is_one_sentence(tmp_path: Path, suffix: str, damage: str) -> None:
    # GIVEN a recording that is cut off, overwritten in part, or no recording at all
    path = write_tiny(tmp_path / f"x{suffix}")
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:len(whole) // 2], "text": b"just some words\n" * 20,
                      "scrambled": whole[:6] + bytes(255 - byte for byte in whole[6:])}[damage])

    # WHEN it is read / THEN it is refused in plain words, as damaged or as wordless
    with pytest.raises(EngineError) as caught:
        read_lyric(path)
    assert caught.value.message in ("This recording is damaged or of a kind that cannot be read.",
                                    "This file holds no words.")
    assert caught.value.hint


def test_an_empty_recording_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    path.touch()
    with pytest.raises(EngineError, match="empty"):
        read_lyric(path)
