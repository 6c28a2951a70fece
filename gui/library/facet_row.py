"""One line of the facets: what a song can have, how many have it, and whether it is asked for."""

import enum

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from gui.figures import count_text
from gui.library.wording import counted_text
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, ThemeSource, font, mood_colour

HEIGHT = 28
_DOT = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Asked(enum.Enum):
    """Whether songs should have it."""

    NO = "no"
    WITH = "with"
    WITHOUT = "without"


class FacetRow(QAbstractButton):
    """Pressed, it is asked for, or no longer; `without_wanted` asks for the songs that have it
    not, where `can_be_without`. `place` is a mood's on the plane, for its colour."""

    without_wanted = Signal()

    def __init__(self, words: str, theme_source: ThemeSource,
                 place: tuple[float, float] | None = None, can_be_without: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._place = place
        self._can_be_without = can_be_without
        self._body, self._meta = QFontMetrics(font(BODY)), QFontMetrics(font(META))
        self.asked = Asked.NO
        self.count = 0
        self.setText(words)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(HEIGHT)
        if can_be_without:
            self.setToolTip(self.tr("Right-click or press minus to leave songs with it out."))
        self.show_facet(0, Asked.NO)

    def show_facet(self, count: int, asked: Asked) -> None:
        """Takes what is known now."""
        self.count, self.asked = count, asked
        told = {Asked.NO: "", Asked.WITH: self.tr("chosen"),
                Asked.WITHOUT: self.tr("left out")}[asked]
        self.setAccessibleName(", ".join(filter(None, (
            self.text(), counted_text(count, count), told))))
        self.update()

    def count_words(self) -> str:
        """What stands at the end of the line."""
        return "−" if self.asked is Asked.WITHOUT else count_text(self.count)

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Minus and self._can_be_without:
            self.without_wanted.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._can_be_without:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("No matter") if self.asked is Asked.WITH
                       else self.tr("Only songs with it")).triggered.connect(self.click)
        menu.addAction(self.tr("No matter") if self.asked is Asked.WITHOUT
                       else self.tr("Only songs without it")).triggered.connect(
                           self.without_wanted)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme_source.current
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter)
            inside = self.rect().adjusted(SPACE, 0, -SPACE, 0)
            if self._place is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(mood_colour(*self._place, theme.dark))
                painter.drawEllipse(QPointF(inside.left() + _DOT / 2, self.height() / 2),
                                    _DOT / 2, _DOT / 2)
                inside.setLeft(inside.left() + _DOT + SPACE)
            self._paint_words(painter, inside)

    def _paint_ground(self, painter: QPainter) -> None:
        theme = self._theme_source.current
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.asked is not Asked.NO or self.underMouse():
            chosen = self.asked is not Asked.NO
            painter.setBrush(QColor(theme.selection if chosen else theme.hover))
            painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)

    def _paint_words(self, painter: QPainter, area: QRect) -> None:
        theme = self._theme_source.current
        count = self.count_words()
        room = self._meta.horizontalAdvance(count) + SPACE
        painter.setPen(QColor(theme.quiet))
        painter.setFont(font(META))
        painter.drawText(area, _RIGHT, count)
        chosen = font(BODY, self.asked is Asked.WITH)
        chosen.setStrikeOut(self.asked is Asked.WITHOUT)
        painter.setFont(chosen)
        painter.setPen(QColor(theme.ink if self.count or self.asked is not Asked.NO
                              else theme.quiet))
        name = QFontMetrics(chosen).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, area.width() - room)
        painter.drawText(area, _LEFT, name)
