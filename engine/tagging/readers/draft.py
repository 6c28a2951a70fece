"""What every reader hands on: the lines of a file in order, with what the format itself knew.

A reader knows one format. What a line means (heading, credit, residue) is decided in markup;
a reader sets `kind` or `words` only where its format says so beyond doubt.
"""

import re
import unicodedata
from dataclasses import dataclass

from engine.tagging.lyric import LineKind

# Controls, zero-width characters and direction overrides would only confuse screen and model.
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\u202a-\u202e"
                        r"\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line as found. `words` is what is sung, where the format writes more than that."""

    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    words: str | None = None
    kind: LineKind | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A file's lines and what it says about the song."""

    lines: tuple[DraftLine, ...]
    title: str = ""
    artist: str = ""
    album: str = ""


def text_lines(text: str) -> list[str]:
    """The lines of a text, whatever its line ends; invisible characters and outer space gone."""
    text = text.expandtabs(4)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return [_INVISIBLE.sub("", line).strip() for line in text.splitlines()]


def plain_draft(text: str) -> Draft:
    """A text without a format of its own."""
    return Draft(tuple(DraftLine(line) for line in text_lines(text)))
