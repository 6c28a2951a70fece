"""Numbers, times and names as a person reads them."""

import pytest

from engine.tagging.reading import lyric_from_text
from engine.tagging.results import Tag
from engine.tagging.song import SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui.song import wording


@pytest.mark.parametrize("valence, arousal, told", [
    (0.5, 0.5, "Bright, stirred"), (-0.5, 0.5, "Dark, stirred"), (-0.5, -0.5, "Dark, still"),
    (0.5, 0.0, "Bright"), (0.1, -0.6, "Still"), (0.0, 0.1, "Neither dark nor bright")])
def test_affect_in_words(valence: float, arousal: float, told: str) -> None:
    assert wording.affect_words(valence, arousal) == told


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
