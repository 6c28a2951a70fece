"""The list of characters to choose from: face, name, one line about each."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.chat.characters import Character
from gui.chat.faces import FACE, draw_face
from gui.row_list import set_up_rows
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, Theme, ThemeSource, font

ROW_HEIGHT = 60
CHARACTER_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CharacterTable(QAbstractListModel):
    """Those of the characters that hold the words searched for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Character, ...] = ()

    def show_rows(self, rows: Sequence[Character], needle: str = "") -> None:
        wanted = needle.casefold().split()
        found = tuple(row for row in rows if all(word in _searched(row) for word in wanted))
        if found != self.rows:
            self.beginResetModel()
            self.rows = found
            self.endResetModel()

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not (index.isValid() and index.row() < len(self.rows)):
            return None
        row = self.rows[index.row()]
        if role == CHARACTER_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.name}. {row.about}".rstrip()
        return None


class CharacterList(QListView):
    """Several can be chosen; they stay chosen while the list is read anew."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = CharacterTable(self)
        self.setModel(self.table)
        self.setItemDelegate(_CharacterDelegate(theme_source, self))
        set_up_rows(self, lambda _: None)
        self.setAccessibleName(self.tr("Characters"))
        theme_source.changed.connect(self.viewport().update)

    @property
    def chosen(self) -> list[Character]:
        """Who is chosen, in the order of the list."""
        indexes = sorted(self.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [index.data(CHARACTER_ROLE) for index in indexes]

    def show_rows(self, rows: Sequence[Character], needle: str = "") -> None:
        chosen = [row.id for row in self.chosen]
        self.table.show_rows(rows, needle)
        self.choose(chosen)

    def choose(self, ids: Sequence[int]) -> None:
        """Chooses these, of those the list shows."""
        if [row.id for row in self.chosen] == list(ids):
            return
        selection = self.selectionModel()
        selection.clearSelection()
        places = [place for place, row in enumerate(self.table.rows) if row.id in ids]
        for place in places:
            selection.select(self.table.index(place), QItemSelectionModel.SelectionFlag.Select)
        if places:
            index = self.table.index(places[0])
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(index)


class _CharacterDelegate(QStyledItemDelegate):
    def __init__(self, theme_source: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._name, self._about = font(BODY, bold=True), font(META)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Character = index.data(CHARACTER_ROLE)
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, theme)
        area = option.rect
        face = QRectF(area.left() + SPACE + 2, area.center().y() - FACE / 2 + 0.5, FACE, FACE)
        draw_face(painter, face, row.face, row.name, row.colour, theme)
        left = int(face.right()) + SPACE + 4
        words = QRect(left, area.top() + 9, area.right() - left - SPACE, 21)
        painter.setFont(self._name)
        painter.setPen(QColor(theme.ink))
        painter.drawText(words, _LEFT, _fitting(painter, row.name, words.width()))
        painter.setFont(self._about)
        painter.setPen(QColor(theme.quiet))
        below = words.translated(0, 21)
        painter.drawText(below, _LEFT, _fitting(painter, row.about, below.width()))
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem,
                      theme: Theme) -> None:
        ground = QRectF(option.rect).adjusted(2, 1, -2, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selection if selected else theme.hover))
            painter.drawRoundedRect(ground, RADIUS_CONTROL, RADIUS_CONTROL)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS_CONTROL, RADIUS_CONTROL)


def _fitting(painter: QPainter, text: str, width: int) -> str:
    return QFontMetrics(painter.font()).elidedText(text[:400], Qt.TextElideMode.ElideRight, width)


def _searched(row: Character) -> str:
    return " ".join((row.name, row.about, *row.tags)).casefold()
