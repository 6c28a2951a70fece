"""Songs that feel like the conversation: title, artist, and the moods they share with it."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.interplay.similar_songs import SimilarSong
from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import mood_name, mood_place, one_line, row_title
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, ThemeSource, font, mood_colour

_SONG = Qt.ItemDataRole.UserRole
_TITLE, _LINE, _DOT = 20, 16, 6
_PADDING = 4


class SongsLike(QListWidget):
    """`song_chosen` carries the place of the song the person wants to see."""

    song_chosen = Signal(str)

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self.setItemDelegate(_SongRow(vocabulary, theme_source, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QListWidget { background: transparent; border: none; }")
        self.setAccessibleName(self.tr("Songs like this conversation"))
        self.itemDoubleClicked.connect(self._choose)
        theme_source.changed.connect(self.viewport().update)

    def show_songs(self, songs: Sequence[SimilarSong]) -> None:
        """Shows these, the nearest first; which one is marked stays."""
        marked = self.currentItem()
        place = marked.data(_SONG).row.place if marked else ""
        self.clear()
        for song in songs:
            item = QListWidgetItem(self)
            item.setData(_SONG, song)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self.spoken(song))
            item.setToolTip(self.tr("Double-click opens it on the Tag page."))
            if song.row.place == place:
                self.setCurrentItem(item)
        self.updateGeometry()

    def spoken(self, song: SimilarSong) -> str:
        """A song in words."""
        parts = [row_title(song.row), one_line(song.row.artist), self.shared(song)]
        return ", ".join(filter(None, parts))

    def shared(self, song: SimilarSong) -> str:
        """The moods it shares, in words."""
        return ", ".join(mood_name(self._vocabulary, mood) for mood in song.shared)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem():
            self._choose(self.currentItem())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        rows = sum(self.sizeHintForRow(row) for row in range(self.count()))
        return QSize(200, rows + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def _choose(self, item: QListWidgetItem) -> None:
        song: SimilarSong = item.data(_SONG)
        self.song_chosen.emit(song.row.place)


class _SongRow(QStyledItemDelegate):
    """Paints one song: its name, who sings it, and a dot and a word for each shared mood."""

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: SongsLike) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self._body, self._meta = QFontMetrics(font(BODY)), QFontMetrics(font(META))

    def sizeHint(self, option: QStyleOptionViewItem,
                 index: QModelIndex | QPersistentModelIndex) -> QSize:
        song: SimilarSong = index.data(_SONG)
        lines = bool(song.row.artist) + bool(song.shared)
        return QSize(120, 2 * _PADDING + _TITLE + _LINE * lines)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem,
              index: QModelIndex | QPersistentModelIndex) -> None:
        theme = self._theme_source.current
        song: SimilarSong = index.data(_SONG)
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, area)
        left, top, room = area.left() + SPACE, area.top() + _PADDING, area.width() - 2 * SPACE
        painter.setFont(font(BODY))
        painter.setPen(QColor(theme.ink))
        painter.drawText(QRectF(left, top, room, _TITLE), Qt.AlignmentFlag.AlignVCenter,
                         self._cut(self._body, row_title(song.row), room))
        top += _TITLE
        painter.setFont(font(META))
        if song.row.artist:
            painter.setPen(QColor(theme.quiet))
            painter.drawText(QRectF(left, top, room, _LINE), Qt.AlignmentFlag.AlignVCenter,
                             self._cut(self._meta, one_line(song.row.artist), room))
            top += _LINE
        self._paint_moods(painter, song, QRectF(left, top, room, _LINE))
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem,
                      area: QRectF) -> None:
        theme = self._theme_source.current
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QColor(theme.accent) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.sunken) if chosen or hovered else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL,
                                RADIUS_CONTROL)

    def _paint_moods(self, painter: QPainter, song: SimilarSong, area: QRectF) -> None:
        theme = self._theme_source.current
        left = area.left()
        for mood in song.shared:
            name = mood_name(self._vocabulary, mood)
            wide = self._meta.horizontalAdvance(name)
            if left + _DOT + 4 + wide > area.right():
                return
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mood_colour(*mood_place(self._vocabulary, mood), theme.dark))
            painter.drawEllipse(QRectF(left, area.center().y() - _DOT / 2, _DOT, _DOT))
            painter.setPen(QColor(theme.ink))
            painter.drawText(QRectF(left + _DOT + 4, area.top(), wide + 2, area.height()),
                             Qt.AlignmentFlag.AlignVCenter, name)
            left += _DOT + 4 + wide + SPACE

    def _cut(self, metrics: QFontMetrics, text: str, room: float) -> str:
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))
