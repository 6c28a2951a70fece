"""Moods of one's own from the terminal: learned, shown, renamed, removed and had back."""

from pathlib import Path

import pytest

from engine.cli.command import Context
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.own_moods import own_moods
from engine.tagging.own_moods_tagger import with_own_moods
from engine.tagging.tagger import Tagger
from tests.engine.cli.conftest import ShelfLine
from tests.fakes import FakeTagger

NIGHT, DAY = "The rain is quiet and slow tonight", "We dance and we fight in the sun"


@pytest.fixture
def line(isolated_home: AppPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
         ) -> ShelfLine:
    """Twelve songs of the night and twelve of the day, none tagged yet."""
    def open_tagger(paths: AppPaths, wanted: str, settings: Settings) -> Tagger:
        return with_own_moods(FakeTagger("fake@1"), own_moods(paths))

    made = ShelfLine(Context(isolated_home, open_tagger=open_tagger), capsys, tmp_path / "songs")
    made.songs.mkdir()
    for number in range(24):
        words = "\n".join(f"{NIGHT if number < 12 else DAY} and number {number} verse {verse}"
                          for verse in range(6))
        (made.songs / f"song {number}.txt").write_text(words, "utf-8")
    made.tag()
    return made


def files(line: ShelfLine, first: int, last: int) -> list[Path]:
    return [line.songs / f"song {number}.txt" for number in range(first, last)]


def test_a_mood_is_learned_and_songs_are_tagged_with_it(line: ShelfLine) -> None:
    assert line("moods", "learn", "Late night", *files(line, 0, 9), "--not",
                *files(line, 12, 18), "--about", "When the city sleeps.") == 0, line.err
    assert "Learned from 9 songs with it and 6 without" in line.out
    # THEN it is listed, and the tagger gives it
    assert line("moods", "list", "--json") == 0
    (told,) = line.objects()
    assert told["name"] == "Late night"
    assert told["about"] == "When the city sleeps."
    assert line("tag", "--json", "--all-scores", *files(line, 11, 13)) == 0
    night, day = (told["scores"]["late_night"] for told in line.objects())
    assert night > day
    assert {f"song {number}" for number in range(9)} <= {*line.titles("--mood", "late_night")}


def test_a_preview_keeps_nothing(line: ShelfLine) -> None:
    assert line("moods", "learn", "Late night", *files(line, 0, 9), "--preview", "--json") == 0
    (told,) = line.objects()
    assert told["songs"] == 24
    assert told["unsure"]
    assert line("moods", "list") == 0
    assert line.out == ""


def test_more_songs_are_added_to_what_was_said_before(line: ShelfLine) -> None:
    assert line("moods", "learn", "Late night", *files(line, 0, 8)) == 0, line.err
    assert line("moods", "learn", "late-night", "--not", *files(line, 12, 15)) == 0, line.err
    assert "8 songs with it and 3 without" in line.out


def test_a_mood_is_renamed_removed_and_had_back(line: ShelfLine) -> None:
    line("moods", "learn", "Late night", *files(line, 0, 9), "--place", "0.2", "-0.6")
    assert line("moods", "rename", "late night", "Small hours") == 0, line.err
    assert line("moods", "remove", "Small hours") == 0, line.err
    assert line("moods", "list") == 0
    assert line.out == ""
    assert line("moods", "back", "late_night") == 0, line.err
    assert line("moods", "list", "--json") == 0
    (told,) = line.objects()
    assert (told["name"], told["valence"], told["arousal"]) == ("Small hours", 0.2, -0.6)


@pytest.mark.parametrize(("arguments", "says"), [
    (("learn", "Late night", "song 0.txt"), "at least 8"),
    (("learn", "Sadness", "song 0.txt"), "taken"),
    (("learn", "Late night", "nowhere.txt"), "nowhere.txt"),
    (("learn", "Late night", "song 0.txt", "--place", "3", "0"), "-1 to 1"),
    (("remove", "Late night"), "There are: none"),
    (("back", "late_night"), "removed"),
])
def test_what_cannot_be_done_is_told(line: ShelfLine, arguments: tuple[str, ...], says: str
                                     ) -> None:
    known = [str(line.songs / word) if word.endswith(".txt") else word for word in arguments]
    assert line("moods", *known) == 2
    assert says in line.err
