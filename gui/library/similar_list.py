"""The list of songs like the open one: each with its moods and how near it is."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.tagging.vocabulary import Vocabulary
from gui.library.presenter import LibraryPresenter
from gui.library.similar import LikeSong, Similar
from gui.library.wording import song_spoken, song_tip, song_title
from gui.link_button import link_button
from gui.mood_words import one_line
from gui.row_list import set_up_rows
from gui.song.chip_paint import CHIP_HEIGHT, ChipPictures
from gui.text_line import text_line
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, Theme, ThemeSource, font

_ROW = Qt.ItemDataRole.UserRole + 1
_HEIGHT = 76
_CHIPS = 3
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class _LikeTable(QAbstractListModel):
    def __init__(self, vocabulary: Vocabulary, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self.songs: Sequence[LikeSong] = ()

    def show_songs(self, songs: Sequence[LikeSong]) -> None:
        self.beginResetModel()
        self.songs = songs
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.songs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        like = self.songs[index.row()]
        if role == _ROW:
            return like
        if role == Qt.ItemDataRole.DisplayRole:
            return song_title(like.song)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{song_spoken(like.song, self._vocabulary)}, {nearness_text(like.nearness)}"
        return song_tip(like.song) if role == Qt.ItemDataRole.ToolTipRole else None


class _LikeDelegate(QStyledItemDelegate):
    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._chips = ChipPictures(vocabulary)
        self._fonts = {BODY: font(BODY), META: font(META)}
        self._metrics = {size: QFontMetrics(chosen) for size, chosen in self._fonts.items()}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        like: LikeSong = index.data(_ROW)
        theme = self._theme_source.current
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option, theme)
        inside = option.rect.adjusted(SPACE, SPACE, -SPACE, -SPACE)
        if not like.song.artist:
            inside.adjust(0, SPACE, 0, -SPACE)
        near = nearness_text(like.nearness)
        room = self._metrics[META].horizontalAdvance(near) + SPACE
        top = QRect(inside.left(), inside.top(), inside.width(), 20)
        self._text(painter, top, near, META, theme.quiet, _RIGHT)
        self._text(painter, top.adjusted(0, 0, -room, 0), song_title(like.song), BODY, theme.ink)
        under = QRect(inside.left(), inside.top() + 20, inside.width(), 16)
        if like.song.artist:
            self._text(painter, under, one_line(like.song.artist), META, theme.quiet)
        self._paint_chips(painter, inside, like, theme)
        painter.restore()

    def _paint_chips(self, painter: QPainter, inside: QRect, like: LikeSong,
                     theme: Theme) -> None:
        left, ratio = inside.left(), painter.device().devicePixelRatioF()
        for tag in like.song.tags[:_CHIPS]:
            width = self._chips.width(tag.tag)
            if left + width > inside.right() + 1:
                break
            painter.drawPixmap(left, inside.bottom() - CHIP_HEIGHT + 1, self._chips.picture(
                tag.tag, theme.dark, ratio, tag.experimental))
            left += width + 4

    def _text(self, painter: QPainter, area: QRect, text: str, size: int, colour: str,
              align: Qt.AlignmentFlag = _LEFT) -> None:
        painter.setFont(self._fonts[size])
        painter.setPen(QColor(colour))
        painter.drawText(area, align, self._metrics[size].elidedText(
            text, Qt.TextElideMode.ElideRight, area.width()))


class _LikeView(QListView):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts on this page."""


class SimilarList(QWidget):
    """Follows `similar`. `song_chosen` carries the key of a song to open."""

    song_chosen = Signal(int)

    def __init__(self, presenter: LibraryPresenter, similar: Similar, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._similar = similar
        self._table = _LikeTable(presenter.vocabulary, self)
        self.list = _LikeView()
        self.list.setModel(self._table)
        self.list.setItemDelegate(_LikeDelegate(presenter.vocabulary, theme_source, self.list))
        self.list.setAccessibleName(self.tr("Songs like this one"))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        set_up_rows(self.list, lambda _: None)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.activated.connect(self._choose)
        self._words = text_line("quiet")
        self.all = link_button(self.tr("Order all songs by how alike they are"))
        self.all.clicked.connect(lambda: presenter.like(similar.of))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._words)
        column.addWidget(self.list, 1)
        column.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)
        similar.changed.connect(self.refresh)
        theme_source.changed.connect(self.list.viewport().update)
        self.refresh()

    def refresh(self) -> None:
        """Shows what is known now."""
        songs = self._similar.songs
        self._table.show_songs(songs or ())
        self.list.setVisible(bool(songs))
        self.all.setVisible(bool(songs))
        self._words.setText(
            self.tr("Looking for songs like this one…") if songs is None
            else self.tr("Nearest first, by what the tagger heard in the words.") if songs
            else self.tr("Nothing to compare yet. Songs have to be tagged by the same tagger."))

    def _choose(self, index: QModelIndex) -> None:
        self.song_chosen.emit(self._table.songs[index.row()].song.key)


def nearness_text(nearness: float) -> str:
    """How alike, in percent; what points the other way is not alike at all."""
    return f"{round(100 * max(0.0, nearness))} %"


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    ground = QRectF(option.rect).adjusted(1, 1, -1, -1)
    state = option.state
    painter.setPen(Qt.PenStyle.NoPen)
    if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.setBrush(QColor(theme.selection if selected else theme.hover))
        painter.drawRoundedRect(ground, RADIUS_CONTROL, RADIUS_CONTROL)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.drawRoundedRect(ground, RADIUS_CONTROL, RADIUS_CONTROL)
