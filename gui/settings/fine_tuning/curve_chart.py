"""The curve of a training: train thin, validation bold, the best point marked; several runs beside
each other by dashes and names.

Hovering or the arrow keys read a step; dragging looks at a stretch more closely, Escape or a double
click at all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.settings.fine_tuning.curve_shape import (
    Points,
    limits,
    nearest,
    smoothed,
    thinned,
    tick_text,
    ticks,
    value_text,
)
from gui.theme import META, SPACE, Theme, ThemeSource, font

_LEFT, _RIGHT, _ABOVE, _BELOW = 52, 16, 28, 28
_TALL, _LEAST = 260, 180
_TICK_X, _TICK_Y = 90, 44
_LEAST_DRAG = 6
_COLUMNS = 260  # of a curve with very many steps so many stretches are drawn, peaks and all
_LEGEND, _SAMPLE = 16, 22
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine,
           Qt.PenStyle.DashDotLine)
_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `bold` for what counts, thin for the rest. `run` numbers the runs that are
    compared; `best` is marked, where it is known. `soft` lines are smoothed, and what they were
    made of stands faintly behind."""

    name: str
    points: Points
    bold: bool = False
    run: int = 0
    best: tuple[float, float] | None = None
    soft: bool = False


class CurveChart(QWidget):
    """Draws lines over steps. `unit` is what stands at the lower axis."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._lines: tuple[Line, ...] = ()
        self._shape: list[tuple[Line, Points]] = []
        self._empty = self.tr("The curve begins with the first step.")
        self._at: float | None = None
        self._zoom: tuple[float, float] | None = None
        self._drag: tuple[float, float] | None = None
        self._high: tuple[float, float] | None = None
        self._picture: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Curve of the training"))
        theme_source.changed.connect(lambda _: self._redraw())

    def show_lines(self, lines: Sequence[Line], empty: str = "") -> None:
        """Draws these; `empty` is said where none has a point."""
        self._shape = [
            (replace(line, points=thinned(line.points, _COLUMNS)),
             thinned(smoothed(line.points) if line.soft else line.points, _COLUMNS))
            for line in lines if line.points]
        self._lines = tuple(line for line, _ in self._shape)
        self._empty = empty or self._empty
        self.setAccessibleDescription(self._spoken())
        self._redraw()

    @property
    def zoom(self) -> tuple[float, float] | None:
        """The stretch of steps that is looked at more closely, None for all."""
        return self._zoom

    def look_at(self, stretch: tuple[float, float] | None) -> None:
        """Looks at a stretch of steps more closely, or at all of them."""
        self._zoom = stretch
        self._redraw()

    def reading(self) -> str:
        """What stands at the step that is read, in words; "" where none is."""
        if self._at is None:
            return ""
        told = [f"{line.name} {value_text(point[1])}" for line, points in self._shape
                if (point := nearest(points, self._at)) is not None]
        return self.tr("Step {n}").format(n=round(self._at)) + ": " + ", ".join(told)

    def sizeHint(self) -> QSize:
        return QSize(480, _TALL)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, _TALL)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = self._step_at(event.position().x())
        if self._drag is not None:
            self._drag = (self._drag[0], x)
        self._read(x)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._shape:
            x = self._step_at(event.position().x())
            self._drag = (x, x)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None and abs(self._x(drag[0]) - self._x(drag[1])) >= _LEAST_DRAG:
            self.look_at((min(drag), max(drag)))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self.look_at(None)

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._at = None
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._shape:
            self._walk(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() == Qt.Key.Key_Escape and self._zoom is not None:
            self.look_at(None)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()

    def focusInEvent(self, event: QEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:
        self._at = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme_source.current
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(META))
            if not self._shape:
                painter.setPen(QColor(theme.quiet))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._empty)
            else:
                if self._picture is None:
                    self._picture = self._draw(theme)
                painter.drawPixmap(0, 0, self._picture)
                self._paint_over(painter, theme)
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _redraw(self) -> None:
        self._picture = self._high = None
        self.update()

    def _draw(self, theme: Theme) -> QPixmap:
        """Axes and lines, which stay as they are under the mouse."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(META))
            self._paint_axes(painter, theme)
            painter.setClipRect(self._box().adjusted(-8, -4, 8, 6))
            for line, points in self._shape:
                if line.soft:
                    self._paint_line(painter, QPen(QColor(theme.line), 1), line.points)
                self._paint_line(painter, self._pen(theme, line), points)
        return picture

    def _paint_over(self, painter: QPainter, theme: Theme) -> None:
        """What changes under the mouse."""
        painter.save()
        painter.setClipRect(self._box().adjusted(-8, -4, 8, 6))
        for line, _ in self._shape:
            self._paint_best(painter, theme, line)
        self._paint_drag(painter, theme)
        painter.restore()
        self._paint_reading(painter, theme)
        self._paint_legend(painter, theme)

    def _pen(self, theme: Theme, line: Line) -> QPen:
        """Bold lines are what is judged; runs differ by their dashes."""
        colours = (theme.accent, theme.ink, theme.quiet, theme.edge)
        colour = colours[line.run % 4] if line.bold or line.run else theme.quiet
        pen = QPen(QColor(colour), 2.5 if line.bold else 1.2)
        pen.setStyle(_STYLES[line.run % 4])
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _box(self) -> QRectF:
        return QRectF(_LEFT, _ABOVE, max(1, self.width() - _LEFT - _RIGHT),
                      max(1, self.height() - _ABOVE - _BELOW))

    def _across(self) -> tuple[float, float]:
        if self._zoom is not None:
            return self._zoom
        ends = [x for line in self._lines for x in (line.points[0][0], line.points[-1][0])]
        low, high = min(ends, default=0.0), max(ends, default=1.0)
        return (low, high) if high > low else (low, low + 1)

    def _along(self) -> tuple[float, float]:
        if self._high is None:
            self._high = self._values_between(*self._across())
        return self._high

    def _values_between(self, low: float, high: float) -> tuple[float, float]:
        seen = [[point for point in points if low <= point[0] <= high]
                for _, points in self._shape]
        return limits(seen if any(seen) else [points for _, points in self._shape])

    def _x(self, step: float) -> float:
        low, high = self._across()
        box = self._box()
        return box.left() + (step - low) / (high - low) * box.width()

    def _step_at(self, x: float) -> float:
        low, high = self._across()
        box = self._box()
        return low + max(0.0, min(1.0, (x - box.left()) / box.width())) * (high - low)

    def _places(self, points: Points) -> list[QPointF]:
        low, high = self._along()
        box = self._box()
        seen = thinned(points, round(box.width()))
        return [QPointF(self._x(x), box.bottom() - (y - low) / (high - low) * box.height())
                for x, y in seen]

    def _paint_line(self, painter: QPainter, pen: QPen, points: Points) -> None:
        painter.setPen(pen)
        places = self._places(points)
        if len(places) == 1:
            painter.drawEllipse(places[0], 1.5, 1.5)
        painter.drawPolyline(QPolygonF(places))

    def _paint_best(self, painter: QPainter, theme: Theme, line: Line) -> None:
        if line.best is None:
            return
        place = self._places([line.best])[0]
        painter.setPen(QPen(self._pen(theme, line).color(), 2))
        painter.setBrush(QColor(theme.card))
        painter.drawEllipse(place, 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        alone = all(not each.run for each in self._lines)
        if alone and self._at is None and self._drag is None:
            words = self.tr("best: {value} at step {n}").format(
                value=value_text(line.best[1]), n=round(line.best[0]))
            width = QFontMetrics(font(META)).horizontalAdvance(words)
            box = self._box()
            left = min(max(place.x() - width / 2, box.left()), box.right() - width)
            below = place.y() + 26 < box.bottom()
            painter.setPen(QColor(theme.ink))
            painter.drawText(QPointF(left, place.y() + 20 if below else place.y() - 12), words)

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        box = self._box()
        low, high = self._along()
        for tick in ticks(low, high, max(1, round(box.height() / _TICK_Y))):
            y = box.bottom() - (tick - low) / (high - low) * box.height()
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(QColor(theme.quiet))
            painter.drawText(QRectF(0, y - 9, _LEFT - SPACE, 18), _RIGHT_MIDDLE, tick_text(tick))
        for tick in ticks(*self._across(), max(1, round(box.width() / _TICK_X))):
            if tick == round(tick):
                painter.drawText(QRectF(self._x(tick) - 40, box.bottom() + 6, 80, 18),
                                 Qt.AlignmentFlag.AlignCenter, tick_text(tick))

    def _paint_drag(self, painter: QPainter, theme: Theme) -> None:
        if self._drag is not None:
            shade = QColor(theme.accent)
            shade.setAlphaF(0.12)
            left, right = self._x(min(self._drag)), self._x(max(self._drag))
            box = self._box()
            painter.fillRect(QRectF(left, box.top(), right - left, box.height()), shade)

    def _paint_reading(self, painter: QPainter, theme: Theme) -> None:
        if self._at is None:
            return
        box, x = self._box(), self._x(self._at)
        painter.setPen(QPen(QColor(theme.edge), 1))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))

    def _paint_legend(self, painter: QPainter, theme: Theme) -> None:
        """Names of the lines; under the hand, their values at the step that is read."""
        metrics = QFontMetrics(font(META))
        if self._at is not None:
            words = metrics.elidedText(self.reading(), Qt.TextElideMode.ElideRight,
                                       self.width() - _LEFT - _RIGHT)
            painter.setPen(QColor(theme.ink))
            painter.drawText(QPointF(_LEFT, metrics.ascent() + 2), words)
            return
        x = float(_LEFT)
        for line, _ in self._shape:
            painter.setPen(self._pen(theme, line))
            painter.drawLine(QPointF(x, 10), QPointF(x + _SAMPLE, 10))
            painter.setPen(QColor(theme.ink if line.bold else theme.quiet))
            room = self.width() - _RIGHT - x - _SAMPLE - 6
            name = metrics.elidedText(line.name, Qt.TextElideMode.ElideRight, max(0, round(room)))
            painter.drawText(QPointF(x + _SAMPLE + 6, metrics.ascent() + 2), name)
            x += _SAMPLE + 6 + metrics.horizontalAdvance(name) + _LEGEND

    def _read(self, step: float) -> None:
        """Reads the nearest step that has a point."""
        found = [point for _, points in self._shape
                 if (point := nearest(points, step)) is not None]
        if found:
            self._at = min(found, key=lambda point: abs(point[0] - step))[0]
            self.update()

    def _walk(self, by: int) -> None:
        """On to the next step of the line that counts."""
        bold = [points for line, points in self._shape if line.bold] or [
            points for _, points in self._shape]
        low, high = self._across()
        steps = [x for x, _ in bold[0] if low <= x <= high]
        now = self._at if self._at is not None else (low - 1 if by > 0 else high + 1)
        beyond = [x for x in steps if (x - now) * by > 0]
        if beyond:
            self._at = min(beyond, key=lambda x: abs(x - now))
            self.setAccessibleDescription(self.reading())
            self.update()

    def _spoken(self) -> str:
        """The ends of each line and its best point, in words."""
        told: list[str] = []
        for line, points in self._shape:
            told.append(self.tr("{name} from {first} to {last}").format(
                name=line.name, first=value_text(points[0][1]), last=value_text(points[-1][1])))
            if line.best is not None:
                told.append(self.tr("best {value} at step {n}").format(
                    value=value_text(line.best[1]), n=round(line.best[0])))
        return "; ".join(told)
