"""Text with marks like {{this}}: found, nested ones first, and replaced in one walk.

Knows no meaning of any mark. What is put in for one is never looked through for marks again, and
the time is linear in the text, whatever stands in it.
"""

import re
from collections.abc import Callable, Sequence

DEEPEST = 8
"""So many marks may stand in each other; those further out are taken for plain text."""

_MARK = re.compile(r"\{\{(?!\{)|\}\}|<(?:user|bot|char)>", re.IGNORECASE)


class PutIn(str):
    """Text that was put in for a mark: never read as part of one."""

    __slots__ = ()


TRIM = PutIn()
"""Put in for a mark that takes the line breaks around itself away."""

ValueOf = Callable[[Sequence[str]], PutIn | None]
"""What stands for a mark, given what is between its braces (the first piece is plain text); None
leaves it as it is. An old mark comes as one piece, in its angle brackets."""


def replaced(text: str, value_of: ValueOf) -> str:
    """The text with a value for each mark that has one."""
    frames: list[list[str]] = [[]]
    end = 0
    for mark in _MARK.finditer(text):
        frames[-1].append(text[end:mark.start()])
        end = mark.end()
        _take(mark.group(), frames, value_of)
    frames[-1].append(text[end:])
    while len(frames) > 1:
        _give_up_outermost(frames)
    return _joined(frames[0])


def _take(mark: str, frames: list[list[str]], value_of: ValueOf) -> None:
    if mark == "{{":
        if len(frames) > DEEPEST:
            _give_up_outermost(frames)
        frames.append([])
    elif mark != "}}":
        value = value_of([mark])
        frames[-1].append(mark if value is None else value)
    elif len(frames) > 1:
        pieces = frames.pop()
        value = value_of(pieces)
        frames[-1].append(PutIn(f"{{{{{''.join(pieces)}}}}}") if value is None else value)
    else:
        frames[-1].append(mark)


def _give_up_outermost(frames: list[list[str]]) -> None:
    """It has no end, or too many stand in it: its braces are plain text."""
    frames[0] += ["{{", *frames.pop(1)]


def _joined(pieces: Sequence[str]) -> str:
    done: list[str] = []
    trims = False
    for piece in pieces:
        if piece is TRIM:
            _cut_breaks(done)
            trims = True
        elif said := piece.lstrip("\r\n") if trims else piece:
            done.append(said)
            trims = False
    return "".join(done)


def _cut_breaks(done: list[str]) -> None:
    while done:
        kept = done.pop().rstrip("\r\n")
        if kept:
            done.append(kept)
            return
