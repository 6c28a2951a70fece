"""What a message looks like, read from its plain text: lists, code, headings, strong words.

Understands a little of Markdown and nothing of HTML: every other character stands for itself.
Reading never fails and takes time in proportion to the text, whatever a model writes.
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})\s*[\w+#.-]*\s*$")
_HEADING = re.compile(r"#{1,6}\s+(\S.*)$")
_ITEM = re.compile(r"(\s*)([-*+\u2022]|\d{1,3}[.)])\s+(\S.*)$")
# The lengths keep an unclosed mark from being looked for through a whole book.
_INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,400})`"
    r"|\*\*(?P<strong>\S(?:.{0,400}?\S)?)\*\*"
    r"|(?<![\w*])\*(?P<slanted>[^\s*](?:[^*\n]{0,400}?[^\s*])?)\*(?![\w*])")
_DEEPEST = 3


class Kind(enum.Enum):
    """How a passage is set."""

    TEXT = enum.auto()
    HEADING = enum.auto()
    ITEM = enum.auto()
    CODE = enum.auto()


class Look(enum.Enum):
    """How a few words within a passage are set."""

    STRONG = enum.auto()
    SLANTED = enum.auto()
    CODE = enum.auto()


@dataclass(frozen=True, slots=True)
class Stretch:
    """The characters from `start` to `end` of a passage's text have this look."""

    start: int
    end: int
    look: Look


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of a message; of code, one block of lines. `apart` follows an empty line.

    `marker` stands before an item ("•", "2."), `depth` says how far it is moved in.
    """

    kind: Kind
    text: str
    apart: bool = False
    marker: str = ""
    depth: int = 0
    stretches: tuple[Stretch, ...] = ()


def passages(text: str) -> Iterator[Passage]:
    """The passages of a message in their order. A code block nobody closed reaches to the end."""
    apart = False
    lines = iter(text.strip("\n").split("\n"))
    for line in lines:
        fence = _FENCE.match(line)
        if fence:
            yield Passage(Kind.CODE, "\n".join(_until(lines, fence.group(1))), apart)
            apart = True
        elif line.strip():
            yield _line(line, apart)
            apart = False
        else:
            apart = True


def _until(lines: Iterator[str], fence: str) -> Iterator[str]:
    for line in lines:
        if line.strip().startswith(fence) and not line.strip(f"{fence[0]} "):
            return
        yield line


def _line(line: str, apart: bool) -> Passage:
    if heading := _HEADING.match(line):
        words, stretches = _inline(heading.group(1).rstrip("# "))
        return Passage(Kind.HEADING, words, apart, stretches=stretches)
    if item := _ITEM.match(line):
        space, marker, rest = item.groups()
        words, stretches = _inline(rest)
        return Passage(Kind.ITEM, words, apart, marker if marker[0].isdigit() else "\u2022",
                       min(_DEEPEST, len(space.expandtabs(4)) // 2), stretches)
    words, stretches = _inline(line.rstrip())
    return Passage(Kind.TEXT, words, apart, stretches=stretches)


def _inline(line: str) -> tuple[str, tuple[Stretch, ...]]:
    """The line without its marks, and where they were."""
    looks = {"code": Look.CODE, "strong": Look.STRONG, "slanted": Look.SLANTED}
    said: list[str] = []
    found: list[Stretch] = []
    length = after = 0
    for match in _INLINE.finditer(line):
        before, words = line[after:match.start()], match.group(match.lastgroup or 0)
        length += len(before)
        found.append(Stretch(length, length + len(words), looks[match.lastgroup or "code"]))
        length += len(words)
        said += (before, words)
        after = match.end()
    return "".join(said) + line[after:], tuple(found)
