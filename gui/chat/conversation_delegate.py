"""Draws one line of the list: a title and when it was, or a title and the words that were found."""

from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.chat.conversation_table import ROW_ROLE, ListRow
from gui.chat.wording import title_text, when_text
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, Theme, ThemeSource, font

ROW_HEIGHT = 52
_BEFORE = 12
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.TextElideMode.ElideRight
Index = QModelIndex | QPersistentModelIndex


class ConversationDelegate(QStyledItemDelegate):
    """Rows of one height, so that thousands need no measuring."""

    def __init__(self, theme_source: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._fonts = {BODY: font(BODY), META: font(META)}
        self._metrics = {size: QFontMetrics(chosen) for size, chosen in self._fonts.items()}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW_HEIGHT)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem,
                     index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setAccessibleName(self.tr("Name of the conversation"))
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem,
                             index: Index) -> None:
        area = option.rect.adjusted(4, 0, -4, 0)
        area.setHeight(editor.sizeHint().height())
        area.moveCenter(option.rect.center())
        editor.setGeometry(area)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ListRow = index.data(ROW_ROLE)
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, theme)
        inside = option.rect.adjusted(SPACE + 4, SPACE - 2, -SPACE - 4, -SPACE + 2)
        top = QRect(inside.left(), inside.top(), inside.width(), 20)
        under = QRect(inside.left(), inside.top() + 21, inside.width(), 18)
        self._text(painter, top, title_text(row.title), BODY, theme.ink)
        if row.writing:
            self._text(painter, under, self.tr("Writing…"), META, theme.accent)
        elif row.excerpt:
            self._text(painter, under, found_words(row), META, theme.quiet)
        else:
            when = when_text(row.changed_at, datetime.now().astimezone())
            self._text(painter, under, when, META, theme.quiet)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem,
                      theme: Theme) -> None:
        ground = QRectF(option.rect).adjusted(2, 1, -2, -1)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(theme.selection if selected else theme.hover))
            painter.drawRoundedRect(ground, RADIUS_CONTROL, RADIUS_CONTROL)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS_CONTROL, RADIUS_CONTROL)

    def _text(self, painter: QPainter, area: QRect, text: str, size: int, colour: str) -> None:
        painter.setFont(self._fonts[size])
        painter.setPen(QColor(colour))
        painter.drawText(area, _LEFT, self._metrics[size].elidedText(text, _RIGHT, area.width()))


def found_words(row: ListRow) -> str:
    """What was found, from a little before the first word that was searched for."""
    start = max(0, row.marks[0][0] - _BEFORE) if row.marks else 0
    before = row.excerpt[:start]
    # From the beginning of a word on, where one is near.
    start = before.rfind(" ") + 1 if start - before.rfind(" ") < _BEFORE else start
    return ("…" if start else "") + " ".join(row.excerpt[start:].split())
