"""What a model said when it was asked for a line, made into the line itself, or into nothing.

Pure text; measures nothing. Small models like to quote, to announce and to go on: that is cut.
"""

import re

from engine.chat.memory.words import words_of

_QUOTES = "\"“”„«»'‘’`*"
_PAIRS = ("\"\"", "“”", "„“", "„”", "«»", "''", "‘’", "``", "**")
_LABEL = re.compile(
    r"^\s*(?:the\s+)?(?:new|re-?written|revised|changed|happier|sadder|answer|line|version|rewrite)"
    r"(?:\s+(?:line|version|text|one))?\s*:\s*", re.IGNORECASE)
_ANNOUNCED = re.compile(
    r"^\s*(?:(?:sure|certainly|of course|okay|ok)(?: thing)?[!,.:]\s*)?"
    r"(?:here(?:'s|’s| is| are)\b[^:\n]{0,120}:\s*)?", re.IGNORECASE)
_FEWEST, _MOST = 0.4, 2.2
"""A line may become so much shorter or longer, in words; a few words more are always allowed."""
_LEEWAY = 4


def cleaned(said: str) -> str:
    """The first line that says something, without announcement, label and quotes around it."""
    text = said.strip()
    for pattern in (_ANNOUNCED, _LABEL):
        text = pattern.sub("", text, count=1)
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = _LABEL.sub("", line, count=1).strip()
    while len(line) > 1 and any(line[0] == pair[0] and line[-1] == pair[1] for pair in _PAIRS):
        line = line[1:-1].strip()
    return line


def unquoted_like(line: str, original: str) -> str:
    """Without a quotation mark at its edge that the original does not have."""
    if line[:1] in _QUOTES and original[:1] != line[:1] and line.count(line[:1]) == 1:
        line = line[1:].lstrip()
    if line[-1:] in _QUOTES and original[-1:] != line[-1:] and line.count(line[-1:]) == 1:
        line = line[:-1].rstrip()
    return line


def is_another(line: str, original: str, examples: frozenset[str]) -> bool:
    """Whether it can stand for the original: it says something else, is about as long, and is
    none of the prompt's own examples."""
    new, old = words_of(line), words_of(original)
    if not new or new == old or " ".join(new) in examples:
        return False
    return _FEWEST * len(old) - 1 <= len(new) <= _MOST * len(old) + _LEEWAY
