"""Where the mood in hand holds, drawn beside the lyric as lines whose ends can be dragged.

Knows where lines lie from whoever shows them, and says what was dragged; it stores nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from engine.tagging.corrections.line_words import LineWord
from engine.tagging.corrections.shown_song import MoodSpan
from gui.theme import Theme, mixed

WIDTH = 16
_MIDDLE = 6
_GRIP = 8.0  # pixels around an end in which it can be taken hold of
_KNOB = 3.5


@dataclass(frozen=True, slots=True)
class Lines:
    """How the lyric lies: the area of a line in the viewport (None beyond the end), the line of
    words nearest to a height, and whether a line has words."""

    area: Callable[[int], QRectF | None]
    nearest: Callable[[float], int]


@dataclass(frozen=True, slots=True)
class _Drag:
    """A gesture: the span whose border is held (None for a new one), and what it would become."""

    span: MoodSpan | None
    fixed: int
    at: int

    @property
    def first(self) -> int:
        return min(self.fixed, self.at)

    @property
    def last(self) -> int:
        return max(self.fixed, self.at)


class SpanColumn(QObject):
    """`mood` is the one in hand, "" none. `moved` carries a span and the lines it shall have,
    `drawn` the lines of a new one, `changed` is sent when something is to be painted anew."""

    moved = Signal(object, int, int)
    drawn = Signal(int, int)
    changed = Signal()

    def __init__(self, lines: Lines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._denied: tuple[LineWord, ...] = ()
        self._drag: _Drag | None = None
        self._left = 0.0
        self.mood = ""
        self.spans: tuple[MoodSpan, ...] = ()

    @property
    def dragging(self) -> bool:
        return self._drag is not None

    @property
    def preview(self) -> tuple[int, int] | None:
        """The lines that are being drawn."""
        return (self._drag.first, self._drag.last) if self._drag else None

    def show(self, mood: str, spans: tuple[MoodSpan, ...], denied: tuple[LineWord, ...]) -> None:
        """Takes the spans of the mood in hand, and where the person said that it does not hold."""
        self.mood, self.spans, self._denied, self._drag = mood, spans, denied, None
        self.changed.emit()

    def lie_at(self, left: float) -> None:
        """Where the column begins in the viewport."""
        self._left = left

    def span_at(self, line: int) -> MoodSpan | None:
        """The span that holds a line, else one that ends or begins beside it."""
        holding = (s for s in self.spans if s.first <= line <= s.last)
        beside = (s for s in self.spans if line in (s.first - 1, s.last + 1))
        return next(holding, next(beside, None))

    def holds(self, place: QPointF) -> bool:
        """Whether the place is in the column, where something can be drawn."""
        return bool(self.mood) and self._left - 2 <= place.x() <= self._left + WIDTH

    def grip(self, place: QPointF) -> tuple[MoodSpan, bool] | None:
        """The span whose end lies there, and whether it is the upper one."""
        if not self.holds(place):
            return None
        ends = [(abs(place.y() - y), number, upper) for number, span in enumerate(self.spans)
                for upper, y in ((True, self._top(span.first)), (False, self._bottom(span.last)))]
        near = min(ends, default=None)
        if near is None or near[0] > _GRIP:
            return None
        return self.spans[near[1]], near[2]

    def press(self, place: QPointF) -> bool:
        """Takes hold of a border, or begins a new span; False outside the column."""
        held = self.grip(place)
        if held is not None:
            span, upper = held
            self._drag = _Drag(span, span.last if upper else span.first,
                               span.first if upper else span.last)
        elif self.holds(place):
            line = self._lines.nearest(place.y())
            self._drag = _Drag(None, line, line)
        self.changed.emit()
        return self._drag is not None

    def drag(self, place: QPointF) -> None:
        """Moves what is held to the line there."""
        if self._drag is not None:
            self._drag = replace(self._drag, at=self._lines.nearest(place.y()))
            self.changed.emit()

    def release(self) -> None:
        """Says what came of it; a new span needs more than a click."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if drag.span is None:
            if drag.first != drag.last:
                self.drawn.emit(drag.first, drag.last)
        elif (drag.first, drag.last) != (drag.span.first, drag.span.last):
            self.moved.emit(drag.span, drag.first, drag.last)
        self.changed.emit()

    def cancel(self) -> None:
        """Lets go of what is held and leaves all as it was."""
        self._drag = None
        self.changed.emit()

    def paint(self, painter: QPainter, theme: Theme, colour: QColor) -> None:
        """Draws what is in sight, what the person said stronger than what was predicted."""
        held = self._drag.span if self._drag else None
        for word in self._denied:
            self._paint_denied(painter, theme, word)
        for span in self.spans:
            if span is not held:
                pale = colour if span.said else mixed(colour, QColor(theme.card), 0.7)
                self._paint_span(painter, span.first, span.last, pale, 3 if span.said else 2)
        if self._drag:
            self._paint_span(painter, self._drag.first, self._drag.last, QColor(theme.accent), 3)

    def _paint_span(self, painter: QPainter, first: int, last: int, colour: QColor,
                    strength: float) -> None:
        x = self._left + _MIDDLE
        top, bottom = self._top(first), self._bottom(last)
        painter.setPen(QPen(colour, strength, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for y in (top, bottom):
            painter.drawEllipse(QPointF(x, y), _KNOB, _KNOB)

    def _paint_denied(self, painter: QPainter, theme: Theme, word: LineWord) -> None:
        x = self._left + _MIDDLE
        top, bottom = self._top(word.first), self._bottom(word.last)
        painter.setPen(QPen(QColor(theme.quiet), 1.5, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        middle = (top + bottom) / 2
        painter.setPen(QPen(QColor(theme.quiet), 1.5))
        painter.drawLine(QPointF(x - 3, middle - 3), QPointF(x + 3, middle + 3))
        painter.drawLine(QPointF(x - 3, middle + 3), QPointF(x + 3, middle - 3))

    def _top(self, line: int) -> float:
        area = self._lines.area(line)
        return area.top() + _KNOB + 1 if area else 0.0

    def _bottom(self, line: int) -> float:
        area = self._lines.area(line)
        return area.bottom() - _KNOB - 1 if area else 0.0
