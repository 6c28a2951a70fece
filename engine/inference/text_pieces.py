"""Token ids to pieces of text that can be shown at once and never have to be taken back.

A piece never ends inside a character and never holds a stop string or the beginning of one.
"""

from collections.abc import Sequence

from engine.inference.tokenizer import Tokenizer


class TextPieces:
    """Serves one reply."""

    def __init__(self, tokenizer: Tokenizer, stops: Sequence[str] = ()) -> None:
        self._tokenizer = tokenizer
        self._stops = tuple(stop for stop in stops if stop)
        self._ids: list[int] = []
        self._shown = 0
        self.stopped = False

    def add(self, token: int) -> str:
        """The text that became certain with this token, maybe none."""
        self._ids.append(token)
        text = self._tokenizer.decode(self._ids)
        if text.endswith("\ufffd"):
            return ""
        return self._show(text, self._certain(text))

    def rest(self) -> str:
        """What was held back, at the end of the reply."""
        text = self._tokenizer.decode(self._ids)
        return "" if self.stopped else self._show(text, len(text))

    def _show(self, text: str, end: int) -> str:
        piece = text[self._shown : end]
        self._shown = max(self._shown, end)
        return piece

    def _certain(self, text: str) -> int:
        found = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if found:
            self.stopped = True
            return min(found)
        longest = max((_overlap(text, stop) for stop in self._stops), default=0)
        return len(text) - longest


def _overlap(text: str, stop: str) -> int:
    """How many letters at the end of `text` may be the beginning of `stop`."""
    return next((n for n in range(len(stop) - 1, 0, -1) if text.endswith(stop[:n])), 0)
