"""Which lines of a lyric are sung: drafts in, LyricLines out.

Every line stays shown; headings, repeat marks, credits, residue and what speaks to a program are
kept from the model, and marks inside a sung line come off its words. Repeats are counted where the
file says them.
"""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.tagging import line_patterns
from engine.tagging.addressed import addresses_program
from engine.tagging.line_patterns import Section
from engine.tagging.lyric import LineKind, LyricLine
from engine.tagging.readers.chords import is_chord, is_chord_line, is_tablature
from engine.tagging.readers.draft import DraftLine

_LONGEST_MARKED = 300
_NOTES = str.maketrans("", "", "♩♪♫♬𝄞🎵🎶")
_LEAD = re.compile(r"(?:[-–—•*>#]\s{0,4}){1,4}(?=\w|[\"'“‘(¿¡])")
_CHORD_MARK = re.compile(r"\[([^\[\]\s]{1,12})\]")
_BY_LINE = re.compile(r"(?:by|von|par|por|di)\s[A-ZÀ-Þ0-9].{0,80}")
_MOST_REPEATS = 32


@dataclass(frozen=True, slots=True)
class _Marked:
    """A line judged by itself. `section` where it is a heading, `above` where it is a bare "x2"."""

    kind: LineKind
    words: str = ""
    repeats: int = 1
    section: Section | None = None
    above: int = 0


def mark_lines(drafts: Iterable[DraftLine], title: str = "",
               artist: str = "") -> tuple[LyricLine, ...]:
    """The lines of a lyric in order; of blank ones only single ones between others are kept."""
    kept = _without_spare_blanks(drafts)
    sung = _page_trimmed([line.text if line.words is None else line.words for line in kept])
    marked = [_mark(line, words) for line, words in zip(kept, sung, strict=True)]
    marked = _head_marked(marked, kept, title, artist)
    repeats = _repeats(marked)
    return tuple(LyricLine(line.text, mark.words, mark.kind, count, line.start_ms, line.end_ms)
                 for line, mark, count in zip(kept, marked, repeats, strict=True))


def mark_line(text: str) -> LyricLine:
    """One line judged by itself, without neighbours."""
    mark = _mark(DraftLine(text), text)
    return LyricLine(text, mark.words, mark.kind, mark.repeats)


def _without_spare_blanks(drafts: Iterable[DraftLine]) -> list[DraftLine]:
    kept: list[DraftLine] = []
    for line in drafts:
        if line.text or (kept and kept[-1].text):
            kept.append(line)
    if kept and not kept[-1].text:
        kept.pop()
    return kept


def _page_trimmed(sung: list[str]) -> list[str]:
    """Words without what websites glue before, behind and between them."""
    trimmed = [line_patterns.without_glued_advice(words) if "You might" in words else words
               for words in sung]
    if trimmed:
        trimmed[0] = line_patterns.without_page_head(trimmed[0])
        trimmed[-1] = line_patterns.without_page_foot(trimmed[-1])
    return trimmed


def _mark(line: DraftLine, words: str) -> _Marked:
    if not line.text:
        return _Marked(LineKind.BLANK)
    if line.kind is not None and line.kind is not LineKind.WORDS:
        name = line_patterns.section(words or line.text)
        return _Marked(line.kind, section=name if line.kind is LineKind.HEADING else None)
    text = " ".join((html.unescape(words) if "&" in words else words).translate(_NOTES).split())
    if not any(map(str.isalnum, text)):
        return _Marked(LineKind.RESIDUE)
    if len(text) > _LONGEST_MARKED:
        return _sung(text)
    return _unsung(text) or _sung(text)


def _unsung(text: str) -> _Marked | None:
    """The judgement on a line that is no words; None if it is sung."""
    count = line_patterns.repeat_count(text)
    if count:
        return _Marked(LineKind.HEADING, above=count)
    if line_patterns.is_residue(text) or addresses_program(text):
        return _Marked(LineKind.RESIDUE)
    if line_patterns.is_credit(text):
        return _Marked(LineKind.CREDIT)
    if is_chord_line(text) or is_tablature(text) or _chords_in_brackets(text):
        return _Marked(LineKind.RESIDUE)
    name = line_patterns.section(text)
    return _Marked(LineKind.HEADING, section=name) if name else None


def _sung(text: str) -> _Marked:
    repeats = 1
    if len(text) <= _LONGEST_MARKED:
        text, repeats = line_patterns.trailing_repeat(text)
        text = text[line_patterns.section_prefix(text):]
    if "[" in text or "(" in text:
        text = line_patterns.without_inline_marks(_CHORD_MARK.sub(_chord_gone, text))
    text = " ".join(_LEAD.sub("", text, count=1).split() if _LEAD.match(text) else text.split())
    kept = any(map(str.isalnum, text))
    return _Marked(LineKind.WORDS, text, repeats) if kept else _Marked(LineKind.RESIDUE)


def _chords_in_brackets(text: str) -> bool:
    names = _CHORD_MARK.findall(text)
    return bool(names) and all(map(is_chord, names)) and not _CHORD_MARK.sub("", text).strip()


def _chord_gone(match: re.Match[str]) -> str:
    return "" if is_chord(match[1]) else match[0]


def _head_marked(marked: list[_Marked], lines: Sequence[DraftLine], title: str,
                 artist: str) -> list[_Marked]:
    """The song's own name over the first verse, and the artist's under it, are not sung."""
    names = {_plain(title), _plain(artist), _plain(f"{artist} {title}"),
             _plain(f"{title} {artist}"), _plain(f"{title} lyrics")} - {""}
    for place, line in enumerate(lines[:3]):
        named = _plain(line.text) in names or (place > 0 and _BY_LINE.fullmatch(line.text))
        below = lines[place + 1].text if place + 1 < len(lines) else "."
        last = not below or _plain(below) in names or _BY_LINE.fullmatch(below)
        if not (named and last and marked[place].kind is LineKind.WORDS):
            break
        marked[place] = _Marked(LineKind.CREDIT if place else LineKind.HEADING)
    return marked


def _plain(text: str) -> str:
    return " ".join("".join(s if s.isalnum() else " " for s in text.casefold()).split())


def _repeats(marked: list[_Marked]) -> list[int]:
    """How often each line is sung, with what headings and bare marks say about others."""
    counts = [mark.repeats for mark in marked]
    parts: dict[str, range] = {}
    for place, mark in enumerate(marked):
        if mark.above:
            _multiply(counts, _paragraph_above(marked, place), mark.above)
        elif mark.section is not None:
            below = _paragraph_below(marked, place)
            times = max(1, mark.section.repeats)
            if len(below) and not mark.section.again:
                parts.setdefault(mark.section.name, below)
                _multiply(counts, below, times)
            elif mark.section.name in parts and mark.section.name:
                for line in parts[mark.section.name]:
                    counts[line] = min(_MOST_REPEATS, counts[line] + marked[line].repeats * times)
    return [min(count, _MOST_REPEATS) if mark.kind is LineKind.WORDS else 1
            for count, mark in zip(counts, marked, strict=True)]


def _multiply(counts: list[int], lines: range, times: int) -> None:
    for line in lines:
        counts[line] = min(_MOST_REPEATS, counts[line] * times)


def _paragraph_above(marked: list[_Marked], place: int) -> range:
    end = place
    while end > 0 and marked[end - 1].kind is LineKind.BLANK:
        end -= 1
    start = end
    while start > 0 and marked[start - 1].kind is LineKind.WORDS:
        start -= 1
    return range(start, end)


def _paragraph_below(marked: list[_Marked], place: int) -> range:
    start = place + 1
    while start < len(marked) and marked[start].kind is LineKind.BLANK:
        start += 1
    end = start
    while end < len(marked) and marked[end].kind is LineKind.WORDS:
        end += 1
    return range(start, end)
