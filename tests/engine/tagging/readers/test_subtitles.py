"""SubRip, WebVTT and TTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.tagging.lyric import LineKind
from engine.tagging.readers.srt import parse_srt
from engine.tagging.readers.ttml import parse_ttml, time_ms

TT = '<?xml version="1.0" encoding="UTF-8"?><tt xmlns="http://www.w3.org/ns/ttml" ' \
     'xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:p="http://example.org/parts">'


def test_srt_cues_become_timed_lines() -> None:
    draft = parse_srt("1\n00:00:12,000 --> 00:00:15,500\n<i>Down by</i>\n{\\an8}the water\n\n"
                      "2\n01:00:16,250 --> 01:00:19,000 align:start\n99\n")
    assert [(line.start_ms, line.end_ms, line.text) for line in draft.lines] == [
        (12_000, 15_500, "Down by"), (12_000, 15_500, "the water"), (3_616_250, 3_619_000, "99")]


def test_webvtt_without_hours_and_without_empty_lines_is_read() -> None:
    draft = parse_srt("WEBVTT\n\n00:01.000 --> 00:02.000\none\n2\n00:02.000 --> 00:03.000\ntwo")
    assert [(line.start_ms, line.text) for line in draft.lines] == [(1_000, "one"), (2_000, "two")]


def test_an_srt_file_without_cues_is_plain_text() -> None:
    assert [line.text for line in parse_srt("no times\nat all").lines] == ["no times", "at all"]


@given(st.lists(st.sampled_from(["1", "\n", "00:00:01,000", " --> ", "00:00:02.5", "<i>", "a",
                                 "{\\", "}", "<", ">"]),
                max_size=50).map("".join) | st.text(max_size=60))
def test_no_text_breaks_the_srt_parser(text: str) -> None:
    for line in parse_srt(text).lines:
        assert line.start_ms is None or line.end_ms is None or line.end_ms >= line.start_ms


def test_ttml_paragraphs_spans_parts_and_title() -> None:
    # GIVEN a file as music players write it: word spans, song parts, a translation beside
    draft = parse_ttml(
        TT + "<head><metadata><ttm:title>Low &amp; Slow</ttm:title></metadata></head><body>"
        '<div p:songPart="Verse"><p begin="12.5" end="0:15.2"><span begin="12.5">Some</span>'
        '<span>where</span> <span>else</span><br/>we go'
        '<span ttm:role="x-translation">irgend<b>wo</b></span></p></div>'
        '<div><p begin="00:01:02:15" dur="2s">  home\n   again </p></div></body></tt>')

    # THEN
    assert draft.title == "Low & Slow"
    assert [(line.start_ms, line.end_ms, line.text) for line in draft.lines] == [
        (None, None, "[Verse]"), (12_500, 15_200, "Somewhere else"), (12_500, 15_200, "we go"),
        (None, None, ""), (62_500, 64_500, "home again")]
    assert draft.lines[0].kind is LineKind.HEADING


@pytest.mark.parametrize("value, ms", [
    ("1.5s", 1_500), ("250ms", 250), ("2m", 120_000), ("1h", 3_600_000), ("15f", 500),
    ("7t", 7_000),
    ("12.345", 12_345), ("1:02.5", 62_500), ("01:01:02.5", 3_662_500), ("00:00:01:15", 1_500),
    ("", None), ("soon", None), ("-1s", None)])
def test_ttml_times(value: str, ms: int | None) -> None:
    assert time_ms(value) == ms


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "rain" * 10}">' for n in range(9))


@pytest.mark.parametrize("declared", [
    f"<!DOCTYPE tt [{BOMB}]>", '<!DOCTYPE tt [<!ENTITY file SYSTEM "file:///etc/hostname">]>',
    '<!DOCTYPE tt SYSTEM "http://example.org/tt.dtd">'], ids=["bomb", "file", "outside"])
def test_declared_entities_are_refused_unread(declared: str) -> None:
    text = f"{declared}<tt><body><p>&e8;&file;</p></body></tt>"
    with pytest.raises(EngineError, match="document type"):
        parse_ttml(text)


@pytest.mark.parametrize("text", ["", "words", TT, "<tt><p>&nosuch;</p></tt>", "<tt><p></tt>"])
def test_broken_ttml_is_one_sentence(text: str) -> None:
    with pytest.raises(EngineError, match="damaged"):
        parse_ttml(text)


def test_ttml_nested_without_end_is_refused() -> None:
    with pytest.raises(EngineError, match="nested"):
        parse_ttml("<a>" * 100_000)


@given(st.lists(st.sampled_from(
    ["<tt>", "</tt>", "<p begin='1s'>", "<p>", "</p>", "<div>", "</div>", "<br/>", "<span>",
     "</span>", "<span ttm:role='x-roman'>", "rain", "&amp;", "&#0;", "<title>", "</title>"]),
    max_size=40).map("".join) | st.text(max_size=60))
def test_ttml_is_read_or_refused(text: str) -> None:
    try:
        parse_ttml(text)
    except EngineError as refusal:
        assert refusal.hint
