"""ChordPro and Markdown: marks are shown and kept from the words."""

from hypothesis import given
from hypothesis import strategies as st

from engine.tagging.lyric import LineKind
from engine.tagging.markup import mark_lines
from engine.tagging.readers.chordpro import parse_chordpro
from engine.tagging.readers.chords import is_chord, is_chord_line
from engine.tagging.readers.draft import Draft
from engine.tagging.readers.markdown import parse_markdown

SHEET = """{title: Low Tide}
{meta: artist Ann Bee}
{composer: Cee Dee}
# capo on 2
{start_of_verse: Verse 1}
[Am]Walk the [G/B]shore with [C]me
Hal[F]le[Em7]lu
{end_of_verse}
[Chorus]
[Am] [G] | [C]
{c: x2}
{sot}
e|--3--0--|
words in a tab
{eot}
The [*softly] end"""


def marked(draft: Draft) -> list[tuple[LineKind, str]]:
    return [(line.kind, line.words) for line in mark_lines(draft.lines) if line.text]


def test_a_chord_sheet_keeps_its_words_only() -> None:
    draft = parse_chordpro(SHEET)
    assert (draft.title, draft.artist) == ("Low Tide", "Ann Bee")
    assert marked(draft) == [
        (LineKind.HEADING, ""), (LineKind.CREDIT, ""), (LineKind.CREDIT, ""),
        (LineKind.RESIDUE, ""), (LineKind.HEADING, ""),
        (LineKind.WORDS, "Walk the shore with me"), (LineKind.WORDS, "Hallelu"),
        (LineKind.RESIDUE, ""), (LineKind.HEADING, ""), (LineKind.RESIDUE, ""),
        (LineKind.HEADING, ""), (LineKind.HEADING, ""), (LineKind.RESIDUE, ""),
        (LineKind.RESIDUE, ""), (LineKind.RESIDUE, ""), (LineKind.WORDS, "The end")]


def test_every_line_of_a_chord_sheet_is_still_shown() -> None:
    assert [line.text for line in parse_chordpro(SHEET).lines] == SHEET.split("\n")


def test_chords_are_told_from_words() -> None:
    for chord in ("A", "Am", "C#m7", "Bb", "F#m7b5", "Gsus4", "D/F#", "Cmaj7", "E7(#9)", "N.C."):
        assert is_chord(chord), chord
    for word in ("Am.", "Amen", "Be", "Go", "Dad", "Face", "I", "Home", "Bad", "Chorus"):
        assert not is_chord(word), word
    assert is_chord_line("Am   G  | C  x2")
    assert not is_chord_line("A")
    assert not is_chord_line("A man")


PAGE = """---
title: "Low Tide"
artist: Ann Bee
---
# Low Tide
## Verse 1
> **Walk** the _shore_ with `me`
- my_own_name [stays](http://example.org) \\*here\\*
---
<!-- a note -->
![cover](tide.png) the end"""


def test_markdown_marks_come_off_the_words() -> None:
    draft = parse_markdown(PAGE)
    assert (draft.title, draft.artist) == ("Low Tide", "Ann Bee")
    assert marked(draft) == [
        (LineKind.HEADING, ""), (LineKind.HEADING, ""), (LineKind.WORDS, "Walk the shore with me"),
        (LineKind.WORDS, "my_own_name stays *here*"), (LineKind.RESIDUE, ""),
        (LineKind.RESIDUE, ""), (LineKind.WORDS, "the end")]


def test_the_first_heading_names_a_song_without_a_head() -> None:
    assert parse_markdown("# Low Tide\nwords").title == "Low Tide"
    assert parse_markdown("---\nno head, a rule\n---\nwords").title == ""


PIECES = st.lists(st.sampled_from(
    ["{", "}", "[", "]", "(", ")", "sot", "eot", "c:", "meta: title", "A", "m7", "#", " ", "\n",
     "*", "_", "`", "---", ">", "!", "word", ":", "\\", "<", "x2"]), max_size=60).map("".join)


@given(PIECES | st.text(max_size=80))
def test_no_text_breaks_the_parsers(text: str) -> None:
    for parse in (parse_chordpro, parse_markdown):
        for line in mark_lines(parse(text).lines):
            assert line.words == "" or line.kind is LineKind.WORDS
