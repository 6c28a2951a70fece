"""A reason names the lines that carried a mood, and says nothing of those that did not."""

import pytest

from engine.tagging.lyric import LineKind, LyricLine
from engine.tagging.reasons import LineReason, Reason
from gui.song.why import Span, carrying, votes_text, why_text


def words(text: str, read: str = "") -> LyricLine:
    return LyricLine(text, read or text, LineKind.WORDS)


def reason(*lines: LineReason, excerpts: tuple[int, ...] = ()) -> Reason:
    return Reason("sadness", 0.66, lines, excerpts)


def whole(line: int, change: float, length: int = 99) -> LineReason:
    return LineReason(line, 0, length, change)


def test_only_lines_that_count_beside_the_strongest_are_shown() -> None:
    lines = (words("rain"), words("tears"), words("table"), words("sun"))
    told = carrying(reason(whole(0, 0.05), whole(1, 0.2), whole(2, 0.01), whole(3, -0.3)), lines)
    assert told == (Span(0, 0, 4, 0.05), Span(1, 0, 5, 0.2))


def test_where_nothing_counts_nothing_is_shown() -> None:
    assert carrying(reason(whole(0, 0.004), whole(1, 0.0)), (words("a"), words("b"))) == ()
    assert carrying(reason(), (words("a"),)) == ()


def test_a_repeated_line_is_shown_wherever_it_is_sung() -> None:
    # GIVEN a line that was read once and stands there three times
    lines = (words("Goodbye now"), words("table"), words("goodbye now"), words("Goodbye now"))
    told = carrying(reason(whole(0, 0.2), whole(1, 0.0)), lines)
    assert [span.line for span in told] == [0, 2, 3]


def test_a_part_of_a_long_line_is_found_within_what_is_shown() -> None:
    # GIVEN a line that shows chords the tagger did not read
    line = words("(x2) The rain came. And then the sun came out.",
                 "The rain came. And then the sun came out.")
    told = carrying(reason(LineReason(0, 0, 14, 0.2), LineReason(0, 15, 41, 0.0)), (line,))
    assert [line.text[span.start:span.end] for span in told] == ["The rain came."]


def test_words_that_are_not_found_mark_the_whole_line() -> None:
    line = words("Th[Am]e ra[C]in", "The rain came and went")
    assert carrying(reason(LineReason(0, 4, 8, 0.2)), (line,)) == (
        Span(0, 0, len(line.text), 0.2),)


@pytest.mark.parametrize("spans, told", [
    ((), "Sadness 0.66: the song as a whole, no single line."),
    ((Span(3, 0, 9, 0.123),), "Sadness 0.66: carried by one line, worth 0.12."),
    ((Span(3, 0, 9, 0.05), Span(5, 0, 9, 0.14), Span(5, 10, 20, 0.1)),
     "Sadness 0.66: carried by 2 lines, the strongest worth 0.14."),
])
def test_the_answer_is_one_sentence(spans: tuple[Span, ...], told: str) -> None:
    assert why_text(reason(), "Sadness", spans) == told


@pytest.mark.parametrize("excerpts, count, told", [
    ((), 1, ""), ((0,), 1, ""), ((), 4, "No excerpt alone shows it."),
    ((2,), 4, "Excerpt 3 of 4 shows it."), ((2, 0), 4, "Excerpts 1 and 3 of 4 show it."),
    ((3, 0, 1), 5, "Excerpts 1, 2 and 4 of 5 show it."), ((1, 0), 2, "Both excerpts show it."),
    ((1, 0, 2), 3, "All 3 excerpts show it."),
])
def test_votes_are_counted_as_people_count(excerpts: tuple[int, ...], count: int,
                                           told: str) -> None:
    assert votes_text(reason(excerpts=excerpts), count) == told
