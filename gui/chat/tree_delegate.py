"""Draws one stretch of a conversation's tree: the lines that lead to it, who speaks, their words.

A full mark and the word "shown" say what is on the path; an open one what is not.
"""

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.chat.faces import readable
from gui.chat.tree_outline import OutlineRow
from gui.chat.wording import translate
from gui.figures import count_text
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, Theme, ThemeSource, font

ROW_ROLE = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 52
_COLUMN = 20
_MOST_COLUMNS = 8  # what lies deeper is drawn there: the words need their room
_DOT = 4.5
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.TextElideMode.ElideRight
_ON, _OFF = 2.0, 1.0
Index = QModelIndex | QPersistentModelIndex


class TreeDelegate(QStyledItemDelegate):
    """Rows of one height."""

    def __init__(self, theme_source: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._fonts = {"name": font(BODY, bold=True), "words": font(BODY), "note": font(META)}
        self._metrics = {name: QFontMetrics(chosen) for name, chosen in self._fonts.items()}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(240, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: OutlineRow = index.data(ROW_ROLE)
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        column = min(row.column, _MOST_COLUMNS)
        left = option.rect.left() + 2 * SPACE + column * _COLUMN
        _paint_ground(painter, option, left + _COLUMN // 2, theme)
        _paint_lines(painter, option.rect, row, column, theme)
        area = option.rect.adjusted(left - option.rect.left() + _COLUMN + 4, SPACE - 2,
                                    -SPACE - 4, -SPACE + 2)
        self._paint_words(painter, area, row, theme)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRect, row: OutlineRow, theme: Theme) -> None:
        top = QRect(area.left(), area.top(), area.width(), 20)
        under = QRect(area.left(), area.top() + 21, area.width(), 18)
        if not row.message_id:
            middle = QRect(area.left(), area.top() + 10, area.width(), 20)
            self._text(painter, middle, translate("Tree", "The beginning"), "words", theme.quiet)
            return
        name = self._metrics["name"].elidedText(row.speaker, _RIGHT, area.width() // 3)
        colour = readable(row.colour, theme) if row.colour else (
            theme.ink if row.mine else theme.accent)
        self._text(painter, top, name, "name", colour)
        top.setLeft(top.left() + self._metrics["name"].horizontalAdvance(name) + SPACE)
        self._text(painter, top, row.words, "words", theme.ink)
        self._text(painter, under, note_words(row), "note", theme.quiet)

    def _text(self, painter: QPainter, area: QRect, text: str, kind: str, colour: str) -> None:
        painter.setFont(self._fonts[kind])
        painter.setPen(QColor(colour))
        painter.drawText(area, _LEFT, self._metrics[kind].elidedText(text, _RIGHT, area.width()))


def note_words(row: OutlineRow) -> str:
    """How long a stretch is, how it ends, and whether it is shown."""
    count = translate("Tree", "1 message") if row.messages == 1 else translate(
        "Tree", "{n} messages").format(n=count_text(row.messages))
    parts = [translate("Tree", "Shown now") if row.shown else "", count,
             translate("Tree", "to \u201c{words}\u201d").format(words=_shortened(row.last_words))
             if row.last_words else "",
             translate("Tree", "{n} ways on").format(n=row.ways) if row.ways > 1 else ""]
    return " · ".join(filter(None, parts))


def row_words(row: OutlineRow) -> str:
    """A row for a screen reader, and for finding one by typing."""
    if not row.message_id:
        return translate("Tree", "The beginning")
    deep = translate("Tree", "Branch {n} deep.").format(n=row.column) if row.column else ""
    return " ".join(filter(None, (f"{row.speaker}: {row.words}", f"{note_words(row)}.", deep)))


def _shortened(words: str) -> str:
    return words if len(words) <= 48 else f"{words[:47].rstrip()}…"


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, left: int,
                  theme: Theme) -> None:
    ground = QRectF(option.rect).adjusted(0, 1, -2, -1)
    ground.setLeft(left + SPACE - 2)
    state = option.state
    selected = bool(state & QStyle.StateFlag.State_Selected)
    painter.setPen(Qt.PenStyle.NoPen)
    if selected or state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(QColor(theme.selection if selected else theme.hover))
        painter.drawRoundedRect(ground, RADIUS_CONTROL, RADIUS_CONTROL)
    if selected and state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS_CONTROL, RADIUS_CONTROL)


def _paint_lines(painter: QPainter, area: QRect, row: OutlineRow, column: int,
                 theme: Theme) -> None:
    """The columns that pass by, the way to this row, and its mark."""
    def x_of(at: int) -> float:
        return area.left() + 2 * SPACE + at * _COLUMN

    middle, own = area.center().y() + 0.5, x_of(column)
    far, near = QPen(QColor(theme.edge), _OFF), QPen(QColor(theme.accent), _ON)
    for passing in range(column):
        painter.setPen(far if passing else near)  # the first column is the way that is shown
        painter.drawLine(QPointF(x_of(passing), area.top()),
                         QPointF(x_of(passing), area.bottom() + 1))
    painter.setPen(near if row.shown else far)
    if row.turns_off and column:
        painter.drawLine(QPointF(x_of(column - 1), middle), QPointF(own, middle))
    elif not row.turns_off and row.message_id:
        painter.drawLine(QPointF(own, area.top()), QPointF(own, middle))
    if row.ways:
        painter.drawLine(QPointF(own, middle), QPointF(own, area.bottom() + 1))
    painter.setBrush(QColor(theme.accent if row.shown else theme.paper))
    painter.setPen(QPen(QColor(theme.accent if row.shown else theme.edge), 1.5))
    painter.drawEllipse(QPointF(own, middle), _DOT, _DOT)
