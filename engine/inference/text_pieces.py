"""Token ids to pieces of text that can be shown at once and never have to be taken back.

A piece never ends inside a character and never holds a stop string or the beginning of one.
Special tokens give no text. Knows a tokenizer, no model.
"""

import codecs
import re
from collections.abc import Sequence

from engine.inference.tokenizer import Tokenizer

# A joiner wants its next character, half of a flag its other half.
_UNSETTLED = re.compile("\u200d$|(?<![\U0001f1e6-\U0001f1ff])(?:[\U0001f1e6-\U0001f1ff]{2})*"
                        "(?P<half>[\U0001f1e6-\U0001f1ff])$")  # fmt: skip


class TextPieces:
    """Serves one reply. `stopped` is set once a stop string was said; nothing follows it."""

    def __init__(self, tokenizer: Tokenizer, stops: Sequence[str] = ()) -> None:
        self._tokenizer = tokenizer
        self._stops = tuple(stop for stop in stops if stop)
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.stopped = False

    def add(self, token: int) -> str:
        """The text that became certain with this token, maybe none."""
        if self.stopped:
            return ""
        self._held += self._characters.decode(self._tokenizer.token_bytes(token))
        places = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if places:
            self.stopped = True
            return self._release(min(places))
        unsure = max((_overlap(self._held, stop) for stop in self._stops), default=0)
        joining = _UNSETTLED.search(self._held)
        return self._release(len(self._held) - max(unsure, 1 if joining else 0))

    def rest(self) -> str:
        """What was held back, at the end of the reply."""
        if self.stopped:
            return ""
        self._held += self._characters.decode(b"", final=True)
        return self._release(len(self._held))

    def _release(self, end: int) -> str:
        piece, self._held = self._held[:end], self._held[end:]
        return piece


def _overlap(text: str, stop: str) -> int:
    """How many letters at the end of `text` may be the beginning of `stop`."""
    longest = min(len(stop) - 1, len(text))
    return next((n for n in range(longest, 0, -1) if text.endswith(stop[:n])), 0)
