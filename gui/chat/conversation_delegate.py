"""Draws the lines of the list: a folder, a title and when it was, or what was found in it."""

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

from gui.chat.conversation_table import ROW_ROLE
from gui.chat.list_rows import ListRow, found_parts
from gui.chat.wording import title_text, when_text
from gui.figures import count_text
from gui.icons import Glyph, IconSource
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, Theme, ThemeSource, font

ROW_HEIGHT = 52
FOLDER_HEIGHT = 36
INDENT = 16
_SIGN = 14
_LINE = 20
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.TextElideMode.ElideRight
Index = QModelIndex | QPersistentModelIndex


class ConversationDelegate(QStyledItemDelegate):
    """Rows of two heights, so that thousands need no measuring. `target` is the folder that
    something is held over, None while nothing is dragged."""

    def __init__(self, theme_source: ThemeSource, icons: IconSource,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._signs = {glyph: icons.icon(glyph, "quiet")
                       for glyph in (Glyph.PIN, Glyph.OPENED, Glyph.CLOSED)}
        self._fonts = {(size, bold): font(size, bold)
                       for size in (BODY, META) for bold in (False, True)}
        self._metrics = {key: QFontMetrics(chosen) for key, chosen in self._fonts.items()}
        self.target: str | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: ListRow = index.data(ROW_ROLE)
        return QSize(160, FOLDER_HEIGHT if row.is_folder else ROW_HEIGHT)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem,
                     index: Index) -> QWidget:
        field = QLineEdit(parent)
        row: ListRow = index.data(ROW_ROLE)
        field.setAccessibleName(self.tr("Name of the folder") if row.is_folder
                                else self.tr("Name of the conversation"))
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
        self._paint_ground(painter, option, theme, row)
        if row.is_folder:
            self._paint_folder(painter, option.rect, row, theme)
        else:
            self._paint_talk(painter, option.rect, row, theme)
        painter.restore()

    def _paint_folder(self, painter: QPainter, area: QRect, row: ListRow, theme: Theme) -> None:
        inside = area.adjusted(SPACE, 0, -SPACE - 4, 0)
        sign = QRect(inside.left(), area.center().y() - _SIGN // 2, _SIGN, _SIGN)
        self._signs[Glyph.CLOSED if row.closed else Glyph.OPENED].paint(painter, sign)
        count = count_text(row.holds)
        room = self._metrics[META, False].horizontalAdvance(count) + SPACE
        self._text(painter, inside.adjusted(_SIGN + 6, 0, -room, 0), row.title, (BODY, True),
                   theme.ink)
        painter.setFont(self._fonts[META, False])
        painter.setPen(QColor(theme.quiet))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)

    def _paint_talk(self, painter: QPainter, area: QRect, row: ListRow, theme: Theme) -> None:
        inside = area.adjusted(SPACE + 4, SPACE - 2, -SPACE - 4, -SPACE + 2)
        if row.folder:
            inside.setLeft(inside.left() + INDENT)
        top = QRect(inside.left(), inside.top(), inside.width(), _LINE)
        under = QRect(inside.left(), inside.top() + _LINE + 1, inside.width(), _LINE - 2)
        when = when_text(row.changed_at, datetime.now().astimezone())
        room = self._paint_right(painter, top, when if row.excerpt else "", row.pinned, theme)
        self._text(painter, top.adjusted(0, 0, -room, 0), title_text(row.title), (BODY, False),
                   theme.ink)
        if row.writing:
            self._text(painter, under, self.tr("Writing…"), (META, False), theme.accent)
        elif row.excerpt:
            self._paint_found(painter, under, row, theme)
        else:
            self._text(painter, under, when, (META, False), theme.quiet)

    def _paint_right(self, painter: QPainter, area: QRect, when: str, pinned: bool,
                     theme: Theme) -> int:
        """When it was said, or the sign of a pinned one; how much room that takes."""
        if when:
            painter.setFont(self._fonts[META, False])
            painter.setPen(QColor(theme.quiet))
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                             when)
            return self._metrics[META, False].horizontalAdvance(when) + SPACE
        if not pinned:
            return 0
        self._signs[Glyph.PIN].paint(painter, QRect(
            area.right() - _SIGN + 1, area.center().y() - _SIGN // 2, _SIGN, _SIGN))
        return _SIGN + SPACE

    def _paint_found(self, painter: QPainter, area: QRect, row: ListRow, theme: Theme) -> None:
        """Who said it, and the words found in ink and bold among the others."""
        who = [(f"{row.who}: ", False)] if row.who else []
        left = area.left()
        for text, found in [*who, *found_parts(row)]:
            room = area.right() - left
            if room <= 0:
                return
            key = META, found
            self._text(painter, QRect(left, area.top(), room, area.height()), text, key,
                       theme.ink if found else theme.quiet)
            left += self._metrics[key].horizontalAdvance(text)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, theme: Theme,
                      row: ListRow) -> None:
        ground = QRectF(option.rect).adjusted(2, 1, -2, -1)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(theme.selection if selected else theme.hover))
            painter.drawRoundedRect(ground, RADIUS_CONTROL, RADIUS_CONTROL)
        held_over = row.is_folder and row.folder == self.target
        if held_over or state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), RADIUS_CONTROL, RADIUS_CONTROL)

    def _text(self, painter: QPainter, area: QRect, text: str, key: tuple[int, bool],
              colour: str) -> None:
        painter.setFont(self._fonts[key])
        painter.setPen(QColor(colour))
        # Spaces at the end part this piece from the next; eliding would drop them.
        painter.drawText(area, _LEFT, self._metrics[key].elidedText(text, _RIGHT, area.width()))
