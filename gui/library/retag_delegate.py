"""Draws compared songs: moods as chips, with a plus before those that come and a line through
those that go, so that no difference is told by colour alone."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.tagging.results import Tag
from engine.tagging.retagging.differences import Difference
from engine.tagging.vocabulary import Vocabulary
from gui.library.retag_table import SONG_ROLE, RetagColumn
from gui.song.chip_paint import CHIP_HEIGHT, ChipPictures
from gui.theme import BODY, META, SPACE, Theme, ThemeSource, font

ROW = 36
_MARK = 12
_GAP = 6
Index = QModelIndex | QPersistentModelIndex


class RetagDelegate(QStyledItemDelegate):
    """For a RetagTable."""

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QObject) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._chips = ChipPictures(vocabulary)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        song = index.data(SONG_ROLE)
        if not isinstance(song, Difference):
            return
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, theme)
        box = QRectF(option.rect).adjusted(SPACE, 0, -SPACE, 0)
        tags = song.before if index.column() == RetagColumn.BEFORE else song.after
        if index.column() == RetagColumn.SONG or not tags:
            spoken = index.column() == RetagColumn.SONG
            self._paint_words(painter, box, str(index.data() or ""),
                              theme.ink if spoken else theme.quiet)
        elif index.column() == RetagColumn.BEFORE:
            self._paint_chips(painter, box, song.before, song.lost, gained=False)
        else:
            self._paint_chips(painter, box, song.after, song.gained, gained=True)
        painter.restore()

    def _paint_chips(self, painter: QPainter, box: QRectF, tags: tuple[Tag, ...],
                     marked: tuple[str, ...], gained: bool) -> None:
        """Those that differ first, so that they are seen where not all fit."""
        theme, left = self._theme_source.current, box.left()
        ordered = sorted(tags, key=lambda tag: tag.tag not in marked)
        for number, tag in enumerate(ordered):
            differs = tag.tag in marked
            width = self._chips.width(tag.tag) + (_MARK if differs and gained else 0)
            if number and left + width > box.right():
                rest = f"+{len(ordered) - number}" if not gained else "…"
                self._paint_words(painter, QRectF(left, box.top(), box.right() - left,
                                                  box.height()), rest, theme.quiet)
                return
            self._paint_chip(painter, left, box, tag, differs, gained)
            left += width + _GAP

    def _paint_chip(self, painter: QPainter, left: float, box: QRectF, tag: Tag, differs: bool,
                    gained: bool) -> None:
        theme = self._theme_source.current
        middle = box.center().y()
        if differs and gained:
            painter.setPen(QPen(QColor(theme.ink), 2))
            x, half = left + _MARK / 2 - 1, 4
            painter.drawLine(QPointF(x - half, middle), QPointF(x + half, middle))
            painter.drawLine(QPointF(x, middle - half), QPointF(x, middle + half))
            left += _MARK
        device = painter.device()
        picture = self._chips.picture(tag.tag, theme.dark,
                                      device.devicePixelRatio() if device else 1.0,
                                      tag.experimental)
        painter.drawPixmap(QPointF(left, middle - CHIP_HEIGHT / 2), picture)
        if differs and not gained:
            painter.setPen(QPen(QColor(theme.ink), 1.5))
            end = left + self._chips.width(tag.tag) - 4
            painter.drawLine(QPointF(left + 4, middle + 0.5), QPointF(end, middle + 0.5))

    def _paint_words(self, painter: QPainter, box: QRectF, words: str, colour: str) -> None:
        chosen = font(BODY if colour == self._theme_source.current.ink else META)
        painter.setFont(chosen)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(chosen).elidedText(words, Qt.TextElideMode.ElideRight,
                                                max(0, int(box.width())))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem,
                      theme: Theme) -> None:
        box, view = QRectF(option.rect), self.parent()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
            if isinstance(view, QWidget) and view.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 2))
                painter.drawLine(box.bottomLeft() - QPointF(0, 1),
                                 box.bottomRight() - QPointF(0, 1))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.hover))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(box.topLeft() + QPointF(0, 0.5), box.topRight() + QPointF(0, 0.5))
