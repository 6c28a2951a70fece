"""Draws the small chips of a queue row, each mood once, and hands them out as pictures."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPixmap

from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import mood_name, mood_place
from gui.theme import META, ChipColours, chip_colours, font

CHIP_HEIGHT = 20
_PADDING = 8
_DOT = 6
_GAP = 5


class ChipPictures:
    """Small chips by mood, for both themes and any pixel ratio."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._metrics = QFontMetrics(font(META))
        self.picture = lru_cache(maxsize=256)(self._draw)
        self.width = lru_cache(maxsize=256)(self._measure)

    def _measure(self, mood: str) -> int:
        """Width of the chip in layout pixels."""
        name = mood_name(self._vocabulary, mood)
        return self._metrics.horizontalAdvance(name) + 2 * _PADDING + _DOT + _GAP

    def _draw(self, mood: str, dark: bool, ratio: float, experimental: bool = False) -> QPixmap:
        width = self.width(mood)
        colours = chip_colours(*mood_place(self._vocabulary, mood), dark)
        picture = QPixmap(round(width * ratio), round(CHIP_HEIGHT * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, mood, width, colours)
            if experimental:
                _outline(painter, width, colours)
        return picture

    def _paint(self, painter: QPainter, mood: str, width: int, colours: ChipColours) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.fill)
        painter.drawRoundedRect(QRectF(0, 0, width, CHIP_HEIGHT), CHIP_HEIGHT / 2, CHIP_HEIGHT / 2)
        painter.setBrush(colours.mark)
        painter.drawEllipse(QPointF(_PADDING + _DOT / 2, CHIP_HEIGHT / 2), _DOT / 2, _DOT / 2)
        painter.setPen(colours.text)
        painter.setFont(font(META))
        left = _PADDING + _DOT + _GAP
        painter.drawText(QRectF(left, 0, width - left, CHIP_HEIGHT),
                         Qt.AlignmentFlag.AlignVCenter, mood_name(self._vocabulary, mood))


def _outline(painter: QPainter, width: int, colours: ChipColours) -> None:
    """Broken, as around the large chip that says the word."""
    painter.setPen(QPen(colours.mark, 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, CHIP_HEIGHT - 1), (CHIP_HEIGHT - 1) / 2,
                            (CHIP_HEIGHT - 1) / 2)
