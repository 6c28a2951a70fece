"""Songs written into files for other programs, from a real library of real files."""

import csv
import json
import wave
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.tagging.corrections.line_words import Saying
from engine.tagging.labels import Verdict
from engine.tagging.playlists.exporting import (
    Exported,
    ExportFormat,
    Exporting,
    ExportProgress,
    follow,
    format_of,
)
from engine.tagging.playlists.m3u8 import Entry, m3u8_text, path_text
from engine.tagging.playlists.recordings import recording_at, recordings_of, seconds_of
from engine.tagging.playlists.song_documents import CSV_HEADER
from tests.engine.tagging.playlists.conftest import CALM, GLAD, SAD, Music
from tests.engine.tagging.tiny_audio import write_tiny


def export(music: Music, keys: list[int], kind: ExportFormat, file: Path, **how: bool) -> Exported:
    exporting = Exporting(music.database, music.store, music.index(), music.settings)
    return follow(exporting.export(keys, kind, file, "Rainy days", **how), lambda _: None)


def test_a_playlist_names_recordings_from_where_it_lies(music: Music, tmp_path: Path) -> None:
    # GIVEN recordings with words beside them, one in a folder below, and a lyric alone
    music.record("Rain.mp3", SAD, "Rain\nstorm", "Bo")
    music.record("sub dir/#Ünï 歌.flac", GLAD, "Sun", "Zed")
    music.put("words.lrc", CALM, "Sea")
    music.tag()
    keys = [music.song("sub dir/#Ünï 歌.flac"), music.song("Rain.mp3"), music.song("words.lrc")]
    # WHEN they are written as a playlist beside the music
    file = music.folder / "list.m3u8"
    told = export(music, keys, ExportFormat.M3U8, file)
    # THEN it is UTF-8 without a mark, in the order asked for, and says what it left out
    lines = file.read_bytes().decode("utf-8").split("\n")
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:Rainy days"]
    assert lines[2].startswith("#EXTINF:") and lines[2].endswith(",Zed - Sun")
    assert lines[3] == "sub dir/#Ünï 歌.flac"
    assert lines[5] == "Rain.mp3" and lines[6:] == [""]
    assert told == Exported(file, 2, 1)
    # AND a player in that folder finds each file
    assert all((file.parent / lines[at]).is_file() for at in (3, 5))
    # AND from a folder beside it, the way leads there
    other = tmp_path / "lists" / "list.m3u8"
    other.parent.mkdir()
    export(music, keys, ExportFormat.M3U8, other)
    assert "../music/Rain.mp3" in other.read_text("utf-8").splitlines()
    export(music, keys, ExportFormat.M3U8, other, overwrite=True, relative=False)
    assert str(music.folder / "Rain.mp3") in other.read_text("utf-8").splitlines()


def test_a_playlist_of_words_alone_is_refused_and_nothing_written(music: Music,
                                                                  tmp_path: Path) -> None:
    music.put("words.lrc", CALM)
    music.tag()
    file = tmp_path / "list.m3u8"
    with pytest.raises(EngineError, match="recording"):
        export(music, [music.song("words.lrc")], ExportFormat.M3U8, file)
    with pytest.raises(EngineError, match="no songs"):
        export(music, [], ExportFormat.CSV, file)
    assert not file.exists()


def test_a_file_that_is_there_stays_unless_it_may_go(music: Music, tmp_path: Path) -> None:
    music.put("a.lrc", SAD)
    music.tag()
    file = tmp_path / "songs.json"
    file.write_text("mine")
    with pytest.raises(EngineError, match="there already"):
        export(music, [music.song("a.lrc")], ExportFormat.JSON, file)
    assert file.read_text() == "mine"
    export(music, [music.song("a.lrc")], ExportFormat.JSON, file, overwrite=True)
    assert json.loads(file.read_text("utf-8"))[0]["status"] == "tagged"


def test_a_folder_that_is_not_there_is_a_sentence(music: Music, tmp_path: Path) -> None:
    music.put("a.lrc", SAD)
    music.tag()
    with pytest.raises(EngineError, match="could not be written"):
        export(music, [music.song("a.lrc")], ExportFormat.CSV, tmp_path / "nowhere" / "x.csv")


def test_a_table_can_be_read_by_a_spreadsheet_and_holds_no_formulas(music: Music,
                                                                    tmp_path: Path) -> None:
    music.put("a.lrc", SAD, '=HYPERLINK("x"), "quoted"', "@Bo")
    music.put("b.lrc", GLAD, "Sun; still", "Zed")
    (music.folder / "empty.txt").write_bytes(b"")
    music.tag()
    a, b = music.song("a.lrc"), music.song("b.lrc")
    export(music, [b, a], ExportFormat.CSV, tmp_path / "songs.csv")
    with (tmp_path / "songs.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    assert tuple(rows[0]) == CSV_HEADER and len(rows) == 3
    told = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert told[0]["title"] == "Sun; still" and told[0]["tags"] == "happiness"
    assert told[1]["title"] == "'=HYPERLINK(\"x\"), \"quoted\"" and told[1]["artist"] == "'@Bo"
    assert float(told[1]["valence"]) < 0 and told[1]["corrected"] == "no"


def test_json_tells_what_tagger_and_person_said(music: Music, tmp_path: Path) -> None:
    music.put("a.lrc", SAD + GLAD, "Turns", "Bo")
    music.tag()
    song = music.song("a.lrc")
    music.store.set_label(song, "sadness", Verdict.REJECTED)
    music.store.set_label(song, "calmness", Verdict.ADDED)
    music.store.say_of_lines(song, [Saying("anger", 1, 2, Verdict.ADDED)])
    file = tmp_path / "songs.json"
    export(music, [song], ExportFormat.JSON, file)
    told, = json.loads(file.read_text("utf-8"))
    assert (told["title"], told["artist"], told["tagger"]) == ("Turns", "Bo", "fake")
    assert told["path"] == str(music.folder / "a.lrc")
    assert told["spans"] == [
        {"tag": "anger", "first_line": 1, "last_line": 2, "verdict": "added"}]
    assert told["labels"] == {"calmness": "added", "sadness": "rejected"}
    assert "calmness" in [tag["tag"] for tag in told["tags"]]
    assert "sadness" not in [tag["tag"] for tag in told["tags"]]
    assert [excerpt["first_line"] for excerpt in told["excerpts"]] == [0, 1, 3, 4]
    assert told["excerpts"][0]["start_ms"] == 0


def test_long_work_tells_how_far_it_is_and_can_be_stopped(music: Music, tmp_path: Path) -> None:
    music.put("a.lrc", SAD)
    music.tag()
    file = tmp_path / "songs.csv"
    exporting = Exporting(music.database, music.store, music.index(), music.settings)
    steps = exporting.export([music.song("a.lrc")] * 500, ExportFormat.CSV, file)
    assert next(steps) == ExportProgress(200, 500)
    steps.close()
    assert not file.exists() and not list(tmp_path.glob(".*"))


def test_the_recording_of_a_song(music: Music) -> None:
    recording = music.record("one.flac", SAD)
    music.put("two.lrc", GLAD)
    music.tag()
    one, two = music.song("one.flac"), music.song("two.lrc")
    assert recordings_of(music.database, [one, two]) == {one: recording}
    assert recording_at(str(music.folder / "one.lrc")) == recording
    assert recording_at("paste:123") is None and recording_at("a\0b") is None
    assert recording_at("/nowhere/at/all.lrc") is None
    # WHEN a recording appears beside the words
    beside = write_tiny(music.folder / "two.mp3")
    assert recordings_of(music.database, [two]) == {two: beside}


def test_lengths_are_whole_seconds_or_unknown(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(100)
        sound.writeframes(bytes(260))
    assert seconds_of(tmp_path / "a.wav") == 3
    assert seconds_of(write_tiny(tmp_path / "short.wav")) == 1
    broken = tmp_path / "b.mp3"
    broken.write_bytes(b"not a recording")
    assert seconds_of(broken) == -1
    assert seconds_of(tmp_path / "gone.flac") == -1


def test_paths_that_no_line_can_name_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "list.m3u8"
    assert path_text(tmp_path / "a\nb.mp3", file, True) is None
    assert path_text(tmp_path / "a\udcff.mp3", file, True) is None
    assert path_text(tmp_path / "#1.mp3", file, True) == "./#1.mp3"
    assert path_text(tmp_path / " x.mp3", file, True) == "./ x.mp3"
    text = m3u8_text("A\nlist", [Entry(tmp_path / "x.mp3", "Line\r\nbreak", "", 12)], file)
    assert text == "#EXTM3U\n#PLAYLIST:A list\n#EXTINF:12,Line break\nx.mp3\n"
    assert m3u8_text("", [], file) == "#EXTM3U\n"


@pytest.mark.parametrize("name, kind", [
    ("a.m3u8", ExportFormat.M3U8), ("a.M3U", ExportFormat.M3U8), ("a.csv", ExportFormat.CSV),
    ("a.json", ExportFormat.JSON), ("a.txt", None), ("a", None)])
def test_endings(name: str, kind: ExportFormat | None) -> None:
    assert format_of(Path(name)) is kind
