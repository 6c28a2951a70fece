"""Scores of labels as bars, and for polarity a thin one beside for what the word list says."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.mood_words import score_text
from gui.theme import BODY, GAP, META, SPACE, Theme, ThemeSource, font

_ROW, _DOUBLE_ROW = 28, 40
_BAR, _THIN = 10, 4
_FIGURE = 40
_NAME_MOST = 200


@dataclass(frozen=True, slots=True)
class Bar:
    """One label: the model's `score` 0 to 1, and `second` the word list's, if it has one."""

    name: str
    score: float
    second: float | None = None
    first: bool = False


class ScoreBars(QWidget):
    """A row a label, in the order given. The strongest label's name is bold."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_source.changed.connect(self.update)

    @property
    def bars(self) -> tuple[Bar, ...]:
        return self._bars

    def show_bars(self, bars: Sequence[Bar], spoken: str = "") -> None:
        """`spoken` is what a screen reader says of them."""
        self._bars = tuple(bars)
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self._row() * len(self._bars))

    def _row(self) -> int:
        return _DOUBLE_ROW if any(bar.second is not None for bar in self._bars) else _ROW

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            height = self._row()
            for row, bar in enumerate(self._bars):
                self._paint_row(painter, QRectF(0, row * height, self.width(), height), bar)

    def _paint_row(self, painter: QPainter, box: QRectF, bar: Bar) -> None:
        theme = self._theme_source.current
        names = self._name_width()
        painter.setFont(font(BODY, bold=bar.first))
        painter.setPen(QColor(theme.ink))
        name = painter.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, names)
        painter.drawText(QRectF(box.x(), box.y(), names, box.height()),
                         Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.setFont(font(META))
        painter.drawText(QRectF(box.right() - _FIGURE, box.y(), _FIGURE, box.height()),
                         Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                         score_text(bar.score))
        track = QRectF(box.x() + names + GAP, box.y(), 0, box.height())
        track.setRight(box.right() - _FIGURE - SPACE)
        self._paint_bars(painter, track, bar, theme)

    def _paint_bars(self, painter: QPainter, track: QRectF, bar: Bar, theme: Theme) -> None:
        both = _BAR if bar.second is None else _BAR + 3 + _THIN
        top = track.center().y() - both / 2
        _strip(painter, track, top, _BAR, bar.score, theme.line, theme.accent)
        if bar.second is not None:
            _strip(painter, track, top + _BAR + 3, _THIN, bar.second, theme.line, theme.edge)

    def _name_width(self) -> int:
        bold = QFontMetrics(font(BODY, bold=True))
        widest = max((bold.horizontalAdvance(bar.name) for bar in self._bars), default=0)
        return min(widest + 2, _NAME_MOST, self.width() // 3)


def _strip(painter: QPainter, track: QRectF, top: float, height: float, share: float,
           under: str, over: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(under))
    painter.drawRoundedRect(QRectF(track.x(), top, track.width(), height), height / 2, height / 2)
    wide = max(height, track.width() * min(1.0, max(0.0, share)))
    painter.setBrush(QColor(over))
    painter.drawRoundedRect(QRectF(track.x(), top, wide, height), height / 2, height / 2)
