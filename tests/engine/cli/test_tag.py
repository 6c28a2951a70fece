"""`tag` on the command line, with real files and the fake tagger."""

import csv
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.cli.command import Context
from engine.cli.main import run as run_line
from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings, save_settings
from engine.tagging.generative_tagger import GenerativeTagger
from engine.tagging.lyric_store import LyricStore
from engine.tagging.vocabulary import Vocabulary
from tests.fakes import MOODS, FakeTagger, FakeTextModel

RAIN = "The rain came down on the harbour wall\nand I cry goodbye to you all\n"
SUN = "The sun is a bright brass band\nso dance with the dust in your hand\n"
GERMAN = ("Der Regen fällt auf den alten Hafen\nund niemand will in dieser Stunde schlafen\n"
          "die Lichter brennen bis zum Morgen\nund tragen unsre kleinen Sorgen\n")


@dataclass
class Line:
    """The program on the command line, in this test's home."""

    context: Context
    capsys: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def __call__(self, *arguments: str | Path) -> int:
        code = run_line([str(argument) for argument in arguments], self.context)
        self.out, self.err = self.capsys.readouterr()
        return code

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def stored(self) -> int:
        database = Database.open(self.context.paths.library_file)
        try:
            return len(LyricStore(database).rows(Settings()))
        finally:
            database.close()


@pytest.fixture
def tagger() -> FakeTagger:
    return FakeTagger()


@pytest.fixture
def line(isolated_home: AppPaths, tagger: FakeTagger,
         capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(Context(isolated_home, open_tagger=lambda paths, wanted, settings: tagger), capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "songs"
    folder.mkdir()
    (folder / "Bo - Rain.txt").write_text(RAIN)
    (folder / "Ida - Meer.txt").write_text(GERMAN)
    (folder / "Noise.txt").write_text("la la la\n")
    (folder / "Void.txt").write_bytes(bytes(range(256)) * 4)
    return folder


def test_people_read_songs_and_tags(line: Line, folder: Path) -> None:
    assert line("tag", folder) == 0
    assert "Rain, Bo\n    sadness 0." in line.out
    assert "This lyric is in German, which this tagger does not know." in line.out
    assert "This song has no words to read." in line.out
    assert line.err == ("4 songs: 1 tagged, 1 without words, "
                        "1 in a language this tagger does not know, "
                        "1 that could not be tagged.\n")


def test_json_is_one_object_a_line(line: Line, folder: Path) -> None:
    assert line("tag", folder, "--json") == 0
    rain, german, noise, void = line.objects()
    assert rain == {
        "path": str(folder / "Bo - Rain.txt"), "artist": "Bo", "title": "Rain",
        "language": "en", "status": "tagged", "tagger": "fake",
        "tags": [{"tag": "sadness", "score": rain["tags"][0]["score"]}],
        "valence": rain["valence"], "arousal": rain["arousal"],
        "excerpts": [{"first_line": 0, "last_line": 1, "tags": rain["tags"]}]}
    assert rain["valence"] < 0
    assert german["status"] == "failed" and german["language"] == "de"
    assert german["error"] == "This lyric is in German, which this tagger does not know."
    assert german["hint"] and german["tags"] == [] == german["excerpts"]
    assert noise["status"] == "no_lyrics" and noise["error"] and noise["tags"] == []
    assert void["status"] == "failed" and void["error"] and void["valence"] is None


def test_all_scores_name_every_mood_even_where_the_tagger_abstains(line: Line,
                                                                   folder: Path) -> None:
    line("tag", folder, "--json", "--all-scores")
    rain, german, noise, _ = line.objects()
    assert set(rain["scores"]) == set(german["scores"]) == set(MOODS)
    assert rain["scores"]["sadness"] == rain["tags"][0]["score"]
    assert german["tags"] == []
    assert "scores" not in noise


def test_people_read_every_score_too(line: Line, folder: Path) -> None:
    # GIVEN a song the tagger knows, one in another language and one without words
    line("tag", folder / "Bo - Rain.txt", "--all-scores")
    # THEN all moods stand below the tags, the highest first
    every = line.out.split()[-2 * len(MOODS):]
    assert set(every[::2]) == set(MOODS)
    assert every[1::2] == sorted(every[1::2], reverse=True)
    line("tag", folder / "Ida - Meer.txt", "--all-scores")
    assert all(mood in line.out for mood in MOODS)
    line("tag", folder / "Noise.txt", "--all-scores")
    assert not any(mood in line.out for mood in MOODS)


def test_times_are_told_where_the_lyric_has_them(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "a.lrc"
    file.write_text("[00:01.50]The rain came down\n[00:04.00]and I cry goodbye\n")
    line("tag", file, "--json")
    assert line.objects()[0]["excerpts"][0]["start_ms"] == 1500


def test_explain_names_the_lines_a_tag_leans_on(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("The rain came down on us all\nand the market is open today\n")
    line("tag", file, "--json", "--explain")
    reason, = line.objects()[0]["reasons"]
    assert reason["tag"] == "sadness"
    assert reason["lines"][0]["text"] == "The rain came down on us all"
    assert reason["lines"][0]["line"] == 0 and reason["lines"][0]["change"] > 0.1
    line("tag", file, "--explain")
    assert "sadness, because of:\n        +0." in line.out
    assert "The rain came down on us all" in line.out


def test_what_is_tagged_is_stored_and_answered_from_there(line: Line, folder: Path,
                                                          tagger: FakeTagger) -> None:
    line("tag", folder)
    runs = tagger.runs
    first = line.out
    line("tag", folder)
    assert line.out == first and tagger.runs == runs
    assert line.stored() == 4


def test_no_store_leaves_the_library_alone(line: Line, folder: Path) -> None:
    assert line("tag", folder, "--no-store") == 0
    assert not line.context.paths.library_file.exists()


def test_the_table_has_a_row_a_song_and_no_formulas(line: Line, tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    (folder / "=cmd - @SUM(1+1).txt").write_text(RAIN)
    (folder / "b.txt").write_text("la la la")
    table = tmp_path / "moods.csv"
    assert line("tag", folder, "--csv", table, "--all-scores", "--json") == 0
    with table.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["path", "artist", "title", "language", "status", "error", "tags",
                       "valence", "arousal", *MOODS]
    assert rows[1][1:7] == ["'=cmd", "'@SUM(1+1)", "en", "tagged", "", "sadness"]
    assert float(rows[1][7]) < 0 and float(rows[1][9]) > 0.5
    assert rows[2][4] == "no_lyrics" and rows[2][5].startswith("This song has no words")
    assert rows[2][6:] == ["", "", "", *[""] * len(MOODS)]
    assert len(line.objects()) == 2


def test_a_line_without_an_id_has_no_name_in_the_table(line: Line, tmp_path: Path) -> None:
    file, table = tmp_path / "in.jsonl", tmp_path / "moods.csv"
    file.write_bytes(jsonl({"lyrics": RAIN}, b"{not json}\n"))
    assert line("tag", "--from-jsonl", file, "--csv", table) == 0
    with table.open(newline="", encoding="utf-8") as opened:
        _, unnamed, wrong = csv.reader(opened)
    assert unnamed[0] == wrong[0] == ""
    assert wrong[5].startswith("Line 2 of in.jsonl cannot be used")


def test_a_table_that_cannot_be_written_is_said_before_anything_is_tagged(
        line: Line, folder: Path, tmp_path: Path, tagger: FakeTagger) -> None:
    assert line("tag", folder, "--csv", tmp_path / "no" / "such.csv") == 2
    assert "cannot be written" in line.err and tagger.runs == 0


def jsonl(*objects: object) -> bytes:
    return b"".join(o if isinstance(o, bytes) else json.dumps(o).encode() + b"\n"
                    for o in objects)


@pytest.mark.parametrize("pack, name", [(bytes, "in.jsonl"), (gzip.compress, "in.jsonl.gz")])
def test_jsonl_is_answered_in_order_under_its_ids(
        line: Line, tmp_path: Path, pack: Callable[[bytes], bytes], name: str) -> None:
    file = tmp_path / name
    file.write_bytes(pack(b"\xef\xbb\xbf" + jsonl(
        {"id": "s1", "lyrics": RAIN, "artist": "Bo", "title": "Wet"},
        {"id": 2, "lyrics": SUN, "artist": None},
        {"id": "s3", "lyrics": RAIN, "artist": "Cover", "title": "Wet too"},
        {"id": "s4", "lyrics": ""},
        {"id": "s5", "lyrics": GERMAN})))
    assert line("tag", "--from-jsonl", file, "--json") == 0
    answers = line.objects()
    assert [answer["id"] for answer in answers] == ["s1", 2, "s3", "s4", "s5"]
    assert [answer["status"] for answer in answers] == [
        "tagged", "tagged", "tagged", "no_lyrics", "failed"]
    assert [(a["artist"], a["title"]) for a in answers[:3]] == [
        ("Bo", "Wet"), ("", ""), ("Cover", "Wet too")]
    assert answers[0]["tags"] == answers[2]["tags"]
    assert "path" not in answers[0]


def test_wrong_lines_answer_for_themselves(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_bytes(jsonl(
        {"id": "a", "lyrics": RAIN}, b"{not json}\n", b"\n", {"id": "b"},
        {"id": "c", "lyrics": 7}, b"\xff\xfe\n", [1, 2], {"id": "a", "lyrics": SUN},
        {"lyrics": SUN}, {"id": "z", "lyrics": "x" * 300_000}))
    assert line("tag", "--from-jsonl", file, "--json") == 0
    answers = line.objects()
    assert [(a["id"], a["status"]) for a in answers] == [
        ("a", "tagged"), (None, "failed"), ("b", "failed"), ("c", "failed"), (None, "failed"),
        (None, "failed"), ("a", "tagged"), (None, "tagged"), ("z", "failed")]
    assert [a["error"].split(" of ")[0] for a in answers[1:6]] == [
        "Line 2", "Line 4", "Line 5", "Line 6", "Line 7"]
    assert [t["tag"] for t in answers[0]["tags"]] == ["sadness"]
    assert [t["tag"] for t in answers[6]["tags"]] == ["happiness"]


def test_many_lines_pass_through_in_order(line: Line, tmp_path: Path,
                                          tagger: FakeTagger) -> None:
    file = tmp_path / "in.jsonl"
    count = 1200  # more than are read at once
    file.write_bytes(jsonl(*({"id": n, "lyrics": f"rain on the day number {n}"}
                             for n in range(count))))
    assert line("tag", "--from-jsonl", file, "--json", "--no-store") == 0
    assert [answer["id"] for answer in line.objects()] == list(range(count))
    assert tagger.runs < 110


@pytest.mark.parametrize("content, name", [
    (None, "gone.jsonl"), (b"no gzip at all", "in.jsonl.gz"),
    (gzip.compress(b'{"id": 1, "lyrics": "rain on me"}\n' * 999)[:-20], "cut.jsonl.gz")],
    ids=["missing", "no gzip", "cut off"])
def test_a_file_that_cannot_be_read_is_a_known_error(
        line: Line, tmp_path: Path, content: bytes | None, name: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert line("tag", "--from-jsonl", tmp_path / name, "--json") == 2
    assert "cannot be read" in line.err


def test_nothing_to_tag_is_a_known_error(line: Line, tmp_path: Path) -> None:
    assert line("tag") == 2
    assert "nothing to tag" in line.err
    (tmp_path / "empty").mkdir()
    assert line("tag", tmp_path / "empty") == 2
    assert "No lyrics or recordings" in line.err


def test_an_empty_name_is_not_the_current_folder(
        line: Line, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert line("tag", "") == 2
    assert "an empty name" in line.err and not line.out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only where a full device is at hand")
def test_a_full_disk_is_a_known_error(line: Line, folder: Path) -> None:
    assert line("tag", folder, "--csv", "/dev/full") == 2
    assert "The disk is full" in line.err and "Traceback" not in line.err


def test_only_failures_are_a_known_error(line: Line, tmp_path: Path) -> None:
    assert line("tag", tmp_path / "nowhere.txt", "--json") == 2
    assert line.objects()[0]["status"] == "failed"


def test_the_tagger_and_the_settings_are_the_persons(
        isolated_home: AppPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_settings(isolated_home.settings_file, Settings(tagger="mine", excerpt_tokens=64))
    asked: list[tuple[str, Settings]] = []

    def open_tagger(paths: AppPaths, wanted: str, settings: Settings) -> FakeTagger:
        asked.append((wanted, settings))
        return FakeTagger(wanted or settings.tagger)

    file = tmp_path / "a.txt"
    file.write_text(RAIN)
    line = Line(Context(isolated_home, open_tagger=open_tagger), capsys)
    for wanted in ([], ["--tagger", "other"]):
        assert line("tag", file, "--json", *wanted) == 0
        assert line.objects()[0]["tagger"] == (wanted[-1] if wanted else "mine")
    assert [name for name, _ in asked] == ["", "other"]
    assert asked[0][1].excerpt_tokens == 64


def test_stopping_is_exit_3_and_keeps_what_was_done(
        isolated_home: AppPaths, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls: Iterator[int] = iter(range(99))

    def interrupt() -> None:
        if next(calls) == 1:
            raise KeyboardInterrupt

    tagger = FakeTagger(before_score=interrupt)
    line = Line(Context(isolated_home, open_tagger=lambda *_: tagger), capsys)
    assert line("tag", folder) == 3
    assert "Rain, Bo" in line.out and "kept" in line.err
    assert line.stored() >= 1


def test_a_mistake_is_exit_1_with_its_details(
        isolated_home: AppPaths, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    line = Line(Context(isolated_home, open_tagger=lambda *_: FakeTagger(before_score=fail)),
                capsys)
    assert line("tag", folder) == 1
    assert "ZeroDivisionError" in line.err and "mistake in Undertone" in line.err


def test_an_unknown_command_is_a_known_error(line: Line) -> None:
    assert line("sing") == 2
    assert line("--help") == 0
    assert "tag" in line.out


def test_a_tagger_that_writes_freely_tells_what_became_of_its_words(
        isolated_home: AppPaths, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    free = GenerativeTagger(FakeTextModel(" unhappy, happiness, zorgle"),
                            Vocabulary.load(isolated_home.moods_file), 600, free=True)
    line = Line(Context(isolated_home, open_tagger=lambda *_: free), capsys)
    assert line("tag", folder / "Bo - Rain.txt", "--json") == 0
    assert {tag["tag"] for tag in line.objects()[0]["tags"]} == {"sadness", "happiness"}
    assert "Moods written freely: 3, of them 1 as they stand" in line.err
