"""The song's place on the valence/arousal plane: a dot in a circle, with words and figures."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.mood_words import signed_text
from gui.song.wording import affect_words
from gui.theme import Theme, ThemeSource, mood_colour

_SIZE = 64
_DOT = 5.0


class AffectDial(QWidget):
    """Right is bright, up is stirred; says the same in words to a screen reader."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._valence = 0.0
        self._arousal = 0.0
        self.setFixedSize(QSize(_SIZE, _SIZE))
        theme_source.changed.connect(self.update)

    def show_affect(self, valence: float, arousal: float) -> None:
        """Both -1 to 1."""
        self._valence, self._arousal = valence, arousal
        self.setToolTip(self.tr("Right is bright, left is dark; up is stirred, down is still."))
        self.setAccessibleName(self.words())
        self.update()

    def words(self) -> str:
        return affect_words(self._valence, self._arousal)

    def figures(self) -> str:
        return self.tr("Valence {v}   Arousal {a}").format(
            v=signed_text(self._valence), a=signed_text(self._arousal))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, self._theme_source.current)

    def _paint(self, painter: QPainter, theme: Theme) -> None:
        circle = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        centre, radius = circle.center(), circle.width() / 2
        painter.setBrush(QColor(theme.card))
        painter.setPen(QPen(QColor(theme.edge), 1))
        painter.drawEllipse(circle)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QPointF(centre.x() - radius, centre.y()),
                         QPointF(centre.x() + radius, centre.y()))
        painter.drawLine(QPointF(centre.x(), centre.y() - radius),
                         QPointF(centre.x(), centre.y() + radius))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mood_colour(self._valence, self._arousal, theme.dark))
        painter.drawEllipse(self._dot(centre, radius - _DOT - 1), _DOT, _DOT)

    def _dot(self, centre: QPointF, radius: float) -> QPointF:
        """Inside the circle, also for the corners of the square both values span."""
        length = max(1.0, (self._valence ** 2 + self._arousal ** 2) ** 0.5)
        return QPointF(centre.x() + self._valence / length * radius,
                       centre.y() - self._arousal / length * radius)
