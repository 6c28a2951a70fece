"""Lists of rows of two lines: what a thing is, and what is known of it. Only text, kept simple."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

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

Thing = TypeVar("Thing")
Index = QModelIndex | QPersistentModelIndex
_TITLE, _LINE, _EDGE = 20, 18, 6


class TwoLines(QAbstractListModel, Generic[Thing]):
    """Things in order; `words` says what stands in their two lines, `tip` what hovering adds: the
    second line, unless told otherwise."""

    def __init__(self, words: Callable[[Thing], tuple[str, str]], parent: QObject | None = None,
                 tip: Callable[[Thing], str] | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._tip = tip or (lambda thing: words(thing)[1])
        self.things: tuple[Thing, ...] = ()

    def put(self, things: Sequence[Thing]) -> None:
        """Shows these in place of what was there."""
        if tuple(things) != self.things:
            self.beginResetModel()
            self.things = tuple(things)
            self.endResetModel()

    def words(self, index: Index) -> tuple[str, str]:
        """The two lines of a row."""
        return self._words(self.things[index.row()])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.things)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.things):
            return None
        first, second = self.words(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return first
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, [first, second]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(self.things[index.row()]))
        return None


class TwoLineList(QListView):
    """Shows a TwoLines; `cut` says where words that are too long lose their letters."""

    def __init__(self, name: str, rows: "TwoLines[Thing]", theme_source: ThemeSource,
                 cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(rows)
        self.setTextElideMode(cut)
        self.setItemDelegate(_RowPainter(theme_source, self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        theme_source.changed.connect(self.viewport().update)

    def chosen_rows(self) -> list[int]:
        """The chosen rows from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedIndexes())


class _RowPainter(QStyledItemDelegate):
    def __init__(self, theme_source: ThemeSource, view: TwoLineList) -> None:
        super().__init__(view)
        self._theme_source = theme_source
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, _TITLE + _LINE + 2 * _EDGE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rows = index.model()
        if not isinstance(rows, TwoLines):
            return
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        first, second = rows.words(index)
        box = QRectF(option.rect).adjusted(SPACE, _EDGE, -SPACE, -_EDGE)
        for words, size, colour, top, height in (
                (first, BODY, theme.ink, 0, _TITLE), (second, META, theme.quiet, _TITLE, _LINE)):
            painter.setFont(font(size))
            painter.setPen(QColor(colour))
            shown = QFontMetrics(font(size)).elidedText(
                words, self._view.textElideMode(), int(box.width()))
            painter.drawText(QRectF(box.left(), box.top() + top, box.width(), height),
                             Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme, state = self._theme_source.current, option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus) and self._view.hasFocus()
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        colour = theme.selection if chosen else theme.hover if hovered else ""
        painter.setPen(QPen(QColor(theme.accent), 2) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour) if colour else Qt.BrushStyle.NoBrush)
        box = QRectF(option.rect).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
