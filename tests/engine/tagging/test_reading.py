"""Files to lyrics: formats, sidecars, names, and one clear sentence for everything else."""

import os
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import TIT2, USLT

from engine.errors import EngineError
from engine.tagging.lyric import LineKind
from engine.tagging.reading import AUDIO_SUFFIXES, LYRIC_SUFFIXES, lyric_from_text, read_lyric
from tests.engine.tagging.tiny_audio import write_tiny
from tests.quickest import quickest

WORDS = "down by the water\nnobody came"
STAMPED = "[00:01.00]down by the water\n[00:03.50]nobody came"
AS_FILE = {
    ".txt": WORDS, ".lrc": STAMPED, ".elrc": STAMPED, ".md": f"# Low Tide\n\n{WORDS}",
    ".srt": "1\n00:00:01,000 --> 00:00:03,500\ndown by the water\nnobody came\n",
    ".ttml": "<tt><body><div><p begin='1s' end='3.5s'>down by the water<br/>nobody came</p></div>"
             "</body></tt>",
    ".cho": "{title: Low Tide}\n[Am]down by the [G]water\nnobody [C]came",
}


def refusal(path: Path) -> EngineError:
    with pytest.raises(EngineError) as caught:
        read_lyric(path)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


def song(path: Path, words: str = WORDS) -> Path:
    """A tiny recording with an embedded lyric and a title."""
    audio = mutagen.File(write_tiny(path))
    if audio.tags is None:
        audio.add_tags()
    audio.tags.add(USLT(encoding=3, text=words))
    audio.tags.add(TIT2(encoding=3, text="Low Tide"))
    audio.save()
    return path


@pytest.mark.parametrize("suffix", sorted(LYRIC_SUFFIXES))
@pytest.mark.parametrize("spelling", [str.lower, str.upper])
def test_every_kind_of_lyric_file_is_read(tmp_path: Path, suffix: str, spelling: Any) -> None:
    path = tmp_path / spelling(f"song{suffix}")
    path.write_text(AS_FILE.get(suffix, AS_FILE[".cho"]), "utf-8")
    lyric = read_lyric(path)
    assert lyric.words == WORDS
    assert lyric.source == suffix[1:]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("suffix", [".txt", ".lrc", ".srt"])
def test_encodings_reach_every_text_reader(tmp_path: Path, codec: str, suffix: str) -> None:
    path = tmp_path / f"song{suffix}"
    path.write_bytes(AS_FILE[suffix].replace("nobody came", "没有人来").encode(codec))
    assert read_lyric(path).words == "down by the water\n没有人来"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\u2028"])
def test_all_line_ends_are_line_ends(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "song.txt"
    path.write_bytes(WORDS.replace("\n", ends).encode())
    assert read_lyric(path).words == WORDS


def test_a_text_file_with_stamps_is_timed(tmp_path: Path) -> None:
    path = tmp_path / "song.txt"
    path.write_text(STAMPED)
    assert read_lyric(path).lines[0].start_ms == 1_000


@pytest.mark.parametrize("name, title, artist", [
    ("Low Tide", "Low Tide", ""), ("Ann Bee - Low Tide", "Low Tide", "Ann Bee"),
    ("03 - Ann Bee - Low Tide", "Low Tide", "Ann Bee"), ("03. Low Tide", "Low Tide", ""),
    ("07 Low_Tide", "Low Tide", ""), ("99 Boats", "99 Boats", ""),
    ("1-02 Low Tide", "Low Tide", ""),
    ("🌧 ru\nn", "🌧 ru n", "")])
def test_a_song_without_a_title_takes_its_files_name(tmp_path: Path, name: str, title: str,
                                                     artist: str) -> None:
    path = tmp_path / f"{name}.txt"
    path.write_text(WORDS)
    lyric = read_lyric(path)
    assert (lyric.title, lyric.artist) == (title, artist)


@pytest.mark.parametrize("suffix", [".lrc", ".elrc", ".srt", ".ttml", ".txt", ".LRC"])
def test_a_sidecar_wins_over_embedded_words(tmp_path: Path, suffix: str) -> None:
    path = song(tmp_path / "x.mp3", "other words, embedded")
    path.with_suffix(suffix).write_text(AS_FILE[suffix.lower()])
    lyric = read_lyric(path)
    assert lyric.words == WORDS
    assert lyric.source == f"sidecar {suffix[1:].lower()}"
    assert lyric.title == "Low Tide"


def test_the_better_of_two_sidecars_wins(tmp_path: Path) -> None:
    path = song(tmp_path / "x.mp3")
    path.with_suffix(".txt").write_text("from the text")
    path.with_suffix(".lrc").write_text("[00:01.00]from the stamps")
    assert read_lyric(path).words == "from the stamps"


def test_a_broken_sidecar_gives_way_to_the_embedded_words(tmp_path: Path) -> None:
    path = song(tmp_path / "x.mp3")
    path.with_suffix(".lrc").write_bytes(b"")
    assert read_lyric(path).source == "ID3 USLT"


def test_a_broken_sidecar_of_a_wordless_recording_is_named(tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "x.flac")
    path.with_suffix(".lrc").write_bytes(b"")
    assert refusal(path).message == "x.lrc, beside this recording: this file is empty."


def test_a_sidecar_is_read_even_beside_a_damaged_recording(tmp_path: Path) -> None:
    path = tmp_path / "x.flac"
    path.write_bytes(b"no flac at all" * 9)
    path.with_suffix(".lrc").write_text(STAMPED)
    assert read_lyric(path).words == WORDS


def test_pasted_words_need_no_file() -> None:
    assert lyric_from_text(WORDS).source == "paste"
    assert lyric_from_text(STAMPED, title="Low Tide").timed
    named = lyric_from_text("[ti:Low]\n[ar:Ann]\n[00:01.00]words", artist="Bee",
                            source="songs.jsonl")
    assert (named.title, named.artist, named.source) == ("Low", "Bee", "songs.jsonl")
    with pytest.raises(EngineError, match="no words"):
        lyric_from_text(" \n\t ")


def test_lines_without_breaks_are_one_line(tmp_path: Path) -> None:
    lyric = lyric_from_text("[Verse 1] down by the water nobody came [Chorus] hold me " * 30)
    assert len(lyric.lines) == 1
    assert lyric.lines[0].kind is LineKind.WORDS
    assert "[" not in lyric.words


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf", b"\x00" * 64],
                         ids=["nothing", "blanks", "a mark", "zeros"])
@pytest.mark.parametrize("suffix", [".txt", ".lrc", ".ttml", ".cho"])
def test_an_empty_file_is_one_sentence(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(data)
    assert refusal(path).message == "This file is empty."


@pytest.mark.parametrize("head, said", [
    (b"%PDF-1.7\n", "a PDF document"), (b"{\\rtf1\\ansi", "an RTF document"),
    (b"PK\x03\x04\x14", "a packed document"), (bytes(range(1, 256)) * 9, "not text")])
@pytest.mark.parametrize("suffix", [".txt", ".lrc", ".srt", ".ttml", ".md", ".pro"])
def test_a_binary_file_is_one_sentence(tmp_path: Path, head: bytes, said: str, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(head + bytes(range(256)))
    assert said in refusal(path).message


def test_100_megabytes_are_refused_unread(tmp_path: Path) -> None:
    # GIVEN a file whose length is 100 MB, most of it a hole on the disk
    path = tmp_path / "x.txt"
    with path.open("wb") as file:
        file.write(b"rain on the roof\n" * 200_000)
        file.truncate(100_000_000)

    # WHEN it is read / THEN its size is the reason, found without reading it all
    assert refusal(path).message == "This file holds 100 MB of text, far more than one song."
    assert quickest(lambda: refusal(path), 1) < 1


MEGABYTE = 1_000_000
HARD = {
    "one line": "rain " * 200_000, "one word": "a" * MEGABYTE, "lines": "a\n" * 500_000,
    "blank lines": "\n" * MEGABYTE, "spaces": " " * MEGABYTE + "x", "digits": "9" * MEGABYTE,
    "brackets": "[" * MEGABYTE, "half stamps": "[00:" * 250_000, "clocks": "0:" * 500_000,
    "stamps": "[00:01.00]" * 100_000, "word stamps": "<00:01.00>" * 100_000,
    "chords": "[Am]" * 250_000, "braces": "{" * MEGABYTE, "directives": "{t:" * 333_333,
    "parens": "(x" * 500_000, "stars": "* " * 500_000, "hashes": "#" * MEGABYTE,
    "links": "[](" * 333_333, "entities": "&amp;" * 200_000, "arrows": "00:00:01 --> " * 76_000,
    "tags": "<p>" * 333_333, "backslashes": "\\" * MEGABYTE, "returns": "\r" * MEGABYTE,
    "images": "![[" * 333_333, "many stamps a line": ("[00:01.00]" * 100 + "x\n") * 999,
}


@pytest.mark.parametrize("suffix", [".txt", ".lrc", ".srt", ".ttml", ".md", ".cho"])
@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_a_megabyte_of_anything_takes_bounded_time(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_text(text, newline="")

    def read() -> None:
        try:
            assert read_lyric(path).lines
        except EngineError as answer:
            assert answer.hint

    assert quickest(read, 3) < 3


def test_a_megabyte_of_one_line_is_too_long_for_a_song(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(HARD["one line"])
    assert refusal(path).message == "This text is far longer than one song."


@pytest.mark.parametrize("name", ["x.jpg", "x", "x.docx"])
def test_other_files_are_one_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(WORDS)
    assert "not read as lyrics" in refusal(path).message


@pytest.mark.parametrize("name", ["x.txt", "x.mp3", "no folder/x.lrc"])
def test_a_file_that_is_gone_is_one_sentence(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name).message == "This file is no longer there."


def test_a_recording_that_is_gone_is_not_answered_by_its_sidecar(tmp_path: Path) -> None:
    (tmp_path / "x.lrc").write_text(STAMPED)
    assert refusal(tmp_path / "x.mp3").message == "This file is no longer there."


@pytest.mark.skipif(os.name != "posix", reason="pipes have no name elsewhere")
@pytest.mark.parametrize("suffix", [".txt", ".mp3"])
def test_a_pipe_or_a_folder_is_never_opened(tmp_path: Path, suffix: str) -> None:
    os.mkfifo(tmp_path / f"pipe{suffix}")
    (tmp_path / f"folder{suffix}").mkdir()
    assert refusal(tmp_path / f"pipe{suffix}").message == "This is not a file."
    assert refusal(tmp_path / f"folder{suffix}").message == "This is not a file."


def write_words(path: Path) -> None:
    """Writes as the system would, whatever this path refuses."""
    Path(str(path)).write_text(WORDS)


class LockedPath(type(Path())):
    """A path whose file the system refuses to open: root may open everything, this it may not."""

    def open(self, *_arguments: Any, **_options: Any) -> Any:
        raise PermissionError(13, "Permission denied")


class FailingPath(type(Path())):
    """A path on a disk that no longer answers."""

    def open(self, *_arguments: Any, **_options: Any) -> Any:
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("suffix", [".txt", ".mp3"])
def test_a_locked_file_is_one_sentence(tmp_path: Path, suffix: str) -> None:
    path = LockedPath(tmp_path / f"x{suffix}")
    write_words(path)
    assert refusal(path).message == "This file may not be read: the system refused."


def test_a_failing_disk_is_one_sentence(tmp_path: Path) -> None:
    path = FailingPath(tmp_path / "x.txt")
    write_words(path)
    assert refusal(path).message == "This file could not be read (Input/output error)."


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_without_permission_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(WORDS)
    path.chmod(0)
    assert refusal(path).message == "This file may not be read: the system refused."


def test_all_named_kinds_are_known() -> None:
    assert {".txt", ".lrc", ".elrc", ".srt", ".ttml", ".md", ".cho", ".chordpro"} <= LYRIC_SUFFIXES
    assert {".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wma", ".aiff", ".wav", ".ape", ".dsf"
            } <= AUDIO_SUFFIXES
    assert not LYRIC_SUFFIXES & AUDIO_SUFFIXES
