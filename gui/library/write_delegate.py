"""Draws the rows of the table of writes: a file's rows belong together, what changes stands out."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.library.write_table import CELL_ROLE, WriteColumn, WriteRow, WriteTable
from gui.theme import BODY, SPACE, Theme, ThemeSource, font

ROW = 32
_BOX = 18
_TICK = ((0.26, 0.52), (0.44, 0.70), (0.76, 0.32))
Index = QModelIndex | QPersistentModelIndex


class WriteDelegate(QStyledItemDelegate):
    """For a WriteTable. The box before a file is pressed with the mouse, or with Space anywhere
    in its rows."""

    def __init__(self, theme_source: ThemeSource, parent: QObject) -> None:
        super().__init__(parent)
        self._theme_source = theme_source

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(CELL_ROLE)
        table = index.model()
        if not isinstance(row, WriteRow) or not isinstance(table, WriteTable):
            return
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, theme, row)
        box = QRectF(option.rect).adjusted(SPACE, 0, -SPACE, 0)
        if index.column() == WriteColumn.FILE:
            state = index.data(Qt.ItemDataRole.CheckStateRole)
            if state is not None:
                _paint_box(painter, box, Qt.CheckState(state) == Qt.CheckState.Checked, theme)
            box.adjust(_BOX + SPACE, 0, 0, 0)
        self._paint_text(painter, box, index, row, table.is_wanted(row))
        painter.restore()

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem,
                    index: Index) -> bool:
        """A press on the box, wherever in its corner."""
        if (isinstance(event, QMouseEvent) and isinstance(model, WriteTable)
                and event.type() == QEvent.Type.MouseButtonRelease
                and index.column() == WriteColumn.FILE
                and event.position().x() < option.rect.left() + _BOX + 2 * SPACE):
            return toggle(model, index.row())
        return False

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, theme: Theme,
                      row: WriteRow) -> None:
        box = QRectF(option.rect)
        view = self.parent()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
            if isinstance(view, QWidget) and view.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 2))
                painter.drawLine(box.bottomLeft() - QPointF(0, 1), box.bottomRight()
                                 - QPointF(0, 1))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.hover))
        if row.first:
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(box.topLeft() + QPointF(0, 0.5), box.topRight() + QPointF(0, 0.5))

    def _paint_text(self, painter: QPainter, box: QRectF, index: Index, row: WriteRow,
                    wanted: bool) -> None:
        theme, column = self._theme_source.current, index.column()
        speaks = column == WriteColumn.FILE or (column == WriteColumn.AFTER and row.field)
        painter.setPen(QColor(theme.ink if speaks and wanted else theme.quiet))
        chosen = font(BODY, bold=column == WriteColumn.FILE)
        painter.setFont(chosen)
        how = (Qt.TextElideMode.ElideMiddle if column == WriteColumn.FILE
               else Qt.TextElideMode.ElideRight)
        words = QFontMetrics(chosen).elidedText(
            str(index.data() or ""), how, max(0, int(box.width())))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


def toggle(table: WriteTable, number: int) -> bool:
    """Wants the file of a row or no longer; whether it can be chosen."""
    row = table.row(number)
    while row is not None and not row.first:
        number -= 1
        row = table.row(number)
    at = table.index(number, WriteColumn.FILE)
    state = at.data(Qt.ItemDataRole.CheckStateRole)
    if state is None:
        return False
    checked = Qt.CheckState(state) == Qt.CheckState.Checked
    return table.setData(at, Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked,
                         Qt.ItemDataRole.CheckStateRole)


def _paint_box(painter: QPainter, box: QRectF, on: bool, theme: Theme) -> None:
    square = QRectF(box.left() + 0.5, box.center().y() - _BOX / 2 + 0.5, _BOX - 1, _BOX - 1)
    painter.setPen(QPen(QColor(theme.accent if on else theme.edge), 1))
    painter.setBrush(QColor(theme.accent if on else theme.card))
    painter.drawRoundedRect(square, 4, 4)
    if on:
        painter.setPen(QPen(QColor(theme.accent_ink), 2))
        painter.drawPolyline(QPolygonF([QPointF(square.left() + x * _BOX, square.top() + y * _BOX)
                                        for x, y in _TICK]))
