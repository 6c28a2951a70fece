"""Numbers, times and names as a person reads them."""

import pytest

from engine.tagging.reading import lyric_from_text
from engine.tagging.results import Tag
from engine.tagging.song import SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui.tag import wording


@pytest.mark.parametrize("milliseconds, told", [(0, "0:00"), (59_999, "0:59"), (187_000, "3:07"),
                                                (3_723_000, "62:03"), (-5, "0:00")])
def test_clock(milliseconds: int, told: str) -> None:
    assert wording.clock_text(milliseconds) == told


@pytest.mark.parametrize("valence, arousal, told", [
    (0.5, 0.5, "Bright, stirred"), (-0.5, 0.5, "Dark, stirred"), (-0.5, -0.5, "Dark, still"),
    (0.5, 0.0, "Bright"), (0.1, -0.6, "Still"), (0.0, 0.1, "Neither dark nor bright")])
def test_affect_in_words(valence: float, arousal: float, told: str) -> None:
    assert wording.affect_words(valence, arousal) == told


def test_figures_align() -> None:
    assert wording.signed_text(-0.421) == "\u22120.42" and wording.signed_text(0.3) == "+0.30"


@pytest.mark.parametrize("row, told", [
    (SongRow("/m/Song One.txt", 1, SongState.TAGGED, "A\nTitle"), "A Title"),
    (SongRow("/m/Song One.txt", 1, SongState.TAGGED), "Song One"),
    (SongRow("/m/odd\nname\t1.txt", None, SongState.FAILED), "odd name 1"),
    (SongRow("paste:12ab", 1, SongState.TAGGED), "Pasted lyric"),
    (SongRow("paste:12ab", 1, SongState.TAGGED, "Mine"), "Mine")])
def test_every_row_has_a_title_on_one_line(row: SongRow, told: str) -> None:
    assert wording.row_title(row) == told


@pytest.mark.parametrize("text, title", [
    ("[Verse 1]\n\nThe sun is up\nand I can smile", "The sun is up"),
    ("word " * 8 + "and no more", "word word word word word word word word\u2026"),
    ("The rain came down, the river, the hills, all at once",
     "The rain came down, the river, the\u2026"),
    ("\u96e8" * 60, "\u96e8" * 39 + "\u2026"),
    ("[Chorus]", "")])
def test_words_without_a_name_are_called_by_their_first_line(text: str, title: str) -> None:
    given = wording.title_of_words(lyric_from_text(text))
    assert given == title and len(given) <= 40


def test_a_row_without_moods_says_why() -> None:
    tagged = SongRow("a", 1, SongState.TAGGED)
    assert wording.row_note(tagged) == "No mood stood out"
    assert wording.row_note(SongRow("a", 1, SongState.TAGGED, tags=(Tag("anger", 0.6),))) == ""
    assert wording.row_note(SongRow("a", None, SongState.FAILED, message="It\nis gone.")) == (
        "It is gone.")
    assert wording.row_note(SongRow("a", 1, SongState.NO_WORDS)) == "No words"


def test_what_is_experimental_is_spoken_as_such(vocabulary: Vocabulary) -> None:
    tags = (Tag("anger", 0.6), Tag("power", 0.25, experimental=True))
    row = SongRow("a", 1, SongState.TAGGED, "Stone", tags=tags)
    said = wording.row_spoken(row, vocabulary)
    assert "Anger 0.60, Power 0.25 (experimental)" in said


def test_a_tip_takes_nothing_from_a_file_as_markup() -> None:
    row = SongRow("/m/<img src=x>.txt", None, SongState.FAILED, message="It is <b>gone</b>.")
    assert wording.row_tip(row) == (
        "<qt>It is &lt;b&gt;gone&lt;/b&gt;.<br>/m/&lt;img src=x&gt;.txt</qt>")


def test_a_mood_that_left_the_vocabulary_keeps_its_id(vocabulary: Vocabulary) -> None:
    assert wording.mood_name(vocabulary, "old_mood") == "Old mood"
    assert wording.mood_place(vocabulary, "old_mood") == (0.0, 0.0)
    assert wording.mood_name(vocabulary, "sadness") == "Sadness"
