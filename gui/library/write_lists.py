"""Lists whose rows have two lines: what a thing is called, and beneath it what is known of it."""

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.text_line import plain_tip
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, ThemeSource, font

ITEM_ROLE = Qt.ItemDataRole.UserRole
_ROW = 52
Index = QModelIndex | QPersistentModelIndex


class Lines(QAbstractListModel):
    """`words` gives the two lines of an item, `tip` what hovering adds."""

    def __init__(self, words: Callable[[object], tuple[str, str]],
                 tip: Callable[[object], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._tip = tip
        self.items: tuple[object, ...] = ()

    def put(self, items: tuple[object, ...]) -> None:
        """Shows these; the same ones leave the view as it is."""
        if items != self.items:
            self.beginResetModel()
            self.items = items
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.items):
            return None
        item = self.items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join(self._words(item))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(self._words(item))
        return plain_tip(self._tip(item)) if role == Qt.ItemDataRole.ToolTipRole else None


class LinesList(QListView):
    """Shows a Lines."""

    def __init__(self, theme_source: ThemeSource, name: str, lines: Lines,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(lines)
        self.setItemDelegate(_LinesDelegate(theme_source, self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        theme_source.changed.connect(self.viewport().update)


class _LinesDelegate(QStyledItemDelegate):
    def __init__(self, theme_source: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._view = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            focused = chosen and self._view.hasFocus()
            painter.setPen(QPen(QColor(theme.accent), 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selection if chosen else theme.hover))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1),
                                    RADIUS_CONTROL, RADIUS_CONTROL)
        box = QRectF(option.rect).adjusted(SPACE, SPACE, -SPACE, -SPACE)
        for number, words in enumerate(str(index.data()).split("\n", 1)):
            size, ink = (META, theme.quiet) if number else (BODY, theme.ink)
            painter.setFont(font(size))
            painter.setPen(QColor(ink))
            line = QRectF(box.left(), box.top() + number * box.height() / 2, box.width(),
                          box.height() / 2)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, QFontMetrics(font(size))
                             .elidedText(words, Qt.TextElideMode.ElideRight, int(line.width())))
        painter.restore()
