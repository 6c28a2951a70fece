"""What is read out of a message's plain text, and that nothing more is."""


import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gui.chat.markup import Kind, Look, passages
from tests.quickest import quickest

MARKS = st.text(alphabet="*`_#-1. \nab<>&~", max_size=200)


def kinds(text: str) -> list[tuple[Kind, str]]:
    return [(p.kind, p.text) for p in passages(text)]


def test_lines_stay_lines_and_empty_ones_set_apart() -> None:
    found = list(passages("one\ntwo\n\nthree\n"))
    assert [(p.text, p.apart) for p in found] == [("one", False), ("two", False), ("three", True)]


@pytest.mark.parametrize("text, marker, depth", [
    ("- tea", "\u2022", 0), ("* tea", "\u2022", 0), ("\u2022 tea", "\u2022", 0),
    ("12. tea", "12.", 0), ("3) tea", "3)", 0), ("  - tea", "\u2022", 1),
    ("            - tea", "\u2022", 3)])
def test_items_have_a_marker_and_a_depth(text: str, marker: str, depth: int) -> None:
    item, = passages(text)
    assert (item.kind, item.text, item.marker, item.depth) == (Kind.ITEM, "tea", marker, depth)


@pytest.mark.parametrize("text", ["-tea", "1999 was long", "#hash", "1.5 litres", "a - b", "---"])
def test_what_only_looks_like_a_mark_stays_text(text: str) -> None:
    assert kinds(text) == [(Kind.TEXT, text)]


def test_headings_lose_their_marks() -> None:
    assert kinds("## Plan ##") == [(Kind.HEADING, "Plan")]


def test_code_keeps_every_character() -> None:
    code = "def f():\n    return '**no**'\n\n# x"
    assert kinds(f"```python\n{code}\n```\nend") == [(Kind.CODE, code), (Kind.TEXT, "end")]


def test_a_block_of_code_that_is_still_being_written_reaches_to_the_end() -> None:
    assert kinds("so:\n~~~\na\n```\nb") == [(Kind.TEXT, "so:"), (Kind.CODE, "a\n```\nb")]


def test_strong_slanted_and_code_words_are_marked_where_they_stand() -> None:
    line, = passages("a **b c** *d* `e*f*`")
    assert line.text == "a b c d e*f*"
    assert [(line.text[s.start:s.end], s.look) for s in line.stretches] == [
        ("b c", Look.STRONG), ("d", Look.SLANTED), ("e*f*", Look.CODE)]


@pytest.mark.parametrize("text", ["2 * 3 * 4", "snake_case_name", "**", "** **", "`", "a*b*c",
                                  "<b>no</b> &amp; <img src=x>", "**open"])
def test_loose_marks_stay_as_they_are(text: str) -> None:
    line, = passages(text)
    assert (line.text, line.stretches) == (text, ())


@given(MARKS)
def test_anything_can_be_read_and_no_letter_is_lost(text: str) -> None:
    found = list(passages(text))
    assume("```" not in text)  # what stands behind a fence names a language and is not shown
    shown = "".join(p.marker + p.text for p in found)
    assert shown.count("a") + shown.count("b") == text.count("a") + text.count("b")
    for passage in found:
        for stretch in passage.stretches:
            assert 0 <= stretch.start < stretch.end <= len(passage.text)


def test_a_book_of_open_marks_takes_no_time() -> None:
    def read() -> None:
        for mark in ("**", "*a", "`", "**a", "- ", "```\n", "#"):
            list(passages(mark * 20_000))

    assert quickest(read, 3) < 3
