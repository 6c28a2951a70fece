"""What in a written talk is a mark, and how texts are written so that none of them can be one.

A line of a text that would look like a mark, an aside or the opening of a turn is written behind
"> ", as quotes are; so is a line that begins with ">" itself, and reading takes one "> " off. In
names a colon, a brace and a backslash stand behind a backslash, and so does the first letter of a
name that would look like a mark.
"""

import re
from collections.abc import Iterable

from engine.chat.prompts.format import NAME, TEXT, PromptFormat, slots_of

QUOTE = "> "
BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_QUOTED = re.compile(f"(?<=[{BREAKS}]){QUOTE}")
_SIGNS = re.compile(r"[\\:{}]")
_SIGNED = re.compile(r"\\(.)")


def one_line(text: str) -> str:
    """A text without line breaks, control characters and doubled spaces."""
    return _SPACES.sub(" ", text).strip()


class Marks:
    """The marks of one format.

    `signs` are lines that no words look like; `lines` begin the format's other lines before the
    talk: no reply holds them.
    """

    def __init__(self, form: PromptFormat) -> None:
        self._chat = form.form == "chat"
        self._narrator = form.narrator
        self._openings: dict[str, str] = {}
        self._after_name = form.opening.removeprefix(NAME)
        self._before_aside, _, self._after_aside = form.aside.partition(TEXT)
        starts = () if self._chat else head_starts(form)
        own_lines = {line.strip() for line in form.head.split("\n") if not slots_of(line)}
        self.signs = tuple(start for start in starts
                           if start in own_lines and not start[0].isalnum())
        self.lines = tuple(start for start in head_starts(form) if start.endswith(":"))
        tail = re.escape(self._after_name).replace(r"\{\}", rf"\{{[^{{}}{BREAKS}]*\}}")
        opening = rf"(?=[^\s{QUOTE[0]}])((?:\\.|[^\\:{{}}{BREAKS}])+?){tail}(?=\s|\Z)"
        marks = _either([QUOTE[0], self._before_aside, self._narrator, *starts])
        self._opening = re.compile(opening)
        self._like_a_mark = re.compile(rf"[ \t]*{marks}", re.IGNORECASE)
        self._in_talk = _at_line_start(rf"(?:{marks}|{opening})")
        self._in_head = _at_line_start(_either([QUOTE[0], *starts]))

    def spoken(self, name: str) -> str:
        """A name as it stands in a prompt."""
        written = _SIGNS.sub(r"\\\g<0>", one_line(name))
        if written and self._like_a_mark.match(written + self._after_name):
            return "\\" + written
        return written

    @staticmethod
    def name_of(spoken: str) -> str:
        """The name that stands in a prompt like this."""
        return _SIGNED.sub(r"\1", spoken)

    def opening(self, name: str) -> str:
        """How a turn of this speaker begins; "" is the narrator."""
        if name not in self._openings:
            spoken = self.spoken(name)
            self._openings[name] = spoken + self._after_name if spoken else self._narrator
        return self._openings[name]

    def turn(self, name: str, text: str) -> str:
        """A whole turn. Its first line may hold anything: it stands behind the opening."""
        between = " " if text and not text.startswith("\n") else ""
        return f"{self.opening(name)}{between}{self._in_talk.sub(QUOTE, text)}"

    def aside(self, text: str) -> str:
        """A line to the model within the talk."""
        return f"{self._before_aside}{one_line(text)}{self._after_aside}"

    def in_head(self, text: str, begins_line: bool) -> str:
        """A foreign text as it stands before the talk."""
        if self._chat:
            return text  # the template keeps what is ours apart from it
        quoted = self._in_head.sub(QUOTE, f"\n{text}" if begins_line else text)
        return quoted[1:] if begins_line else quoted

    def opened(self, line: str) -> tuple[str, str] | None:
        """Who opens a turn in a line, and the rest of it; None where nobody does."""
        if line.startswith(self._narrator):
            name, rest = "", line[len(self._narrator):]
            if rest and not rest[0].isspace():
                return None
        elif found := self._opening.match(line):
            name, rest = self.name_of(found[1]), line[found.end():]
        else:
            return None
        return name, rest.removeprefix(" ")

    def aside_in(self, line: str) -> str | None:
        """The words of an aside; None where a line is none."""
        if not line.startswith(self._before_aside):
            return None
        return line.removeprefix(self._before_aside).removesuffix(self._after_aside)


def _either(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"


def _at_line_start(pattern: str) -> re.Pattern[str]:
    """The places after a line break where this follows."""
    return re.compile(rf"(?<=[{BREAKS}])(?=[ \t]*{pattern})", re.IGNORECASE)


def unquoted(text: str) -> str:
    """A text of a turn as it was before it was written."""
    return _QUOTED.sub("", text)


def head_starts(form: PromptFormat) -> tuple[str, ...]:
    """How the lines of a format's own words begin before the talk, the longest first."""
    lines = [line for line in form.head.split("\n") if line.strip()]
    starts = {line.partition("{")[0].strip() if slots_of(line) else line.strip()
              for line in lines}
    return tuple(sorted(filter(None, starts), key=lambda start: (-len(start), start)))
