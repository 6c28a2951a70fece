"""TTML, as subtitle tools and music players write it, to a Draft.

Streams the XML through expat and keeps no tree: paragraphs become lines, word spans join, song
parts become headings. Any document type declaration is refused, so no entity is ever expanded.
"""

import re
import xml.parsers.expat
from collections.abc import Mapping

from engine.errors import EngineError
from engine.tagging.lyric import LineKind
from engine.tagging.readers.draft import Draft, DraftLine

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(?:(\d{1,4}):)?(\d{1,9}(?:\.\d{1,9})?)s?")
_FRAMES = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2}):(\d{1,3})(?:\.\d{1,9})?")
_COUNT = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|m|ms|f|t)")
_SIDE_TEXT = frozenset({"x-translation", "x-roman", "x-romanization"})
_DEEPEST = 200


def parse_ttml(text: str) -> Draft:
    """The paragraphs of a TTML text. EngineError where it is broken or declares entities."""
    reader = _Reader()
    try:
        reader.parser.Parse(text, True)
    except (xml.parsers.expat.ExpatError, UnicodeEncodeError) as error:
        raise EngineError("This TTML file is damaged: its XML does not end well.",
                          "Save it again where it was made, or paste the lyric.") from error
    return Draft(tuple(reader.lines), title=reader.title.strip())


class _Reader:
    """Collects lines while expat walks through the elements."""

    def __init__(self) -> None:
        self.lines: list[DraftLine] = []
        self.title = ""
        self.parser = xml.parsers.expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.EntityDeclHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._open: list[str] = []
        self._pieces: list[str] = []
        self._times: tuple[int | None, int | None] = (None, None)
        self._side_depth = 0
        self._rates = (30.0, 1.0)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        known = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        self._open.append(tag)
        if len(self._open) > _DEEPEST:
            raise EngineError("This TTML file is nested too deeply to be a lyric.",
                              "Save it again where it was made, or paste the lyric.")
        if self._side_depth or known.get("role") in _SIDE_TEXT:
            self._side_depth += 1
        elif tag == "tt":
            self._rates = _rate(known, "frameRate", 30.0), _rate(known, "tickRate", 1.0)
        elif tag == "div":
            self._begin_part(known.get("songPart") or known.get("song-part") or "")
        elif tag == "p":
            self._pieces, self._times = [], self._span(known)
        elif tag == "br":
            self._pieces.append("\n")

    def _begin_part(self, part: str) -> None:
        if self.lines:
            self.lines.append(DraftLine("", kind=LineKind.BLANK))
        if part:
            self.lines.append(DraftLine(f"[{part}]", words="", kind=LineKind.HEADING))

    def _span(self, attributes: Mapping[str, str]) -> tuple[int | None, int | None]:
        begin = time_ms(attributes.get("begin", ""), *self._rates)
        end = time_ms(attributes.get("end", ""), *self._rates)
        if end is None and begin is not None:
            length = time_ms(attributes.get("dur", ""), *self._rates)
            end = None if length is None else begin + length
        return begin, end

    def _text(self, text: str) -> None:
        if self._side_depth:
            return
        if "p" in self._open:
            self._pieces.append(re.sub(r"\s+", " ", text))
        elif self._open and self._open[-1] == "title":
            self.title += text

    def _end(self, _name: str) -> None:
        tag = self._open.pop()
        if self._side_depth:
            self._side_depth -= 1
        elif tag == "p":
            for line in "".join(self._pieces).split("\n"):
                if line.strip():
                    self.lines.append(DraftLine(" ".join(line.split()), *self._times))


def _refuse(*_declaration: object) -> None:
    raise EngineError("This TTML file declares a document type, which a lyric never needs.",
                      "Remove its <!DOCTYPE ...> part, or paste the lyric.")


def _rate(attributes: Mapping[str, str], name: str, default: float) -> float:
    value = attributes.get(name, "")
    return float(value) if re.fullmatch(r"[1-9]\d{0,8}", value) else default


def time_ms(value: str, frame_rate: float = 30.0, tick_rate: float = 1.0) -> int | None:
    """Milliseconds of a TTML time expression; None where it is none."""
    value = value.strip()
    if match := _COUNT.fullmatch(value):
        unit = {"h": 3_600_000.0, "m": 60_000.0, "ms": 1.0, "f": 1000 / frame_rate,
                "t": 1000 / tick_rate}[match[2]]
        return round(float(match[1]) * unit)
    if match := _FRAMES.fullmatch(value):
        hours, minutes, seconds, frames = (int(part) for part in match.groups())
        return round(((hours * 60 + minutes) * 60 + seconds + frames / frame_rate) * 1000)
    if match := _CLOCK.fullmatch(value):
        whole = 0
        for part in filter(None, match.groups()[:2]):
            whole = whole * 60 + int(part)
        return round((whole * 60 + float(match[3])) * 1000)
    return None
