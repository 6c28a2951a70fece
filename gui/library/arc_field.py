"""A line to be drawn: how bright songs shall be from their beginning to their end.

A few points at equal distances, moved by hand or by keys. Knows nothing of songs.
"""

from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.mood_words import signed_text
from gui.theme import META, RADIUS_CARD, SPACE, ThemeSource, font, mood_colour

POINTS = 5
_STEP = 0.1
_HEIGHT = 132
_EDGE = 16
_DOT = 6.0


class ArcField(QWidget):
    """`drawn` carries the values, -1 to 1, while they change.

    A press moves the nearest point there. Left and right go from point to point, up and down move
    it, Home and End to the top and the bottom.
    """

    drawn = Signal(object)

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self.values: tuple[float, ...] = (0.7, 0.5, 0.0, -0.5, -0.7)
        self._current = 0
        self._held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Course of the song: how bright it is"))
        theme_source.changed.connect(self.update)
        self._describe()

    def show_values(self, values: tuple[float, ...]) -> None:
        """Draws this course. Sends nothing."""
        self.values = values
        self._current = min(self._current, len(values) - 1)
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, _HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = True
            places = [abs(self._place(at).x() - event.position().x())
                      for at in range(len(self.values))]
            self._current = places.index(min(places))
            self._drag(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._drag(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        value = self.values[self._current]
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                step = 1 if event.key() == Qt.Key.Key_Right else -1
                self._current = max(0, min(len(self.values) - 1, self._current + step))
                self._describe()
                self.update()
            case Qt.Key.Key_Up:
                self._move(value + _STEP)
            case Qt.Key.Key_Down:
                self._move(value - _STEP)
            case Qt.Key.Key_Home:
                self._move(1.0)
            case Qt.Key.Key_End:
                self._move(-1.0)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme_source.current
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.line),
                                2 if self.hasFocus() else 1))
            painter.setBrush(QColor(theme.card))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_CARD,
                                    RADIUS_CARD)
            painter.setPen(QPen(QColor(theme.line), 1))
            middle = self.height() / 2
            painter.drawLine(QPointF(_EDGE, middle), QPointF(self.width() - _EDGE, middle))
            self._paint_words(painter)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawPath(course_path([self._place(at) for at in range(len(self.values))]))
            for at, value in enumerate(self.values):
                painter.setBrush(mood_colour(value, 0.2, theme.dark))
                current = self.hasFocus() and at == self._current
                painter.setPen(QPen(QColor(theme.ink if current else theme.card), 2))
                painter.drawEllipse(self._place(at), _DOT, _DOT)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setFont(font(META))
        painter.setPen(QColor(self._theme_source.current.quiet))
        area = QRectF(self.rect()).adjusted(SPACE, SPACE / 2, -SPACE, -SPACE / 2)
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        painter.drawText(area, top | Qt.AlignmentFlag.AlignHCenter, self.tr("bright"))
        painter.drawText(area, bottom | Qt.AlignmentFlag.AlignHCenter, self.tr("dark"))

    def _place(self, at: int) -> QPointF:
        width, height = self.width() - 2 * _EDGE, self.height() - 2 * _EDGE
        return QPointF(_EDGE + width * at / (len(self.values) - 1),
                       _EDGE + height * (1 - self.values[at]) / 2)

    def _drag(self, place: QPointF) -> None:
        height = self.height() - 2 * _EDGE
        self._move(1 - 2 * (place.y() - _EDGE) / height)

    def _move(self, value: float) -> None:
        values = list(self.values)
        values[self._current] = round(max(-1.0, min(1.0, value)), 3)
        if tuple(values) != self.values:
            self.values = tuple(values)
            self._describe()
            self.drawn.emit(self.values)
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.tr("Point {n} of {count}: {value}").format(
            n=self._current + 1, count=len(self.values),
            value=signed_text(self.values[self._current])))


def course_path(places: list[QPointF]) -> QPainterPath:
    """A smooth line through places that follow each other to the right; it never overshoots."""
    path = QPainterPath(places[0])
    for before, after in pairwise(places):
        middle = (before.x() + after.x()) / 2
        path.cubicTo(QPointF(middle, before.y()), QPointF(middle, after.y()), after)
    return path
