"""What of a streamed reply is the speaker's own: no name before it, nobody else's turn, no marks.

The same letters give the same text, however they are cut into pieces, and what was let through is
never taken back. Held back is at most the beginning of a line, or of a mark. Knows no model.
"""

from collections.abc import Iterable

import regex

from engine.chat.prompts.format import NAME, PromptFormat
from engine.chat.prompts.marks import BREAKS, Marks, one_line

# What chat models end turns with, spelled out; the tokens themselves give no text.
_TOKENS = (
    r"<\|[\w ./-]{1,40}\|>", r"</?s>", r"<(?:start|end)_of_turn>", r"\[/?INST\]", r"<</?SYS>>",
    r"<SYS>", r"</?(?:bos|eos|pad|unk)>", r"<end_of_utterance>", r"###[A-Z]###")
_ROLES = ("User", "Assistant", "Human")
_BLANK = r"[\s\x1c-\x1f]*"
_REMARK = r"(?:\([^()\n]{0,60}\)|\{[^{}\n]{0,60}\}|\[[^\[\]\n]{0,60}\])"
_ANY_SIGNS = rf"[^\p{{L}}\p{{N}}>{BREAKS}]{{0,8}}"  # a line behind ">" is a quote, and stays
_AROUND = r"[ \t*_\"”\])]{0,8}"
_SHORTEST_WORD = 2  # letters of a first name that stands for the whole one
_SURELY_A_MARK = 3  # letters: a reply that ends in so many of a mark's was about to say it
_PAUSES = frozenset("<[#") | frozenset(BREAKS)


class ReplyCleaner:
    """Serves one reply, or the rest of one that was `begun`. `ended` is set once it went on to
    what is not the speaker's; nothing follows."""

    def __init__(self, speaker: str, others: Iterable[str], form: PromptFormat,
                 begun: str = "") -> None:
        marks = Marks(form)
        narrator = marks.opening("").partition(" ")[0].rstrip(":")
        own = _called([speaker or narrator], marks)
        foreign = _called([*others, *([narrator] if speaker else []), *_ROLES], marks)
        ours = {name.casefold() for name in own}  # a word both go by is the speaker's
        others_only = [name for name in foreign if name.casefold() not in ours]
        self._own = _pattern(_opening(r"[ \t*_#]{0,6}", own))
        self._foreign = _pattern("|".join([
            _opening(_ANY_SIGNS, others_only), *(_BLANK + regex.escape(line)
                                                 for line in marks.lines),
            *(_told_of(own, others_only) if "{" in form.opening.removeprefix(NAME) else ())]))
        self._mark = _pattern("|".join([*_TOKENS, *map(regex.escape, marks.signs)]))
        self._held = ""
        self._is_bare = not begun.strip()  # nothing is said yet on this line
        self._begins_line = self._is_bare or begun[-1] in BREAKS
        self._is_one_turn = form.form == "text"
        self._closing = ""  # what is still to be dropped after "**Ann:"
        self.ended = False

    def add(self, piece: str) -> str:
        """What became certain with this piece, maybe nothing."""
        return "".join(map(self._letter, piece))

    def rest(self) -> str:
        """What was held back, at the end of the reply. The beginning of a mark, or of another's
        turn, is none of it."""
        held, self._held = self._held, ""
        if self.ended:
            return ""
        self.ended = True
        words = held.lstrip()
        if len(words) >= _SURELY_A_MARK and self._mark.match(words, partial=True):
            return ""
        if self._is_bare:
            return words
        return "" if self._was_about_to_hand_over(held, words) else held

    def _was_about_to_hand_over(self, held: str, words: str) -> bool:
        """Whether a last line is nothing but the beginning of another's name: "\nSa"."""
        return (self._begins_line and any(map(str.isalpha, words))
                and self._foreign.match(held, partial=True) is not None)

    def _letter(self, letter: str) -> str:
        if self.ended:
            return ""
        self._held += letter
        said = ""
        while self._held:
            settled = self._line_begun() if self._begins_line else self._within_line()
            if settled is None:
                break
            said += settled
        return said

    def _line_begun(self) -> str | None:
        """Settles whether a turn begins here; None while it could."""
        if self._is_bare and not self._bared():
            return None
        foreign = self._foreign.match(self._held, partial=True)
        if foreign and not foreign.partial:
            return self._end()
        own = self._own.match(self._held, partial=True)
        if own and not own.partial:
            is_next = self._is_one_turn and not self._is_bare
            return self._end() if is_next else self._without_name(own.end())
        if foreign or own:
            return None
        self._begins_line = self._is_bare = False
        return self._released(len(self._held) - len(self._held.lstrip()))

    def _bared(self) -> bool:
        """Drops what stands before the first word; False while there is none yet."""
        self._held = self._held.lstrip()
        if self._closing and self._closing.startswith(self._held):
            if self._held == self._closing:
                self._held = self._closing = ""
            return False
        self._closing = ""
        return bool(self._held)

    def _without_name(self, end: int) -> str:
        name = self._released(end)
        lead = regex.match(r"[\s\x1c-\x1f]*([*_]*)", name)
        self._closing = lead[1][::-1] if lead else ""
        was_bare, self._is_bare = self._is_bare, True
        return "" if was_bare else name[:len(name) - len(name.lstrip())]

    def _within_line(self) -> str | None:
        """Settles whether a mark begins here; None while it could."""
        if self._held[0] in BREAKS:
            self._begins_line = True
            return ""
        mark = self._mark.match(self._held, partial=True)
        if mark:
            return None if mark.partial else self._end()
        plain = (at for at, letter in enumerate(self._held) if at and letter in _PAUSES)
        return self._released(next(plain, len(self._held)))

    def _end(self) -> str:
        self._held, self.ended = "", True
        return ""

    def _released(self, end: int) -> str:
        piece, self._held = self._held[:end], self._held[end:]
        return piece


def _pattern(source: str) -> "regex.Pattern[str]":
    return regex.compile(source, regex.IGNORECASE)


def _opening(lead: str, names: Iterable[str]) -> str:
    """A name that opens a turn, maybe with a remark: "**Ben (smiling):"."""
    either = "|".join(regex.escape(name) for name in names)
    return rf"{_BLANK}{lead}(?:{either}){_AROUND}(?:{_REMARK}{_AROUND})?[:：]"


def _told_of(own: Iterable[str], others: Iterable[str]) -> Iterable[str]:
    """The lines that tell who the people are, where they look like turns: "Ann {female, 34}"."""
    for names, within in ((own, r"[^{},\n]{0,60},"), (others, "")):
        either = "|".join(regex.escape(name) for name in names)
        yield rf"{_BLANK}(?:{either})[ \t]*\{{{within}"


def _called(names: Iterable[str], marks: Marks) -> list[str]:
    """All that names may be written as; the longest first."""
    found: dict[str, None] = {}
    for name in map(one_line, names):
        first = name.partition(" ")[0]
        spelled = [name, marks.spoken(name), *([first] if len(first) >= _SHORTEST_WORD else [])]
        found.update(dict.fromkeys(filter(None, spelled)))
    return sorted(found, key=lambda name: (-len(name), name))
