"""Which lines are sung, what of them, and how often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tagging.lyric import LineKind, LyricLine
from engine.tagging.markup import mark_line, mark_lines
from engine.tagging.readers.draft import plain_draft


def marked(text: str, title: str = "", artist: str = "") -> tuple[LyricLine, ...]:
    return mark_lines(plain_draft(text).lines, title, artist)


def repeats(text: str) -> dict[str, int]:
    return {line.words: line.repeats for line in marked(text) if line.words}


HEADINGS = ["[Chorus]", "[Verse 2: Ann & Ben]", "Chorus", "Chorus:", "CHORUS x2", "(Chorus)",
            "[Pre-Chorus]", "Verse 1", "Verse 1: Ann", "*chorus*", "--- Verse 1 ---", "<Bridge>",
            "Refrain (2x)", "[Instrumental break]", "(Instrumental)", "Instrumental", "[laughs]",
            "(fade out)", "Estribillo:", "Refrão", "【副歌】", "Припев:", "[Guitar Solo]", "Outro"]
REPEATS = ["x2", "(x3)", "2x", "[x2]", "repeat 2x", "(Repeat)", "(2 times)", "bis", "×2"]
CREDITS = ["Written by Ann Bee", "Lyrics by: Ann Bee", "Words and music: Ann Bee",
           "Produced by Cee Dee", "Music: Ann Bee", "Songwriters: Ann Bee / Cee Dee", "作词 : 安",
           "作詞：安", "词：安", "编曲：安", "작사: 안",
           "Letra y música: Ann Bee", "Paroles: Ann Bee",
           "Text und Musik: Ann Bee", "© 2001 Small Songs", "All rights reserved"]
RESIDUE = ["You might also like", "See Ann Bee Live", "Get tickets as low as $12", "12Embed",
           "Embed", "Lyrics licensed by Somebody", "https://example.org/x", "www.example.org",
           "******* This Lyrics is NOT for Commercial use *******", "(1409617829201)",
           "3 ContributorsLow Tide Lyrics", "Submit Corrections", "♪♪♪", "...", "***",
           "Am  G  C", "e|--3--0--2--|", "Find more lyrics at example.org",
           '{"t":0,"c":[{"tx":"a"}]}']
SUNG = ["Bridge over the water", "Break", "Break my fall", "You might also like it too",
        "Written by the stars", "Music was the first thing", "A man", "1 2 3 4", "(ooh ooh)",
        "Tag along with me", "four 4x4", "I said it twice", "twice", "Key to the door", "Solo",
        "The end", "End of the road", "Copy", "Thank you to the rain for falling", "Amen",
        "Be here", "Hmmm", "Emma", "(Find the words for me)", "(chorus of the crows)"]


@pytest.mark.parametrize("kind, text", [
    *[(LineKind.HEADING, text) for text in HEADINGS + REPEATS],
    *[(LineKind.CREDIT, text) for text in CREDITS],
    *[(LineKind.RESIDUE, text) for text in RESIDUE]])
def test_what_is_not_sung_is_kept_from_the_model(kind: LineKind, text: str) -> None:
    line = marked(text)[0]
    assert (line.kind, line.words, line.text) == (kind, "", text)


@pytest.mark.parametrize("text", SUNG)
def test_what_only_looks_like_a_mark_is_sung(text: str) -> None:
    line = mark_line(text)
    assert (line.kind, line.words) == (LineKind.WORDS, text)


@pytest.mark.parametrize("text, words, times", [
    ("hold me (x3)", "hold me", 3), ("hold me x2", "hold me", 2), ("hold me [2x]", "hold me", 2),
    ("hold me (repeat)", "hold me", 2), ("hold me (3 times)", "hold me", 3),
    ("hold me 2x.", "hold me", 2), ("my 4 x 4", "my 4 x 4", 1),
    ("hold (me) x900", "hold (me) x900", 1),
    ("hold me (x900)", "hold me", 32), ("hold me (twice)", "hold me", 2)])
def test_repeat_marks_come_off_a_sung_line_and_count(text: str, words: str, times: int) -> None:
    line = mark_line(text)
    assert (line.words, line.repeats, line.kind) == (words, times, LineKind.WORDS)


@pytest.mark.parametrize("text, words", [
    ("♪ hold me ♪", "hold me"), ("- Hold me", "Hold me"), ("you &amp; I", "you & I"),
    ("[Am]Hold [G]me", "Hold me"), ("hold me [Chorus] again (x2) now", "hold me again now"),
    ("Chorus: we all sing", "we all sing"), ("[Verse 1] hold me", "hold me"),
    ("hold [me] tight", "hold [me] tight")])
def test_marks_inside_a_line_come_off_its_words(text: str, words: str) -> None:
    line = mark_line(text)
    assert (line.words, line.text) == (words, text)


def test_what_a_website_glued_to_the_words_comes_off() -> None:
    lines = marked("12 ContributorsLow Tide Lyrics[Verse 1]\nhold me\nnowYou might also like\n"
                   "You might also likeAnd then\nYou might also like[Chorus]\ngoodbye123Embed")
    assert [line.kind for line in lines] == [
        LineKind.HEADING, LineKind.WORDS, LineKind.WORDS, LineKind.WORDS, LineKind.HEADING,
        LineKind.WORDS]
    assert [line.words for line in lines if line.words] == ["hold me", "now", "And then", "goodbye"]


def test_the_songs_own_name_over_the_words_is_not_sung() -> None:
    lines = marked("Low Tide\nby Ann Bee\n\nhold me\nLow Tide", title="Low Tide")
    assert [line.words for line in lines] == ["", "", "", "hold me", "Low Tide"]


def test_a_first_line_that_is_also_the_title_stays_where_the_verse_goes_on() -> None:
    lines = marked("Low tide\ncomes again", title="Low Tide")
    assert [line.words for line in lines] == ["Low tide", "comes again"]


def test_a_bare_mark_counts_for_the_paragraph_above() -> None:
    assert repeats("one\n\ntwo\nthree\n\n(x3)\n\nfour") == {
        "one": 1, "two": 3, "three": 3, "four": 1}


def test_a_heading_counts_for_its_own_paragraph() -> None:
    assert repeats("[Chorus x2]\none\ntwo (x2)\n\nthree") == {"one": 2, "two": 4, "three": 1}


def test_a_bare_heading_sings_its_part_again() -> None:
    assert repeats("[Chorus]\none\n\n[Verse]\ntwo\n\n[Chorus]\n\nRepeat chorus x2\n\n[Outro]\nthree"
                   ) == {"one": 4, "two": 1, "three": 1}


def test_an_unknown_part_or_a_mark_over_nothing_changes_nothing() -> None:
    assert repeats("x2\none\n\n[Chorus]\n\n[Bridge]") == {"one": 1}


def test_blank_lines_are_kept_single_and_off_the_ends() -> None:
    assert [line.text for line in marked("\n\none\n\n\n\ntwo\n\n")] == ["one", "", "two"]


LINES = st.sampled_from([*HEADINGS, *REPEATS, *CREDITS, *RESIDUE, *SUNG, "", "hold me (x2)"])


@given(st.lists(LINES, max_size=30).map("\n".join) | st.text(max_size=200))
def test_every_line_is_shown_and_only_sung_ones_have_words(text: str) -> None:
    lines = marked(text)
    assert [line.text for line in lines if line.text] == [
        line.text for line in plain_draft(text).lines if line.text]
    for line in lines:
        assert bool(line.words) is (line.kind is LineKind.WORDS)
        assert 1 <= line.repeats <= 32
        assert "\n" not in line.words
