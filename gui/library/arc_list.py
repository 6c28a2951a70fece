"""The songs of a course: each with how near it comes, its names, and its own course as a line."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.tagging.vocabulary import Vocabulary
from gui.library.arc_field import course_path
from gui.library.arc_search import ArcSong
from gui.library.wording import song_title
from gui.mood_words import mood_place, one_line
from gui.theme import BODY, META, RADIUS_CONTROL, SPACE, ThemeSource, font, mood_colour

ROW = 48
_CURVE = 120
_FIGURE = 48
_TALL = 0.7  # songs hardly ever go farther from the middle
Index = QModelIndex | QPersistentModelIndex
_SONG = Qt.ItemDataRole.UserRole


class ArcTable(QAbstractListModel):
    """The songs that were found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.songs: tuple[ArcSong, ...] = ()

    def show_songs(self, songs: Sequence[ArcSong]) -> None:
        self.beginResetModel()
        self.songs = tuple(songs)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self.songs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        found = self.songs[index.row()]
        if role == _SONG:
            return found
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            near = percent_text(found.nearness) if found.nearness is not None else ""
            return ", ".join(filter(None, (song_title(found.song), one_line(found.song.artist),
                                           near)))
        return None


class ArcDelegate(QStyledItemDelegate):
    """Draws one song."""

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._theme_source = theme_source

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(240, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme_source.current
        found: ArcSong = index.data(_SONG)
        area: QRect = option.rect  # type: ignore[attr-defined] # stubs lack it
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selection))
            painter.drawRoundedRect(QRectF(area), RADIUS_CONTROL, RADIUS_CONTROL)
        inside = area.adjusted(SPACE, 0, -SPACE, 0)
        if found.nearness is not None:
            painter.setFont(font(META))
            painter.setPen(QColor(theme.quiet))
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, percent_text(found.nearness))
            inside.setLeft(inside.left() + _FIGURE)
        curve = QRectF(inside.right() - _CURVE, area.top() + SPACE, _CURVE, ROW - 2 * SPACE)
        if found.moods:
            self._paint_moods(painter, curve, found)
        else:
            self._paint_curve(painter, curve, found.curve)
        inside.setRight(int(curve.left()) - SPACE)
        self._paint_names(painter, inside, found)
        painter.restore()

    def _paint_moods(self, painter: QPainter, area: QRectF, found: ArcSong) -> None:
        """How present the named moods are, each in its colour, from absent to present."""
        theme = self._theme_source.current
        self._paint_ground_line(painter, area, area.bottom())
        for mood, values in found.moods:
            colour = mood_colour(*mood_place(self._vocabulary, mood), theme.dark)
            self._paint_line(painter, area, [1 - 2 * value for value in values], colour)

    def _paint_curve(self, painter: QPainter, area: QRectF, curve: Sequence[float]) -> None:
        self._paint_ground_line(painter, area, area.center().y())
        self._paint_line(painter, area, [-max(-1.0, min(1.0, value / _TALL)) for value in curve],
                         QColor(self._theme_source.current.accent))

    def _paint_ground_line(self, painter: QPainter, area: QRectF, height: float) -> None:
        painter.setPen(QPen(QColor(self._theme_source.current.line), 1))
        painter.drawLine(QPointF(area.left(), height), QPointF(area.right(), height))

    def _paint_line(self, painter: QPainter, area: QRectF, depths: Sequence[float],
                    colour: QColor) -> None:
        """A line whose places lie -1 (above) to 1 (below) of the middle."""
        if len(depths) > 1:
            painter.setPen(QPen(colour, 1.8))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(course_path([
                QPointF(area.left() + area.width() * at / (len(depths) - 1),
                        area.center().y() + area.height() / 2 * depth)
                for at, depth in enumerate(depths)]))

    def _paint_names(self, painter: QPainter, area: QRect, found: ArcSong) -> None:
        theme = self._theme_source.current
        half = area.height() // 2
        upper = area.adjusted(0, 6, 0, -half)
        for words, size, ink, place in (
                (song_title(found.song), BODY, theme.ink, upper),
                (one_line(found.song.artist), META, theme.quiet, area.adjusted(0, half, 0, -6))):
            chosen = font(size)
            painter.setFont(chosen)
            painter.setPen(QColor(ink))
            shown = QFontMetrics(chosen).elidedText(words, Qt.TextElideMode.ElideRight,
                                                    area.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)


class ArcList(QListView):
    """`opened` carries the key of a song."""

    opened = Signal(int)

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = ArcTable(self)
        self.setModel(self.table)
        self.setItemDelegate(ArcDelegate(vocabulary, theme_source, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Songs of this course"))
        self.activated.connect(
            lambda index: self.opened.emit(self.table.songs[index.row()].song.key))
        theme_source.changed.connect(self.viewport().update)


def percent_text(nearness: float) -> str:
    return f"{nearness * 100:.0f}\u202f%"
