"""LRC: stamps, offsets, id tags, word stamps and voices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.tagging.readers.draft import Draft
from engine.tagging.readers.lrc import id_tag, looks_like_lrc, parse_lrc, stamp, stamp_ms

TIMES = st.integers(0, 5_999_999)
WORDS = st.text(st.characters(categories=["L"], max_codepoint=0x2FF), min_size=1, max_size=20)


def timed(draft: Draft) -> list[tuple[int | None, str]]:
    return [(line.start_ms, line.text) for line in draft.lines]


@pytest.mark.parametrize("clock, ms", [
    ("00:12", 12_000), ("1:02.5", 62_500), ("01:02.05", 62_050), ("01:02.050", 62_050),
    ("01:02:50", 62_500), ("01:02,500", 62_500), ("100:00.00", 6_000_000),
    ("01:00:00.00", 3_600_000), (" 00:01.00 ", 1_000), ("-00:01.00", 0), ("00:75.00", 75_000)])
def test_stamps_are_read_in_every_spelling(clock: str, ms: int) -> None:
    assert stamp_ms(clock) == ms


@given(TIMES)
def test_a_written_stamp_reads_back(ms: int) -> None:
    assert stamp_ms(stamp(ms)[1:-1]) == ms


@given(st.lists(st.tuples(TIMES, WORDS), min_size=1, max_size=20))
def test_lines_come_back_in_singing_order(lines: list[tuple[int, str]]) -> None:
    # GIVEN lines written in any order / WHEN read / THEN they are sorted and each ends in time
    draft = parse_lrc("\n".join(f"{stamp(ms)}{words}" for ms, words in lines))
    assert timed(draft) == sorted(lines, key=lambda line: line[0])
    for line in draft.lines:
        assert line.end_ms is None or line.start_ms is None or line.end_ms > line.start_ms


def test_a_chorus_with_several_stamps_is_sung_at_each() -> None:
    draft = parse_lrc("[00:21.10][00:45.10]stay with me\n[00:30.00]the road")
    assert timed(draft) == [(21_100, "stay with me"), (30_000, "the road"),
                            (45_100, "stay with me")]
    assert [line.end_ms for line in draft.lines] == [30_000, 45_100, None]


@pytest.mark.parametrize("offset, start", [("+500", 9_500), ("500", 9_500), ("-500", 10_500),
                                           ("+20000", 0), ("soon", 10_000)])
def test_a_positive_offset_shows_the_words_sooner(offset: str, start: int) -> None:
    draft = parse_lrc(f"[offset:{offset}]\n[00:10.00]now")
    assert timed(draft) == [(start, "now")]


def test_id_tags_name_the_song_and_end_the_last_line() -> None:
    draft = parse_lrc("[ti: Low Tide ]\n[ar:Ann Bee]\n[al:Shore]\n[by:me]\n[length: 03:05]\n"
                      "[03:00.00]goodbye")
    assert (draft.title, draft.artist, draft.album) == ("Low Tide", "Ann Bee", "Shore")
    assert timed(draft) == [(180_000, "goodbye")]
    assert draft.lines[0].end_ms == 185_000


@pytest.mark.parametrize("line, found", [
    ("[ti: Low Tide]", ("ti", "Low Tide")), ("  [ x : y ]", ("x", "y")), ("[Chorus]", None),
    ("[00:10.00]words", None), ("words", None)])
def test_id_tags_are_told_from_other_brackets(line: str, found: tuple[str, str] | None) -> None:
    assert id_tag(line) == found


@pytest.mark.parametrize("heading", ["[Chorus]", "[Verse 2]", "[Chorus: Ann]", "[Bridge x2]"])
def test_a_bracket_without_a_clock_is_no_stamp(heading: str) -> None:
    draft = parse_lrc(f"[00:01.00]first\n{heading}\n[00:02.00]second")
    assert timed(draft) == [(1_000, "first"), (None, heading), (2_000, "second")]


def test_word_stamps_come_off_and_keep_their_spaces() -> None:
    draft = parse_lrc("[00:12.00]<00:12.10>some <00:12.60>where<00:13.00> <00:13.20>else<00:14.00>")
    assert timed(draft) == [(12_000, "some where else")]
    assert draft.lines[0].end_ms == 14_000


def test_syllables_join_and_bracketed_word_stamps_come_off() -> None:
    assert timed(parse_lrc("[00:01.00]hal<00:01.20>le<00:01.40>lu")) == [(1_000, "hallelu")]
    assert timed(parse_lrc("[00:01.00]one [00:01.50]two")) == [(1_000, "one two")]


def test_a_line_with_word_stamps_only_starts_at_the_first() -> None:
    assert timed(parse_lrc("<00:05.00>only <00:05.50>words")) == [(5_000, "only words")]


@pytest.mark.parametrize("line, words", [
    ("F: come closer", "come closer"), ("M:come closer", "come closer"), ("v1: hey", "hey"),
    ("D： both of us", "both of us"), ("Mad: world", None), ("Dear friend", None)])
def test_duet_prefixes_are_shown_and_not_sung(line: str, words: str | None) -> None:
    drafted = parse_lrc(f"[00:01.00]{line}").lines[0]
    assert (drafted.text, drafted.words) == (line, words)


def test_background_voices_are_words() -> None:
    assert timed(parse_lrc("[00:01.00]you\n[bg:<00:02.00>ooh <00:03.00>you]")) == [
        (1_000, "you"), (2_000, "ooh you")]


def test_an_empty_stamped_line_ends_the_one_before() -> None:
    lines = parse_lrc("[00:01.00]you\n[00:04.00]\n[00:09.00]me").lines
    assert [line.end_ms for line in lines] == [4_000, 9_000, None]


@pytest.mark.parametrize("text, stamps", [
    ("[00:01.00]a\n[00:02.00]b", True), ("[1:10.10]hello", True), ("[Chorus]\nhello", False),
    ("plain\nwords", False), ("", False),
    ("one\ntwo\nthree\nfour\n[12:30] meet me at the station", False)])
def test_stamps_are_noticed_in_texts_of_unknown_kind(text: str, stamps: bool) -> None:
    assert looks_like_lrc(text) is stamps


LRC_PIECES = st.lists(st.sampled_from(
    ["[", "]", "<", ">", "00:", "01", ".5", ":", "\n", "ti:", "offset:", "-9", "a ", "é", "F:",
     "[00:01.00]", "<00:02.0>", "[length:", "[bg:", "\r", "\t"]), max_size=60).map("".join)


@given(LRC_PIECES | st.text(max_size=80))
def test_no_text_breaks_the_parser(text: str) -> None:
    starts = [line.start_ms for line in parse_lrc(text).lines if line.start_ms is not None]
    assert starts == sorted(starts)
    assert all(start >= 0 for start in starts)
