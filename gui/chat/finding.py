"""Finds words in what a conversation shows: every place, as positions in the typeset text.

Pure functions of values; letters of any case count as the same, any space as one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.chat.conversation import Conversation
from gui.chat.markup import Kind, passages
from gui.chat.shown import ShownMessage

_MARKED = re.compile(r"[`*#~\t]|^[^\S\n]*(?:[-+\u2022]|\d{1,3}[.)])\s", re.MULTILINE)
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Found:
    """From `start` to `end` of the text of message `place`, in UTF-16 units as Qt counts them."""

    place: int
    start: int
    end: int


def find(messages: Sequence[ShownMessage], words: str) -> tuple[Found, ...]:
    """Every place that holds the words, from the first message on; () of no words."""
    wanted = words.split()
    if not wanted:
        return ()
    pattern = re.compile(r"\s+".join(map(re.escape, wanted)), re.IGNORECASE)
    return tuple(Found(place, *_units(text, match)) for place, message in enumerate(messages)
                 for text in [shown_text(message.text)] for match in pattern.finditer(text))


def found_elsewhere(conversation: Conversation, words: str) -> int:
    """How many messages hold the words that are not shown, but in other branches."""
    shown = {message.id for message in conversation.path}
    hidden = [ShownMessage(message.id, "", message.text) for message in conversation.messages
              if message.id not in shown]
    return len({found.place for found in find(hidden, words)})


@lru_cache(_KEPT)
def shown_text(text: str) -> str:
    """The characters of a message as they are shown, without its marks: a line each."""
    if not _MARKED.search(text):
        return "\n".join(line.rstrip() for line in text.strip("\n").split("\n") if line.strip())
    return "\n".join(f"{passage.marker}\t{passage.text}" if passage.kind is Kind.ITEM
                     else passage.text for passage in passages(text))


def _units(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Letters beyond the first 65,536 take two units."""
    start, end = match.span()
    if text.isascii():
        return start, end
    before = len(_ASTRAL.findall(text, 0, start))
    return start + before, end + before + len(_ASTRAL.findall(text, start, end))
