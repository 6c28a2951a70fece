"""The text a person has marked, which may begin in one message and end in another."""

from dataclasses import dataclass

from gui.chat.message_column import MessageColumn
from gui.chat.message_text import Span

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TextSelection:
    """From `anchor` to `caret`, each the place of a message and a position in its text."""

    anchor: Spot
    caret: Spot

    @property
    def empty(self) -> bool:
        return self.anchor == self.caret

    def span_in(self, place: int, length: int) -> Span | None:
        """The marked positions of one message whose text has this length."""
        first, last = sorted((self.anchor, self.caret))
        if self.empty or not first[0] <= place <= last[0]:
            return None
        return (first[1] if place == first[0] else 0, last[1] if place == last[0] else length)

    def words(self, column: MessageColumn) -> str:
        """The marked characters; where they are of several messages, with the names before."""
        first, last = sorted((self.anchor[0], self.caret[0]))
        parts: list[str] = []
        for place in range(first, last + 1):
            text = column.text(place)
            span = self.span_in(place, text.length)
            words = text.words(*span) if span else ""
            if words:
                name = column.messages[place].name
                parts.append(f"{name}:\n{words}" if first != last else words)
        return "\n\n".join(parts)


def everything(column: MessageColumn) -> TextSelection | None:
    """All the text there is."""
    if not column.messages:
        return None
    last = len(column.messages) - 1
    return TextSelection((0, 0), (last, column.text(last).length))
