"""Names, times and figures as a person reads them."""

import pytest

from engine.tagging.song import SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui import mood_words


@pytest.mark.parametrize("milliseconds, told", [(0, "0:00"), (59_999, "0:59"), (187_000, "3:07"),
                                                (3_723_000, "62:03"), (-5, "0:00")])
def test_clock(milliseconds: int, told: str) -> None:
    assert mood_words.clock_text(milliseconds) == told


def test_figures_align() -> None:
    assert mood_words.signed_text(-0.421) == "\u22120.42" and mood_words.signed_text(0.3) == "+0.30"


@pytest.mark.parametrize("row, told", [
    (SongRow("/m/Song One.txt", 1, SongState.TAGGED, "A\nTitle"), "A Title"),
    (SongRow("/m/Song One.txt", 1, SongState.TAGGED), "Song One"),
    (SongRow("/m/odd\nname\t1.txt", None, SongState.FAILED), "odd name 1"),
    (SongRow("paste:12ab", 1, SongState.TAGGED), "Pasted lyric"),
    (SongRow("paste:12ab", 1, SongState.TAGGED, "Mine"), "Mine")])
def test_every_row_has_a_title_on_one_line(row: SongRow, told: str) -> None:
    assert mood_words.row_title(row) == told


def test_only_overlong_words_may_be_broken() -> None:
    told = mood_words.breakable(f"Unforgettable {'x' * 31}_y")
    assert told.startswith("Unforgettable ") and told.replace("\u200b", "").endswith("x_y")
    assert max(len(part) for part in told.split()[1].split("\u200b")) == 10


def test_a_mood_that_left_the_vocabulary_keeps_its_id(vocabulary: Vocabulary) -> None:
    assert mood_words.mood_name(vocabulary, "old_mood") == "Old mood"
    assert mood_words.mood_place(vocabulary, "old_mood") == (0.0, 0.0)
    assert mood_words.mood_name(vocabulary, "sadness") == "Sadness"
