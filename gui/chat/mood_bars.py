"""The moods of one who speaks: a bar each in the mood's colour, with its name and its figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import mood_name, mood_place, score_text
from gui.theme import GAP, META, SPACE, Theme, ThemeSource, font, mood_colour

_ROW = 22
_DOT = 8
_STRIP = 6
_FIGURE = 36


@dataclass(frozen=True, slots=True)
class MoodShare:
    """A mood with its score, 0 to 1."""

    mood: str
    score: float


class MoodBars(QWidget):
    """A row a mood, in the order given."""

    def __init__(self, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self._metrics = QFontMetrics(font(META))
        self.shares: tuple[MoodShare, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_source.changed.connect(self.update)

    def show_shares(self, whose: str, shares: Sequence[MoodShare]) -> None:
        """Shows the moods of `whose`."""
        self.shares = tuple(shares)
        told = ", ".join(f"{self._name(share)} {score_text(share.score)}" for share in shares)
        self.setAccessibleName(f"{whose}: {told}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _ROW * len(self.shares))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _ROW * len(self.shares))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme_source.current
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(META))
            for row, share in enumerate(self.shares):
                self._paint_row(painter, QRectF(0, _ROW * row, self.width(), _ROW), share, theme)

    def _name(self, share: MoodShare) -> str:
        return mood_name(self._vocabulary, share.mood)

    def _paint_row(self, painter: QPainter, area: QRectF, share: MoodShare, theme: Theme) -> None:
        colour = mood_colour(*mood_place(self._vocabulary, share.mood), theme.dark)
        middle = area.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(_DOT / 2, middle), _DOT / 2, _DOT / 2)
        names = self._name_width()
        painter.setPen(QColor(theme.ink))
        name = self._metrics.elidedText(self._name(share), Qt.TextElideMode.ElideRight, names)
        painter.drawText(QRectF(_DOT + SPACE, area.top(), names + 1, _ROW),
                         Qt.AlignmentFlag.AlignVCenter, name)
        painter.drawText(QRectF(area.right() - _FIGURE, area.top(), _FIGURE, _ROW),
                         Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                         score_text(share.score))
        left = _DOT + SPACE + names + GAP
        self._paint_strip(painter, QRectF(left, middle - _STRIP / 2,
                                          area.right() - _FIGURE - SPACE - left, _STRIP),
                          share.score, colour, theme)

    def _paint_strip(self, painter: QPainter, track: QRectF, score: float, colour: QColor,
                     theme: Theme) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(track, _STRIP / 2, _STRIP / 2)
        painter.setBrush(colour)
        wide = max(float(_STRIP), track.width() * min(1.0, max(0.0, score)))
        painter.drawRoundedRect(QRectF(track.topLeft(), track.bottomLeft()).adjusted(0, 0, wide, 0),
                                _STRIP / 2, _STRIP / 2)

    def _name_width(self) -> int:
        """The same for all rows, so that bars begin under each other, and not more than half."""
        widest = max((self._metrics.horizontalAdvance(self._name(share))
                      for share in self.shares), default=0)
        return min(widest + 2, (self.width() - _FIGURE) // 2)
