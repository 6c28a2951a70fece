"""The map: every song a dot at its valence (right is bright) and arousal (up is stirred).

Shows numbers it is given and says which songs the person means; asks for the name of the one they
are at. Knows no library.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.tagging.vocabulary import Vocabulary
from gui.figures import count_text
from gui.library import map_paint
from gui.library.lasso import Lasso, within
from gui.library.map_frame import MapFrame
from gui.library.map_paint import MapSongs, no_songs
from gui.song.wording import affect_words
from gui.theme import RADIUS_CARD, ThemeSource

_NEAR = 12.0
_STEP = 1.4
_WHEEL = 1.0015
_PAN = 48.0
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1),
           Qt.Key.Key_Down: (0, 1)}
_QUARTERS = ((-1, 1), (1, 1), (-1, -1), (1, -1))


class MapView(QWidget):
    """`chosen` carries the keys of the songs that are meant (a tuple) and the one the person is at
    (0 for none); `opened` the key of one to look at. `name_wanted` asks for the words of a song,
    which `show_name` brings. `frame_changed`: what is in sight changed.

    A drag draws a line around songs, Shift adds to what is chosen, a click chooses one. The wheel
    and + and - zoom, 0 shows all; Space held or the middle button moves the plane. Arrows go from
    song to song, Enter opens one, Insert takes it in or out, Ctrl+A takes what is in sight.
    """

    chosen = Signal(object, int)
    opened = Signal(int)
    name_wanted = Signal(int)
    frame_changed = Signal()

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self.songs = no_songs()
        self.left_out = 0
        self.frame = MapFrame()
        self._fits = True
        self._chosen: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._current = -1
        self._hovered = -1
        self._named: tuple[int, tuple[str, ...]] = (0, ())
        self._lasso: Lasso | None = None
        self._pan_from: QPointF | None = None
        self._space = False
        self._picture: QPixmap | None = None
        self._rims: tuple[QPixmap, QPixmap] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Map of songs by mood"))
        theme_source.changed.connect(self._redraw)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 240)

    def show_songs(self, songs: MapSongs) -> None:
        """Other songs, or the same in other places; those without a place are counted in
        `left_out`. What is in sight stays, unless all was."""
        known = np.isfinite(songs.points).all(axis=1)
        kept = self.chosen_keys()
        current = self.key_at(self._current)
        self.left_out = int((~known).sum())
        self.songs = MapSongs(songs.keys[known], songs.points[known], songs.leading[known],
                              songs.moods)
        self._hovered = -1
        self._chosen = self._rows(kept)
        self._current = int(rows[0]) if len(rows := self._rows((current,))) else -1
        if self._fits:
            self.frame = self.frame.fitted(self.songs.points)
        self.setAccessibleDescription(self.words())
        self._redraw()

    def show_chosen(self, keys: Iterable[int], current: int = 0) -> None:
        """Marks songs that were chosen elsewhere. Sends nothing."""
        self._chosen = self._rows(keys)
        found = self._rows((current,))
        self._current = int(found[0]) if len(found) else -1
        self._rims = None
        self.update()

    def show_name(self, key: int, lines: Sequence[str]) -> None:
        """The words of a song that were asked for: its title, then what else there is to say."""
        self._named = key, tuple(lines)
        if lines and key == self.key_at(self._current) and self.hasFocus():
            self.setAccessibleDescription(", ".join(lines))
        self.update()

    def words(self) -> str:
        """The map for someone who does not see it: how many songs lie in each quarter."""
        if not len(self.songs):
            return self.tr("No song has a place on the map.")
        right, up = self.songs.points[:, 0] >= 0, self.songs.points[:, 1] >= 0
        parts = [self.tr("{count} {quarter}").format(
            count=count_text(int(((right == (side > 0)) & (up == (height > 0))).sum())),
            quarter=affect_words(side, height).lower()) for side, height in _QUARTERS]
        return self.tr("{count} songs: {parts}.").format(count=count_text(len(self.songs)),
                                                         parts="; ".join(parts))

    def chosen_keys(self) -> tuple[int, ...]:
        return tuple(self.songs.keys[self._chosen].tolist())

    def key_at(self, row: int) -> int:
        return int(self.songs.keys[row]) if 0 <= row < len(self.songs) else 0

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Nearer above 1, farther below, around a place or the middle."""
        place = at or QPointF(self.frame.width / 2, self.frame.height / 2)
        self._look(self.frame.zoomed(factor, place.x(), place.y()), fits=False)

    def fit(self) -> None:
        """Shows all songs."""
        self._look(self.frame.fitted(self.songs.points), fits=True)

    @property
    def shows_all(self) -> bool:
        return self._fits

    def rows_in_sight(self) -> npt.NDArray[np.int64]:
        x, y = self._places()
        return np.flatnonzero((x >= 0) & (x < self.width()) & (y >= 0) & (y < self.height()))

    def row_near(self, place: QPointF) -> int:
        """The song nearest to a place, -1 where none is near."""
        if not len(self.songs):
            return -1
        x, y = self._places()
        distance = (x - place.x()) ** 2 + (y - place.y()) ** 2
        row = int(np.argmin(distance))
        return row if distance[row] <= _NEAR ** 2 else -1

    def place_of(self, row: int) -> QPointF:
        """Where a song lies on this widget."""
        point = self.songs.points[row:row + 1]
        return QPointF(float(self.frame.x(point[:, 0])[0]), float(self.frame.y(point[:, 1])[0]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.frame = self.frame.sized(self.width(), self.height())
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, ratio = self._theme_source.current, self.devicePixelRatioF()
        size = map_paint.dot_size(len(self.songs))
        if self._picture is None:
            self._picture = map_paint.dots_picture(self.songs, self.frame, self._vocabulary, theme,
                                                   ratio, size)
        if self._rims is None:
            chosen = map_paint.of_rows(self.songs, self._chosen)
            self._rims = (
                map_paint.dots_picture(chosen, self.frame, self._vocabulary, theme, ratio, size),
                map_paint.rims_picture(self.songs, self._chosen, self.frame, theme, ratio))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            map_paint.paint_ground(painter, self.frame, theme)
            painter.setOpacity(map_paint.FADED if len(self._chosen) > 1 else 1.0)
            painter.drawPixmap(0, 0, self._picture)
            painter.setOpacity(1.0)
            for picture in self._rims:
                painter.drawPixmap(0, 0, picture)
            map_paint.paint_corners(painter, self.frame, theme,
                                    [affect_words(*quarter) for quarter in _QUARTERS])
            self._paint_over(painter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pan_from is not None:
            moved = place - self._pan_from
            self._pan_from = place
            self._look(self.frame.panned(moved.x(), moved.y()), fits=False)
        elif self._lasso is not None:
            if self._lasso.draw_to(place.x(), place.y()):
                self.update()
        else:
            self._hover(self.row_near(place))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hover(-1)
        middle = event.button() is Qt.MouseButton.MiddleButton
        left = event.button() is Qt.MouseButton.LeftButton
        if middle or (left and self._space):
            self._pan_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left:
            self._lasso = Lasso(event.position().x(), event.position().y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        lasso, self._lasso, self._pan_from = self._lasso, None, None
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._space
                       else Qt.CursorShape.CrossCursor)
        if lasso is None:
            return
        adds = bool(event.modifiers() & (Qt.KeyboardModifier.ShiftModifier
                                         | Qt.KeyboardModifier.ControlModifier))
        if lasso.is_drawn:
            self._choose(within(lasso.corners, *self._places()), adds)
        else:
            row = self.row_near(event.position())
            self._choose(np.array([row] if row >= 0 else [], np.int64), adds, row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.row_near(event.position())
        if row >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self.key_at(row))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(_WHEEL ** event.angleDelta().y(), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = _ARROWS.get(Qt.Key(event.key()))
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if arrow is not None and control:
            self._look(self.frame.panned(-arrow[0] * _PAN, -arrow[1] * _PAN), fits=False)
        elif arrow is not None:
            adds = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(arrow, adds)
        elif control and event.key() == Qt.Key.Key_A:
            self._choose(self.rows_in_sight(), False)
        elif control or not self._key(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold_space(False)
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self._hold_space(False)
        self.update()

    def _key(self, key: Qt.Key) -> bool:
        """What single keys do; whether the key is one of them."""
        match key:
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(_STEP)
            case Qt.Key.Key_Minus:
                self.zoom(1 / _STEP)
            case Qt.Key.Key_0 | Qt.Key.Key_Home:
                self.fit()
            case Qt.Key.Key_Space:
                self._hold_space(True)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._current >= 0:
                self.opened.emit(self.key_at(self._current))
            case Qt.Key.Key_Insert if self._current >= 0:
                self._toggle(self._current)
            case Qt.Key.Key_Escape if self._lasso is not None or len(self._chosen):
                self._lasso = None
                self._choose(np.zeros(0, np.int64), False)
            case _:
                return False
        return True

    def _hold_space(self, held: bool) -> None:
        self._space = held
        if self._pan_from is None:
            self.setCursor(Qt.CursorShape.OpenHandCursor if held else Qt.CursorShape.CrossCursor)

    def _step(self, arrow: tuple[int, int], adds: bool) -> None:
        """Goes to the next song in a direction; from none, to the one nearest the middle."""
        x, y = self._places()
        if not len(x):
            return
        if self._current < 0:
            away = (x - self.width() / 2) ** 2 + (y - self.height() / 2) ** 2
        else:
            right, down = x - x[self._current], y - y[self._current]
            along = right * arrow[0] + down * arrow[1]
            aside = np.abs(right * arrow[1] + down * arrow[0])
            away = np.where((along > 0.5) & (aside <= 2 * along), along + 2 * aside, np.inf)
        row = int(np.argmin(away))
        if np.isfinite(away[row]):
            self._bring_into_sight(row)
            self._choose(np.array([row], np.int64), adds, row)

    def _bring_into_sight(self, row: int) -> None:
        place = self.place_of(row)
        if not QRectF(self.rect()).contains(place):
            self._look(self.frame.panned(self.width() / 2 - place.x(),
                                         self.height() / 2 - place.y()), fits=False)

    def _toggle(self, row: int) -> None:
        chosen = set(self._chosen.tolist()) ^ {row}
        self._choose(np.array(sorted(chosen), np.int64), False, row)

    def _choose(self, rows: npt.NDArray[np.int64], adds: bool, current: int = -1) -> None:
        self._chosen = np.union1d(self._chosen, rows) if adds else rows
        self._current = current if current >= 0 or adds or not len(rows) else int(rows[0])
        self._rims = None
        self.chosen.emit(self.chosen_keys(), self.key_at(self._current))
        self._ask_name(self._current)
        self.update()

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self._ask_name(row if row >= 0 else self._current)
            self.update()

    def _ask_name(self, row: int) -> None:
        key = self.key_at(row)
        if key and key != self._named[0]:
            self._named = key, ()
            self.name_wanted.emit(key)

    def _look(self, frame: MapFrame, fits: bool) -> None:
        self.frame, self._fits = frame, fits
        self._redraw()
        self.frame_changed.emit()

    def _redraw(self) -> None:
        self._picture = self._rims = None
        self.update()

    def _places(self) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
        points = self.songs.points
        return self.frame.x(points[:, 0]), self.frame.y(points[:, 1])

    def _rows(self, keys: Iterable[int]) -> npt.NDArray[np.int64]:
        wanted = np.fromiter(keys, np.int64)
        return np.flatnonzero(np.isin(self.songs.keys, wanted)).astype(np.int64)

    def _paint_over(self, painter: QPainter) -> None:
        """What changes under the hand, on top of the picture that does not."""
        theme = self._theme_source.current
        shown = self._hovered if self._hovered >= 0 else self._current
        if 0 <= shown < len(self.songs):
            map_paint.paint_ring(painter, self.place_of(shown), theme)
            if self._named[0] == self.key_at(shown) and self._named[1]:
                map_paint.paint_label(painter, self.place_of(shown), self.frame, theme,
                                      self._named[1])
        if self._lasso is not None and len(self._lasso.corners) > 1:
            map_paint.paint_lasso(painter, self._lasso.corners, theme)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_CARD,
                                    RADIUS_CARD)
