"""Draws one row of the queue: title, artist, then its moods or the sentence that says why not.

Everything costly is kept: elided texts, measured chips, drawn chips.
"""

from functools import lru_cache

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.tagging.song import SongRow, SongState
from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import one_line, row_title
from gui.song.chip_paint import CHIP_HEIGHT, ChipPictures
from gui.song.wording import row_note, state_word
from gui.tag.queue_table import ROW_ROLE
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, Theme, ThemeSource, font

ROW_HEIGHT = 76
_CHIPS_SHOWN = 3
_CHIP_GAP = 4
_UNSETTLED = (SongState.WAITING, SongState.TAGGING)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class QueueDelegate(QStyledItemDelegate):
    """Rows of one height, so that ten thousand need no measuring."""

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._chips = ChipPictures(vocabulary)
        self._fonts = {BODY: font(BODY), META: font(META)}
        self._metrics = {size: QFontMetrics(chosen) for size, chosen in self._fonts.items()}
        self._elided = lru_cache(maxsize=4096)(self._elide)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: SongRow = index.data(ROW_ROLE)
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, theme)
        inside = option.rect.adjusted(SPACE + 4, SPACE, -SPACE - 4, -SPACE)
        if not row.artist:
            inside.adjust(0, SPACE, 0, -SPACE)
        self._paint_names(painter, inside, row, theme)
        last = QRect(inside.left(), inside.bottom() - CHIP_HEIGHT + 1, inside.width(), CHIP_HEIGHT)
        if row.state is SongState.TAGGED and row.tags:
            self._paint_chips(painter, last, row, theme)
        elif row.state not in _UNSETTLED:
            self._text(painter, last, row_note(row), META, theme.quiet)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem,
                      theme: Theme) -> None:
        ground = QRectF(option.rect).adjusted(2, 1, -2, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or hovered:
            painter.setBrush(QColor(theme.selection if selected else theme.hover))
            painter.drawRoundedRect(ground, RADIUS_CONTROL, RADIUS_CONTROL)
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS_CONTROL, RADIUS_CONTROL)

    def _paint_names(self, painter: QPainter, inside: QRect, row: SongRow, theme: Theme) -> None:
        top = QRect(inside.left(), inside.top(), inside.width(), 20)
        colour = theme.ink
        if row.state in _UNSETTLED or row.missing:
            word = self.tr("File moved") if row.missing else state_word(row.state)
            width = self._metrics[META].horizontalAdvance(word)
            strong = row.state is SongState.TAGGING
            self._text(painter, top, word, META, theme.accent if strong else theme.quiet, _RIGHT)
            top.setRight(top.right() - width - SPACE)
            colour = theme.ink if strong or row.missing else theme.quiet
        self._text(painter, top, row_title(row), BODY, colour)
        under = QRect(inside.left(), inside.top() + 20, inside.width(), 16)
        self._text(painter, under, one_line(row.artist), META, theme.quiet)

    def _paint_chips(self, painter: QPainter, area: QRect, row: SongRow, theme: Theme) -> None:
        ratio = painter.device().devicePixelRatioF()
        left = area.left()
        for tag in row.tags[:_CHIPS_SHOWN]:
            width = self._chips.width(tag.tag)
            if left > area.left() and left + width > area.right():
                break
            picture = self._chips.picture(tag.tag, theme.dark, ratio, tag.experimental)
            painter.drawPixmap(left, area.top(), picture)
            left += width + _CHIP_GAP

    def _text(self, painter: QPainter, area: QRect, text: str, size: int, colour: str,
              align: Qt.AlignmentFlag = _LEFT) -> None:
        if text:
            painter.setFont(self._fonts[size])
            painter.setPen(QColor(colour))
            painter.drawText(area, align, self._elided(text, size, area.width()))

    def _elide(self, text: str, size: int, width: int) -> str:
        return self._metrics[size].elidedText(text, Qt.TextElideMode.ElideRight, width)
