"""A scroll area over a column of messages: what is in sight, and where everything stands in it.

Guessed heights that turn out wrong never move what is looked at. Knows no key and no selection.
"""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from gui.chat.message_column import HEAD, MessageColumn
from gui.chat.selection import Spot
from gui.theme import GAP, PAGE_MARGIN, Theme

_AT_END = 6
_STEP = 48


class ColumnView(QAbstractScrollArea):
    """Subclasses change `column`, then call `take_in`; `place_children` follows every move."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = MessageColumn(theme)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)  # it lies on the page's own ground
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(_STEP)
        self.verticalScrollBar().valueChanged.connect(self.settle)

    @property
    def at_end(self) -> bool:
        """Whether the person sees the last line, so that the text may follow."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - _AT_END

    @property
    def left(self) -> float:
        """Where the column begins: in the middle, with room for an outline at its sides."""
        return max(float(GAP), (self.viewport().width() - self.column.width) / 2)

    @property
    def upper(self) -> float:
        """The height of the column that is at the viewport's upper end."""
        return self.verticalScrollBar().value() - GAP

    def place_children(self) -> None:
        """Moves what stands on the viewport to where it belongs now."""

    def point_in(self, place: int, point: QPointF) -> QPointF:
        """A point of the viewport as one of a message."""
        return point - QPointF(self.left, self.column.top(place) - self.upper)

    def place_at(self, point: QPointF) -> int:
        """The message under a point of the viewport, -1 beside them all."""
        place = self.column.at(point.y() + self.upper)
        if place < 0 or not -GAP <= self.point_in(place, point).x() <= self.column.width + GAP:
            return -1
        return place

    def spot_at(self, point: QPointF) -> Spot | None:
        """The place in the text nearest to a point of the viewport."""
        place = self.column.at(point.y() + self.upper)
        if place < 0:
            return None
        return place, self.column.text(place).position(
            self.point_in(place, point) - QPointF(0, HEAD))

    def in_sight(self) -> tuple[int, int]:
        """The first and the last message that can be seen."""
        top = self.upper
        return self.column.at(top), self.column.at(top + self.viewport().height())

    def go_to_end(self) -> None:
        self._set_range()
        last = len(self.column.messages) - 1
        self.column.measure(max(0, last - 3), last)
        self.take_in(follow=True)

    def bring_into_sight(self, place: int) -> None:
        """Scrolls no further than needed; of a message too long for the view to its top."""
        for _ in range(2):  # the first time may show what was only guessed
            top, bottom = self.column.top(place), self.column.top(place + 1) + 2 * GAP
            bar, view = self.verticalScrollBar(), self.viewport().height()
            if top < bar.value() or bottom - top > view:
                bar.setValue(int(top))
            elif bottom > bar.value() + view:
                bar.setValue(int(bottom - view))
        self.settle()

    def bring_line_into_sight(self, place: int, position: int) -> None:
        """Scrolls to the line of a message that holds a position of its text, unless it is seen."""
        self.bring_into_sight(place)
        upper, lower = self.column.text(place).height_of(position)
        top, bottom = (self.column.top(place) + HEAD + height + GAP for height in (upper, lower))
        bar, view = self.verticalScrollBar(), self.viewport().height()
        if not bar.value() + GAP <= top <= bottom <= bar.value() + view - GAP:
            bar.setValue(int((top + bottom - view) / 2))
        self.settle()

    def take_in(self, follow: bool) -> None:
        """Shows a changed column: follows its end, or keeps what is looked at in its place."""
        self._set_range()
        if follow:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self.settle()
        if follow:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def settle(self) -> None:
        """Lays out what is in sight."""
        while self.column.messages:
            first, last = self.in_sight()
            # What was read already keeps its place; what comes in above it grows upwards.
            fixed = next((p for p in range(first, last + 1) if self.column.is_known(p)), first)
            anchor = self.column.top(fixed) - self.upper
            if not self.column.measure(first, last):
                break
            self._set_range()
            self._move_quietly(round(self.column.top(fixed) - anchor + GAP))
        self.place_children()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        follow, first = self.at_end, self.column.at(self.upper)
        if self.column.set_width(self.viewport().width() - 2 * PAGE_MARGIN):
            self.width_changed()
            if not follow and first >= 0:
                self._set_range()
                self.verticalScrollBar().setValue(int(self.column.top(first) + GAP))
        self.take_in(follow)

    def width_changed(self) -> None:
        """The column has another width."""

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def _move_quietly(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if value != bar.value():
            bar.blockSignals(True)
            bar.setValue(value)
            bar.blockSignals(False)

    def _set_range(self) -> None:
        view = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, int(self.column.height + 2 * GAP - view)))
        bar.setPageStep(max(1, view - _STEP))
