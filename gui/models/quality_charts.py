"""Two pictures of one tagger on one label set: are its scores true, and what does it mix up."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.evaluation.report import Bin, Matrix
from gui.theme import META, SPACE, ThemeSource, font, mixed

PLOT = 240
_LEFT, _BELOW, _ABOVE = 44, 44, 8
_SMALLEST, _LARGEST = 2.5, 9.0
_WRITTEN_IN = 9  # cells of more tags than this are too small for a number
_CELL_MOST = 64
_EDGE = 24  # for the last name, which is wider than its cell
_NAME_MOST = 112
_CENTRE = Qt.AlignmentFlag.AlignCenter


class ReliabilityChart(QWidget):
    """Mean score against the share people agreed with; on the line a score means what it says.

    A dot is as large as it holds scores. Reliability diagram, DeGroot and Fienberg 1983.
    """

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._bins: tuple[Bin, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_source.changed.connect(self.update)

    def show_bins(self, bins: Sequence[Bin], spoken: str) -> None:
        """`spoken` is what a screen reader says of them, before the bins themselves."""
        self._bins = tuple(each for each in bins if each.count)
        told = [self.tr("score {score}, people agreed {share}, {n} times").format(
            score=f"{each.mean_score:.2f}", share=f"{each.share_present:.2f}", n=each.count)
            for each in self._bins]
        self.setAccessibleName(". ".join([spoken, *told]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_LEFT + PLOT + SPACE, _ABOVE + PLOT + _BELOW)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(_LEFT, _ABOVE, PLOT, PLOT)
            self._paint_frame(painter, box)
            theme = self._theme_source.current
            painter.setPen(QPen(QColor(theme.card), 1))
            painter.setBrush(QColor(theme.accent))
            most = max((each.count for each in self._bins), default=1)
            for each in self._bins:
                radius = _SMALLEST + (_LARGEST - _SMALLEST) * (each.count / most) ** 0.5
                painter.drawEllipse(QPointF(box.left() + each.mean_score * PLOT,
                                            box.bottom() - each.share_present * PLOT),
                                    radius, radius)

    def _paint_frame(self, painter: QPainter, box: QRectF) -> None:
        theme = self._theme_source.current
        painter.setFont(font(META))
        for tick in (0.0, 0.5, 1.0):
            x, y = box.left() + tick * PLOT, box.bottom() - tick * PLOT
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(QColor(theme.quiet))
            painter.drawText(QRectF(x - 20, box.bottom() + 2, 40, 18), _CENTRE, f"{tick:.1f}")
            painter.drawText(QRectF(box.left() - 30, y - 9, 26, 18),
                             Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                             f"{tick:.1f}")
        painter.setPen(QPen(QColor(theme.edge), 1, Qt.PenStyle.DashLine))
        painter.drawLine(box.bottomLeft(), box.topRight())
        painter.setPen(QColor(theme.quiet))
        painter.drawText(QRectF(box.left(), box.bottom() + 22, PLOT, 18), _CENTRE,
                         self.tr("the score it gave"))
        painter.save()
        painter.translate(12, box.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-PLOT / 2, -10, PLOT, 18), _CENTRE,
                         self.tr("how often people agreed"))
        painter.restore()


class ConfusionChart(QWidget):
    """Of the songs people call one thing (a row), how many of 100 the tagger calls what."""

    def __init__(self, theme_source: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._tags: tuple[str, ...] = ()
        self._shares: tuple[tuple[float, ...], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_source.changed.connect(self.update)

    def show_matrix(self, matrix: Matrix, names: Sequence[str], spoken: str) -> None:
        """Each row is shown as shares of its songs; `names` are the tags as people read them."""
        self._tags = tuple(names)
        self._shares = tuple(tuple(count / max(1, sum(row)) for count in row)
                             for row in matrix.counts)
        told = [self.tr("of 100 called {given}: {parts}").format(given=given, parts=", ".join(
            f"{round(100 * share)} {tag}" for tag, share in zip(self._tags, row, strict=True)
            if share >= 0.005)) for given, row in zip(self._tags, self._shares, strict=True)]
        self.setAccessibleName(". ".join([spoken, *told]))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = round(self._cell() * len(self._tags))
        return QSize(self._names() + side + _EDGE, _ABOVE + 18 + side + self._feet())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _cell(self) -> float:
        return min(_CELL_MOST, (PLOT + 40) / max(1, len(self._tags)))

    def _names(self) -> int:
        small = QFontMetrics(font(META))
        widest = max((small.horizontalAdvance(tag) for tag in self._tags), default=0)
        return 20 + min(widest, _NAME_MOST) + SPACE

    def _feet(self) -> int:
        """Below: names that stand on end, unless all of them fit their columns."""
        return self._names() if self._upright() else 22

    def _upright(self) -> bool:
        small = QFontMetrics(font(META))
        return any(small.horizontalAdvance(tag) > self._cell() + 6 for tag in self._tags)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._tags:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font(META))
            left, top, cell = self._names(), _ABOVE + 18, self._cell()
            self._paint_names(painter, left, top, cell)
            for row, shares in enumerate(self._shares):
                for column, share in enumerate(shares):
                    self._paint_cell(painter, QRectF(left + column * cell, top + row * cell,
                                                     cell, cell), share, row == column)

    def _paint_cell(self, painter: QPainter, box: QRectF, share: float, right: bool) -> None:
        theme = self._theme_source.current
        colour = QColor(theme.accent if right else theme.quiet)
        # At most so strong that ink stays readable on it.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(colour, QColor(theme.sunken), 0.5 * share))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)
        if len(self._tags) <= _WRITTEN_IN:
            painter.setFont(font(META, bold=right))
            painter.setPen(QColor(theme.ink))
            painter.drawText(box, _CENTRE, str(round(100 * share)))

    def _paint_names(self, painter: QPainter, left: float, top: float, cell: float) -> None:
        theme = self._theme_source.current
        small, side = QFontMetrics(font(META)), cell * len(self._tags)
        painter.setPen(QColor(theme.quiet))
        painter.drawText(QRectF(left - 60, 0, side + 120, 20), _CENTRE, self.tr("the tagger says"))
        painter.save()
        painter.translate(8, top + side / 2)
        painter.rotate(-90)
        painter.drawText(QRectF(-side / 2 - 40, -9, side + 80, 18), _CENTRE,
                         self.tr("people say"))
        painter.restore()
        painter.setPen(QColor(theme.ink))
        for at, tag in enumerate(self._tags):
            short = small.elidedText(tag, Qt.TextElideMode.ElideRight, _NAME_MOST)
            painter.drawText(QRectF(16, top + at * cell, left - 16 - SPACE, cell),
                             Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short)
            self._paint_foot(painter, short, left + (at + 0.5) * cell, top + side)

    def _paint_foot(self, painter: QPainter, tag: str, middle: float, top: float) -> None:
        if not self._upright():
            painter.drawText(QRectF(middle - 60, top + 2, 120, 18), _CENTRE, tag)
            return
        painter.save()
        painter.translate(middle, top + SPACE / 2)
        painter.rotate(-90)
        painter.drawText(QRectF(-_NAME_MOST, -9, _NAME_MOST, 18),
                         Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tag)
        painter.restore()
