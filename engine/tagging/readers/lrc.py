"""LRC and enhanced LRC: stamped lines to a Draft in singing order.

Times are milliseconds from the start of the song, the file's offset applied and never below 0.
A bracket is a stamp only if it holds digits and a colon: [Chorus] is a heading.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.tagging.lyric import LineKind
from engine.tagging.readers.draft import Draft, DraftLine, text_lines

_CLOCK = r"\s{0,9}-?(?:\d{1,2}:)?\d{1,4}:\d{1,2}(?:[.,:]\d{1,3})?\s{0,9}"
_STAMP = re.compile(rf"\s{{0,9}}\[({_CLOCK})\]")
_WORD_STAMP = re.compile(rf"\s?[<\[]({_CLOCK})[>\]]")
_LEADING = re.compile(rf"\s*(?:\[{_CLOCK}\]|<{_CLOCK}>)")
_ID_TAG = re.compile(r"\s*\[\s*([A-Za-z#_]{1,24})\s*:([^\[\]]*)\]\s*")
_BACKGROUND = re.compile(r"\[bg:(.*)\]\s*", re.IGNORECASE)
_VOICE = re.compile(r"(?:[FMDfmd]|[vV]\d{1,2})\s?[:：]\s*")
_OFFSET = re.compile(r"\s*([+-]?\d{1,9})")

_FORMAT_TAGS = frozenset({"ti", "ar", "al", "au", "lr", "by", "length", "offset", "re", "ve",
                          "tool", "la", "#", "id", "key", "hash", "sign", "qq", "total",
                          "language", "kana", "version", "encoding"})


def stamp_ms(clock: str) -> int:
    """Milliseconds of "mm:ss", "mm:ss.x", ".xx", ".xxx", ":xx" or "hh:mm:ss.xx"; never negative."""
    parts = clock.strip().replace(",", ".").split(":")
    seconds, _, fraction = parts[-1].partition(".")
    if len(parts) == 3 and not fraction:
        # mm:ss:xx is far more common in LRC than hh:mm:ss.
        parts, seconds, fraction = parts[:2], parts[1], seconds
    else:
        parts = [*parts[:-1], seconds]
    if parts[0].startswith("-"):
        return 0
    whole = 0
    for part in parts:
        whole = whole * 60 + int(part)
    return whole * 1000 + int(fraction.ljust(3, "0")[:3] or 0)


def stamp(ms: int) -> str:
    """The LRC stamp of a time, to the millisecond."""
    return f"[{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}]"


def looks_like_lrc(text: str) -> bool:
    """Whether a text of unknown format carries LRC stamps: on one in three of its lines."""
    lines = [line for line in text.splitlines() if line.strip()]
    stamped = sum(_LEADING.match(line) is not None for line in lines)
    return stamped > 0 and stamped * 3 >= len(lines)


def id_tag(line: str) -> tuple[str, str] | None:
    """The key, in small letters, and value of a line such as "[ti: Song title]"."""
    match = _ID_TAG.fullmatch(line)
    return (match[1].lower(), match[2].strip()) if match else None


def parse_lrc(text: str) -> Draft:
    """The lines of an LRC text, sorted by time; unstamped ones stay behind their neighbour."""
    tags: dict[str, str] = {}
    stamped: list[DraftLine] = []
    for line in text_lines(text):
        tag = id_tag(line)
        if tag and _belongs_to_format(tag[0], stamped):
            tags.setdefault(tag[0], tag[1])
        else:
            stamped.extend(_stamped(line))
    lines = with_ends(_in_time(_shifted(stamped, _offset(tags))), _length(tags))
    return Draft(lines, title=tags.get("ti", ""), artist=tags.get("ar", ""),
                 album=tags.get("al", ""))


def with_ends(lines: Iterable[DraftLine], length_ms: int | None = None) -> tuple[DraftLine, ...]:
    """Every timed line ends where the next later one starts, the last at the song's length."""
    ended: list[DraftLine] = []
    later, current = length_ms, None
    for line in reversed(list(lines)):
        if line.start_ms is not None:
            if current is not None and current > line.start_ms:
                later = current
            current = line.start_ms
            if line.end_ms is None and later is not None and later > current:
                line = replace(line, end_ms=later)
        ended.append(line)
    return tuple(reversed(ended))


def _belongs_to_format(key: str, before: list[DraftLine]) -> bool:
    """An unknown tag counts as one only in the head of the file: [Chorus: Ann] is a heading."""
    return key in _FORMAT_TAGS or (key != "bg" and not any(line.text for line in before)
                                   and len(key) <= 3)


def _stamped(line: str) -> Iterator[DraftLine]:
    """The line once for each stamp before it, or once without a time."""
    starts: list[int] = []
    place = 0
    while match := _STAMP.match(line, place):
        starts.append(stamp_ms(match[1]))
        place = match.end()
    yield from _repeated(line[place:].strip(), starts)


def _repeated(rest: str, starts: list[int]) -> Iterator[DraftLine]:
    background = _BACKGROUND.fullmatch(rest)
    if background:
        rest = background[1]
    inner = [stamp_ms(match[1]) for match in _WORD_STAMP.finditer(rest)]
    ends_with_stamp = bool(inner) and rest.endswith((">", "]"))
    text = " ".join(_WORD_STAMP.sub(_space_kept, rest).split()) if inner else rest
    voice = _VOICE.match(text)
    words = text[voice.end():] if voice else None
    if not starts and len(inner) > ends_with_stamp:
        starts = inner[:1]
    for start in starts:
        end = inner[-1] if ends_with_stamp and len(starts) == 1 and inner[-1] > start else None
        yield DraftLine(text, start, end, words)
    if not starts:
        yield DraftLine(text, words=words, kind=None if text else LineKind.BLANK)


def _space_kept(match: re.Match[str]) -> str:
    """A stamp inside a word splits syllables: only a space that was there stays."""
    return " " if match[0][0].isspace() else ""


def _offset(tags: Mapping[str, str]) -> int:
    match = _OFFSET.match(tags.get("offset", ""))
    return int(match[1]) if match else 0


def _length(tags: Mapping[str, str]) -> int | None:
    match = re.fullmatch(_CLOCK, tags.get("length", ""))
    return stamp_ms(match[0]) if match else None


def _shifted(lines: list[DraftLine], offset: int) -> list[DraftLine]:
    """A positive offset shows the words sooner."""
    if not offset:
        return lines
    return [line if line.start_ms is None else replace(
        line, start_ms=max(0, line.start_ms - offset),
        end_ms=None if line.end_ms is None else max(0, line.end_ms - offset)) for line in lines]


def _in_time(lines: list[DraftLine]) -> list[DraftLine]:
    """Stable: an unstamped line keeps its place behind the stamped one before it."""
    keyed: list[tuple[int, DraftLine]] = []
    time = -1
    for line in lines:
        time = time if line.start_ms is None else line.start_ms
        keyed.append((time, line))
    return [line for _, line in sorted(keyed, key=lambda pair: pair[0])]
