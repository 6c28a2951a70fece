"""Figures with their intervals, a row each on one scale: taggers on a label set, or its moods."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.tagging.vocabulary import Vocabulary
from gui.models.quality_words import Bar, figure_text, interval_text, tip
from gui.theme import BODY, GAP, META, RADIUS_CONTROL, SPACE, Theme, ThemeSource, font, mood_colour

ROW = 30
_ABOVE, _BELOW = 20, 22
_NAME_MOST = 280
_FIGURE, _INTERVAL = 36, 96
_TRACK_LEAST = 140
_DOT, _CAP = 5.0, 4.0
_TICK_WIDTH = 44
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class IntervalBars(QWidget):
    """One row is the current one; arrows and the mouse choose another, told by `chosen`."""

    chosen = Signal(str)

    def __init__(self, theme_source: ThemeSource, vocabulary: Vocabulary,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source, self._vocabulary = theme_source, vocabulary
        self._bars: tuple[Bar, ...] = ()
        self._chance = 0.0
        self._current = ""
        self._heading = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme_source.changed.connect(self.update)

    @property
    def bars(self) -> tuple[Bar, ...]:
        return self._bars

    @property
    def current(self) -> str:
        """The key of the current row, "" for none."""
        return self._current

    def show_bars(self, heading: str, bars: Sequence[Bar], chance: float,
                  current: str = "") -> None:
        """`heading` names the whole for screen readers; at `chance` stands the line of guessing,
        nowhere for 0."""
        self._heading, self._bars, self._chance = heading, tuple(bars), chance
        keys = [bar.key for bar in self._bars]
        self._current = current if current in keys else next(iter(keys), "")
        self._speak()
        self.updateGeometry()
        self.update()

    def choose(self, key: str) -> None:
        """Makes a row the current one, and tells so."""
        if key != self._current and any(bar.key == key for bar in self._bars):
            self._current = key
            self._speak()
            self.update()
            self.chosen.emit(key)

    def sizeHint(self) -> QSize:
        return QSize(480, _ABOVE + ROW * len(self._bars) + _BELOW)

    def minimumSizeHint(self) -> QSize:
        return QSize(_TRACK_LEAST, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = next((n for n, bar in enumerate(self._bars) if bar.key == self._current), 0)
        last = len(self._bars) - 1
        target = {Qt.Key.Key_Up: at - 1, Qt.Key.Key_Down: at + 1, Qt.Key.Key_Home: 0,
                  Qt.Key.Key_End: last}.get(Qt.Key(event.key()))
        if target is None or not 0 <= target <= last:
            super().keyPressEvent(event)
        else:
            self.choose(self._bars[target].key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        bar = self._bar_at(event.position().y())
        if bar is not None:
            self.choose(bar.key)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            bar = self._bar_at(event.pos().y())
            if bar is not None and bar.told:
                QToolTip.showText(event.globalPos(), tip(bar.told), self)
                return True
        return super().event(event)

    def row_box(self, key: str) -> QRectF:
        """Where a row lies; empty for a key there is not."""
        at = next((n for n, bar in enumerate(self._bars) if bar.key == key), None)
        return QRectF() if at is None else QRectF(0, _ABOVE + at * ROW, self.width(), ROW)

    def _bar_at(self, y: float) -> Bar | None:
        at = math.floor((y - _ABOVE) / ROW)
        return self._bars[at] if 0 <= at < len(self._bars) else None

    def _speak(self) -> None:
        bar = next((bar for bar in self._bars if bar.key == self._current), None)
        parts = [self._heading] + ([bar.name, figure_text(bar.figure), interval_text(bar.figure),
                                    bar.note, bar.told] if bar else [])
        self.setAccessibleName(", ".join(part for part in parts if part))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            track = self._track()
            scale = Span(self._bars, self._chance, track)
            self._paint_scale(painter, scale, track)
            for bar in self._bars:
                self._paint_row(painter, self.row_box(bar.key), bar, track, scale)

    def _track(self) -> QRectF:
        left = self._name_width() + GAP
        return QRectF(left, _ABOVE, self.width() - left - self._tail_width(),
                      ROW * len(self._bars))

    def _name_width(self) -> int:
        bold = QFontMetrics(font(BODY, bold=True))
        widest = max((bold.horizontalAdvance(bar.name) for bar in self._bars), default=0)
        dot = GAP if any(bar.mood for bar in self._bars) else 0
        return SPACE + dot + min(widest + 2, _NAME_MOST, self.width() // 3)

    def _note_width(self) -> int:
        small = QFontMetrics(font(META))
        return max((small.horizontalAdvance(bar.note) for bar in self._bars), default=0)

    def _tail_width(self) -> int:
        notes = self._note_width()
        wide = self.width() - self._name_width() - _FIGURE - notes - 4 * GAP
        interval = _INTERVAL if wide - _INTERVAL >= 2 * _TRACK_LEAST else 0
        return GAP + _FIGURE + interval + (notes + GAP if notes else 0) + SPACE

    def _paint_scale(self, painter: QPainter, scale: "Span", track: QRectF) -> None:
        theme = self._theme_source.current
        painter.setFont(font(META))
        for tick in scale.ticks():
            x = scale.x(tick)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom()))
            painter.setPen(QColor(theme.quiet))
            painter.drawText(QRectF(x - _TICK_WIDTH / 2, track.bottom() + 2, _TICK_WIDTH,
                                    _BELOW - 4), _CENTRE, f"{tick:.1f}")
        if self._chance:
            x = scale.x(self._chance)
            painter.setPen(QPen(QColor(theme.edge), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, track.top()), QPointF(x, track.bottom()))
            painter.setPen(QColor(theme.quiet))
            painter.drawText(QRectF(x - 48, 0, 96, _ABOVE - 2), _CENTRE, self.tr("guessing"))

    def _paint_row(self, painter: QPainter, box: QRectF, bar: Bar, track: QRectF,
                   scale: "Span") -> None:
        theme = self._theme_source.current
        if bar.key == self._current:
            self._paint_ground(painter, box, theme)
        self._paint_words(painter, box, bar, track, theme)
        if bar.figure is not None:
            y, colour = box.center().y(), self._colour(bar, theme)
            painter.setPen(QPen(colour, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            low, high = scale.x(bar.figure.low), scale.x(bar.figure.high)
            painter.drawLine(QPointF(low, y), QPointF(high, y))
            for end in (low, high):
                painter.drawLine(QPointF(end, y - _CAP), QPointF(end, y + _CAP))
            painter.setBrush(QColor(theme.card) if bar.hollow else colour)
            painter.drawEllipse(QPointF(scale.x(bar.figure.value), y), _DOT, _DOT)

    def _paint_ground(self, painter: QPainter, box: QRectF, theme: Theme) -> None:
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(theme.accent), 2) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.selection))
        inset = 1.0 if focused else 0.0
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), RADIUS_CONTROL,
                                RADIUS_CONTROL)

    def _paint_words(self, painter: QPainter, box: QRectF, bar: Bar, track: QRectF,
                     theme: Theme) -> None:
        left = box.left() + SPACE
        if bar.mood:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._mood(bar.mood, theme))
            painter.drawEllipse(QPointF(left + 4, box.center().y()), 4, 4)
            left += GAP
        chosen = font(BODY, bold=bar.strong)
        name = QFontMetrics(chosen).elidedText(bar.name, Qt.TextElideMode.ElideRight,
                                               int(track.left() - GAP - left) + 2)
        painter.setFont(chosen)
        painter.setPen(QColor(theme.quiet if bar.hollow else theme.ink))
        painter.drawText(QRectF(left, box.top(), track.left() - left, ROW), _LEFT, name)
        x = track.right() + GAP
        painter.drawText(QRectF(x, box.top(), _FIGURE, ROW), _LEFT, figure_text(bar.figure))
        painter.setFont(font(META))
        painter.setPen(QColor(theme.quiet))
        notes = self._note_width()
        painter.drawText(QRectF(x + _FIGURE, box.top(), _INTERVAL, ROW), _LEFT,
                         interval_text(bar.figure) if self._has_intervals(notes) else "")
        if bar.strong:
            painter.setPen(QColor(theme.accent))
        painter.drawText(QRectF(box.right() - notes - SPACE, box.top(), notes + SPACE, ROW), _LEFT,
                         bar.note)

    def _has_intervals(self, notes: int) -> bool:
        return self._tail_width() > GAP + _FIGURE + (notes + GAP if notes else 0) + SPACE

    def _colour(self, bar: Bar, theme: Theme) -> QColor:
        if bar.mood:
            return self._mood(bar.mood, theme)
        return QColor(theme.accent if bar.strong else theme.edge if bar.hollow else theme.quiet)

    def _mood(self, mood: str, theme: Theme) -> QColor:
        known = self._vocabulary.get(mood)
        place = (known.valence, known.arousal) if known else (0.0, 0.0)
        return mood_colour(*place, theme.dark)


class Span:
    """Figures to places along a track, with room for every interval and for guessing."""

    def __init__(self, bars: Sequence[Bar], chance: float, track: QRectF) -> None:
        ends = [end for bar in bars if bar.figure for end in (bar.figure.low, bar.figure.high)]
        if chance:
            ends.append(chance)
        self.low = max(0.0, math.floor(10 * min(ends, default=0.0)) / 10)
        self.high = min(1.0, math.ceil(10 * max(ends, default=1.0)) / 10)
        if self.high <= self.low:
            self.high = self.low + 0.1
        self._track = track

    def x(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self._track.left() + share * self._track.width()

    def ticks(self) -> list[float]:
        """Round numbers, no closer than their labels are wide."""
        tenths = range(round(10 * self.low), round(10 * self.high) + 1)
        step = next(step for step in (1, 2, 5, 10)
                    if step == 10 or self._track.width() * step >= _TICK_WIDTH * (len(tenths) - 1))
        return [tenth / 10 for tenth in tenths if tenth % step == 0]
