import sys
from pathlib import Path

import pytest

from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.song_identity import alike, place_of, same_file, song_hash, still_there
from tests.fakes import lyric

VERSE = "the ferry leaves at nine tonight\nwith lanterns on the harbour wall\nand you are in it"
OTHER = "burn the papers burn the flag\nnobody is going home this year\nraise a fist"


def wordless(text: str, title: str) -> Lyric:
    return Lyric((LyricLine(text, "", LineKind.HEADING),), title=title)


@pytest.mark.parametrize("one, other, same", [
    (lyric("Cold rain"), lyric("cold   RAIN"), True),
    (lyric("cold rain", "on me"), lyric("cold rain on me"), True),
    (lyric("cold rain"), lyric("cold rains"), False),
    (lyric("cold rain", title="A"), lyric("cold rain", title="B"), True),
    (wordless("[Instrumental]", "A"), wordless("[Instrumental]", "A"), True),
    (wordless("[Instrumental]", "A"), wordless("[Instrumental]", "B"), False),
    (wordless("[Instrumental]", "A"), lyric(""), False),
], ids=["case and spacing", "line breaks", "words", "title", "instrumental", "two instrumentals",
        "instrumental and nothing"])
def test_what_makes_a_song_the_same(one: Lyric, other: Lyric, same: bool) -> None:
    assert (song_hash(one) == song_hash(other)) is same


@pytest.mark.parametrize("one, other, expected", [
    (VERSE, VERSE.replace("nine", "ten"), True),
    (VERSE, VERSE + "\n" + OTHER, True),
    (VERSE, VERSE.upper(), True),
    (VERSE, OTHER, False),
    ("", "", True),
    (VERSE, "", False),
    ("雨が降る夜に君を待つ", "雨が降る夜に君を待ってる", True),
    ("雨が降る夜に君を待つ", "太陽の下で踊ろうよ今日も", False),
], ids=["a word", "a verse more", "case", "another song", "nothing", "emptied", "japanese edit",
        "japanese other"])
def test_versions_of_one_lyric_are_alike(one: str, other: str, expected: bool) -> None:
    assert alike(one, other) is expected
    assert alike(other, one) is expected


def test_a_place_can_be_stored_whatever_the_name_is(tmp_path: Path) -> None:
    # Linux allows names that are no text; they are shown as far as they are.
    raw = tmp_path / b"caf\xe9 \xf0\x9f\x8e\xb5.txt".decode("utf-8", "surrogateescape")
    assert place_of(raw) == str(tmp_path / "caf\ufffd \U0001f3b5.txt")
    assert place_of(tmp_path / "two\nlines.txt") == str(tmp_path / "two\nlines.txt")


def test_a_relative_path_is_placed_where_it_is(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    assert place_of(Path("a.txt")) == str(tmp_path / "a.txt")
    assert place_of(Path("sub/../a.txt")) == str((tmp_path / "a.txt").resolve())


def test_only_what_is_certainly_gone_is_gone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert still_there(str(tmp_path / "a.txt"))
    assert not still_there(str(tmp_path / "b.txt"))
    assert not still_there(str(tmp_path / "a.txt" / "b.txt"))
    assert still_there(str(tmp_path / ("n" * 5000)))  # cannot even be asked for


def test_two_files_are_never_one(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("x")
    assert not same_file(str(tmp_path / "a.txt"), str(tmp_path / "b.txt"))
    assert same_file(str(tmp_path / "a.txt"), str(tmp_path / "a.txt"))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the two names are one file")
def test_case_tells_files_apart_where_the_disk_does(tmp_path: Path) -> None:
    for name in ("a.txt", "A.txt"):
        (tmp_path / name).write_text("x")
    assert not same_file(str(tmp_path / "a.txt"), str(tmp_path / "A.txt"))
