"""Draws messages: name, pager of alternatives, text, note. Typographic, no balloons."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.chat.faces import readable
from gui.chat.message_column import HEAD, NOTE, MessageColumn, note_height
from gui.chat.message_text import Span
from gui.chat.shown import ShownMessage
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, Theme, font

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
_STEP_WIDTH = 20.0
_OUTLINE = 8.0
_NAME_LEAST, _BESIDE_NAME = 80.0, 240.0  # the pager and the bar of buttons stand there


class MessagePaint:
    """Draws into areas whose top is a message's top. One for each transcript."""

    def __init__(self) -> None:
        self._name_font, self._small_font = font(BODY, bold=True), font(META)
        self._name_metrics = QFontMetricsF(self._name_font)
        self._small_metrics = QFontMetricsF(self._small_font)

    def draw(self, painter: QPainter, column: MessageColumn, place: int, theme: Theme,
             selected: Span | None, hide_text: bool) -> None:
        """Draws one message at the painter's origin."""
        message = column.messages[place]
        painter.setFont(self._name_font)
        painter.setPen(QColor(name_colour(message, theme)))
        painter.drawText(QRectF(0, 0, column.width, HEAD - 4), _LEFT, self._name(message, column))
        if message.of > 1:
            self._draw_pager(painter, column, message, theme)
        if hide_text:
            return
        if message.text:
            painter.save()
            painter.translate(0, HEAD)
            column.text(place).draw(painter, selected)
            painter.restore()
        if message.beneath:
            foot = column.bottom(place) - column.top(place)
            self._draw_note(painter, message, QRectF(0, foot - note_height(message), column.width,
                                                     NOTE), theme)

    def _draw_note(self, painter: QPainter, message: ShownMessage, area: QRectF,
                   theme: Theme) -> None:
        """Line by line; what a narrow window cannot show of one ends in dots."""
        painter.setFont(self._small_font)
        painter.setPen(QColor(theme.quiet))
        for line in message.beneath:
            told = self._small_metrics.elidedText(line, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, _LEFT, told)
            area.translate(0, NOTE)

    def draw_outline(self, painter: QPainter, column: MessageColumn, place: int,
                     theme: Theme) -> None:
        """Shows which message the keyboard is at."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        height = column.bottom(place) - column.top(place)
        painter.drawRoundedRect(QRectF(0, 0, column.width, height).adjusted(
            -_OUTLINE, -_OUTLINE, _OUTLINE, _OUTLINE), RADIUS_CONTROL, RADIUS_CONTROL)

    def step_at(self, column: MessageColumn, place: int, point: QPointF) -> int:
        """Which way a press at this point of a message pages its alternatives: -1, 1 or 0."""
        message = column.messages[place]
        if message.of < 2:
            return 0
        back, _, forth = self._pager(column, message)
        if back.contains(point) and message.number > 1:
            return -1
        if forth.contains(point) and message.number < message.of:
            return 1
        return 0

    def _draw_pager(self, painter: QPainter, column: MessageColumn, message: ShownMessage,
                    theme: Theme) -> None:
        back, count, forth = self._pager(column, message)
        painter.setFont(self._small_font)
        for area, words, live in ((back, "\u2039", message.number > 1),
                                  (count, f"{message.number}/{message.of}", True),
                                  (forth, "\u203a", message.number < message.of)):
            painter.setPen(QColor(theme.quiet if live else theme.line))
            painter.drawText(area, _CENTRE, words)

    def _pager(self, column: MessageColumn,
               message: ShownMessage) -> tuple[QRectF, QRectF, QRectF]:
        left = self._name_metrics.horizontalAdvance(self._name(message, column)) + SPACE
        count = self._small_metrics.horizontalAdvance(f"{message.number}/{message.of}")
        height = HEAD - 4
        return (QRectF(left, 0, _STEP_WIDTH, height),
                QRectF(left + _STEP_WIDTH, 0, count, height),
                QRectF(left + _STEP_WIDTH + count, 0, _STEP_WIDTH, height))

    def _name(self, message: ShownMessage, column: MessageColumn) -> str:
        room = max(_NAME_LEAST, column.width - _BESIDE_NAME)
        return self._name_metrics.elidedText(message.name, Qt.TextElideMode.ElideRight, room)


def name_colour(message: ShownMessage, theme: Theme) -> str:
    """The person in ink, a persona in their colour, a model in the accent."""
    if message.colour:
        return readable(message.colour, theme)
    return theme.ink if message.mine else theme.accent


def described(message: ShownMessage) -> str:
    """A message in words, for a screen reader."""
    translate: Callable[[str, str], str] = QCoreApplication.translate
    said = f"{message.name}: {message.text}"
    if message.of > 1:
        said += " " + translate("Transcript", "Alternative {n} of {all}.").format(
            n=message.number, all=message.of)
    return " ".join((said, *message.beneath)).strip()
