"""Where every message of a conversation stands, one under the other, however many there are.

Heights are guessed from the length of the text until a message comes into sight; then it is laid
out and its height is known. Only the last ones laid out are kept. Paints nothing.
"""

from bisect import bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtGui import QFontMetricsF

from gui.chat.finding import Found
from gui.chat.message_text import MessageText, Span
from gui.chat.shown import ShownMessage
from gui.theme import LINE_HEIGHT, READING, READING_COLUMNS, SPACE, Theme, font

HEAD = 3 * SPACE
NOTE = 3 * SPACE
BETWEEN = 3 * SPACE
_KEPT = 96


class MessageColumn:
    """All heights and tops in pixels, from the top of the first message."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        metrics = QFontMetricsF(font(READING))
        self._character = metrics.averageCharWidth()
        self._line = metrics.height() * (LINE_HEIGHT - 0.15)
        self.widest = self._character * READING_COLUMNS
        self.width = self.widest
        self.messages: tuple[ShownMessage, ...] = ()
        self._heights: list[float] = []
        self._known: list[bool] = []
        self._tops: list[float] = [0.0]
        self._texts: OrderedDict[int, MessageText] = OrderedDict()
        self._editor: tuple[int, float] | None = None
        self._found: dict[int, list[Span]] = {}
        self._found_now: Found | None = None

    @property
    def height(self) -> float:
        return self._tops[-1]

    def show(self, messages: Sequence[ShownMessage]) -> None:
        """Takes other messages; those that are the same at the same place keep their layout."""
        same = _same_at_start(self.messages, messages)
        self.messages = tuple(messages)
        for place in [p for p in self._texts if p >= same]:
            del self._texts[place]
        self._heights[same:] = [self._guess(message) for message in self.messages[same:]]
        self._known[same:] = [False] * (len(self.messages) - same)
        self._add_up(same)

    def replace(self, place: int, message: ShownMessage) -> None:
        """Another text for one message, laid out at once."""
        known = (*self.messages[:place], message, *self.messages[place + 1:])
        if message.text != self.messages[place].text:
            self._texts.pop(place, None)
        self.messages = known
        self._known[place] = False
        self.measure(place, place)

    def set_width(self, width: float) -> bool:
        """Lays out for another width; whether it differs from the one before."""
        width = max(self._character * 8, min(width, self.widest))
        if width == self.width:
            return False
        self.width = width
        self._start_over()
        return True

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._texts.clear()

    def show_found(self, found: Sequence[Found], now: Found | None) -> None:
        """Takes the places of words that were searched for, and the one the person is at."""
        self._found = defaultdict(list)
        for one in found:
            self._found[one.place].append((one.start, one.end))
        self._found_now = now

    def set_editor(self, place: int, height: float) -> None:
        """Gives the text of one message this height instead; a `place` of -1 ends that."""
        changed = {place, self._editor[0] if self._editor else -1} - {-1}
        self._editor = (place, height) if place >= 0 else None
        for one in changed:
            if one < len(self.messages):
                self._known[one] = False
                self.measure(one, one)

    def top(self, place: int) -> float:
        return self._tops[place]

    def bottom(self, place: int) -> float:
        """The lower end of a message, without the room to the next one."""
        return self._tops[place + 1] - BETWEEN

    def at(self, height: float) -> int:
        """The message at this height; the first or last one beyond the ends, -1 of none."""
        last = len(self.messages) - 1
        return min(last, max(0, bisect_right(self._tops, height) - 1))

    def is_known(self, place: int) -> bool:
        """Whether the height of a message is measured, not guessed."""
        return self._known[place]

    def measure(self, first: int, last: int) -> bool:
        """Lays out these messages where that was not done yet; whether anything moved."""
        moved = False
        for place in range(first, last + 1):
            if not self._known[place]:
                height = self._measured(place)
                moved = moved or height != self._heights[place]
                self._heights[place] = height
                self._known[place] = True
        if moved:
            self._add_up(first)
        return moved

    def text(self, place: int) -> MessageText:
        """The typeset text of a message."""
        made = self._texts.get(place)
        if made is None:
            made = MessageText(self.messages[place].text, self.width, self._theme)
            self._texts[place] = made
            while len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        self._texts.move_to_end(place)
        made.found = self._found.get(place, ())
        now = self._found_now
        made.found_now = (now.start, now.end) if now and now.place == place else None
        return made

    def _measured(self, place: int) -> float:
        if self._editor and self._editor[0] == place:
            return HEAD + self._editor[1] + BETWEEN
        message = self.messages[place]
        body = self.text(place).height if message.text else 0.0
        return HEAD + body + note_height(message) + BETWEEN

    def _guess(self, message: ShownMessage) -> float:
        a_line = max(1.0, self.width / self._character)
        lines = sum(1 + int(len(line) / a_line) for line in message.text.split("\n"))
        return HEAD + lines * self._line + note_height(message) + BETWEEN

    def _start_over(self) -> None:
        self._texts.clear()
        self._heights = [self._guess(message) for message in self.messages]
        self._known = [False] * len(self.messages)
        self._add_up(0)

    def _add_up(self, first: int) -> None:
        self._tops[first:] = accumulate(self._heights[first:], initial=self._tops[first])


def note_height(message: ShownMessage) -> int:
    """What the lines of its note take."""
    return NOTE * len(message.beneath)


def _same_at_start(one: Sequence[ShownMessage], other: Sequence[ShownMessage]) -> int:
    """How many messages both begin with."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left is not right and left != right:
            return place
    return min(len(one), len(other))
