"""SubRip and WebVTT subtitles to a Draft: cue numbers, times and style marks come off the words.

Times are milliseconds. A text without a single cue is read as plain lines.
"""

import re

from engine.tagging.readers.draft import Draft, DraftLine, plain_draft, text_lines

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,3}))?"
_CUE = re.compile(rf"{_TIME}\s{{0,9}}-{{1,2}}>\s{{0,9}}{_TIME}")
_STYLE = re.compile(r"</?[A-Za-z][^<>]{0,80}>|\{\\[^{}]{0,80}\}")


def parse_srt(text: str) -> Draft:
    """The spoken lines of all cues, each with its cue's time."""
    lines = text_lines(text)
    if not any(_CUE.match(line) for line in lines):
        return plain_draft(text)
    return Draft(tuple(_cue_lines(lines)))


def _cue_lines(lines: list[str]) -> list[DraftLine]:
    found: list[DraftLine] = []
    times: tuple[int, int] | None = None
    for place, line in enumerate(lines):
        cue = _CUE.match(line)
        if cue:
            times = _milliseconds(cue.groups()[:4]), _milliseconds(cue.groups()[4:])
        elif not line:
            times = None
        elif times is not None and not _numbers_next_cue(lines, place):
            spoken = _STYLE.sub("", line).strip()
            if spoken:
                found.append(DraftLine(spoken, times[0], max(times)))
    return found


def _numbers_next_cue(lines: list[str], place: int) -> bool:
    """Some files leave out the empty line before the next cue's number."""
    following = lines[place + 1] if place + 1 < len(lines) else ""
    return lines[place].isdecimal() and _CUE.match(following) is not None


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0"))
