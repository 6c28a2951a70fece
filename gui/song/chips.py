"""A mood of the open song as a chip: press it for the reason, accept or reject it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from engine.tagging.labels import Verdict
from engine.tagging.vocabulary import Vocabulary
from gui.mood_words import mood_name, mood_place, score_text
from gui.song.labels import Chip
from gui.theme import BODY, META, ThemeSource, chip_colours, font, mixed

HEIGHT = 32
_PADDING = 12
_DOT = 8
_MARK = 10
_GAP = 8


class MoodChip(QAbstractButton):
    """Shows one Chip. `current` is the one that A and R speak of, `asked` shows its reason."""

    judged = Signal(str, Verdict)

    def __init__(self, chip: Chip, vocabulary: Vocabulary, theme_source: ThemeSource,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary = vocabulary
        self._theme_source = theme_source
        self._metrics, self._small = QFontMetrics(font(BODY)), QFontMetrics(font(META))
        self.chip = chip
        self.current = False
        self.asked = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.show_chip(chip)

    def show_chip(self, chip: Chip) -> None:
        """Takes a fresh score or verdict of the same mood."""
        self.chip = chip
        self.setAccessibleName(self._spoken())
        self.setAccessibleDescription(self.tr("Press for the lines that carried it."))
        self.updateGeometry()
        self.update()

    def mark(self, current: bool, asked: bool) -> None:
        if (current, asked) == (self.current, self.asked):
            return
        self.current, self.asked = current, asked
        # One chip is the stop of the Tab key; arrows go from chip to chip.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus)
        self.update()

    def sizeHint(self) -> QSize:
        width = 2 * _PADDING + _DOT + _GAP + self._metrics.horizontalAdvance(self._name)
        if self._score:
            width += _GAP + self._metrics.horizontalAdvance(self._score)
        if self._remark:
            width += _GAP + self._small.horizontalAdvance(self._remark)
        if self._has_mark:
            width += _GAP + _MARK
        return QSize(width, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # a button would move the focus by geometry; the row knows better
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, verdict in ((self.tr("Accept"), Verdict.ACCEPTED),
                               (self.tr("Reject"), Verdict.REJECTED)):
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(self.chip.verdict is verdict)
            action.triggered.connect(
                lambda _=False, said=verdict: self.judged.emit(self.chip.mood, said))
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_ground(painter)
            self._paint_words(painter)

    @property
    def _name(self) -> str:
        return mood_name(self._vocabulary, self.chip.mood)

    @property
    def _score(self) -> str:
        return "" if self.chip.score is None else score_text(self.chip.score)

    @property
    def _remark(self) -> str:
        if self.chip.in_lines:
            return self.tr("in lines")
        return self.tr("experimental") if self.chip.experimental else ""

    @property
    def _has_mark(self) -> bool:
        return self.chip.verdict in (Verdict.ACCEPTED, Verdict.ADDED)

    @property
    def _rejected(self) -> bool:
        return self.chip.verdict is Verdict.REJECTED

    def _paint_ground(self, painter: QPainter) -> None:
        theme = self._theme_source.current
        colours = chip_colours(*mood_place(self._vocabulary, self.chip.mood), theme.dark)
        fill = QColor(theme.card) if self._rejected else colours.fill
        if self.asked or self.isDown():
            fill = mixed(colours.mark, fill, 0.16)
        pen = QPen(Qt.PenStyle.NoPen)
        if self.chip.experimental:
            pen = QPen(colours.mark, 1, Qt.PenStyle.DashLine)
        if self._rejected or self.underMouse():
            pen = QPen(QColor(theme.edge), 1)
        if self.current:
            pen = QPen(QColor(theme.accent), 1)
        if self.asked:
            pen = QPen(colours.mark, 2)
        if self.hasFocus():
            pen = QPen(QColor(theme.accent), 2)
        inset = pen.widthF() / 2 if pen.style() != Qt.PenStyle.NoPen else 0.0
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)

    def _paint_words(self, painter: QPainter) -> None:
        theme = self._theme_source.current
        colours = chip_colours(*mood_place(self._vocabulary, self.chip.mood), theme.dark)
        middle = self.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.mark)
        painter.drawEllipse(QPointF(_PADDING + _DOT / 2, middle), _DOT / 2, _DOT / 2)
        left = _PADDING + _DOT + _GAP
        chosen = font(BODY)
        chosen.setStrikeOut(self._rejected)
        ink = QColor(theme.quiet) if self._rejected else colours.text
        painter.setPen(ink)
        for words in (self._name, self._score):
            left = self._paint_word(painter, left, words, chosen, self._metrics)
        if self._remark:
            left = self._paint_word(painter, left, self._remark, font(META), self._small)
        if self._has_mark:
            self._paint_mark(painter, left, middle, ink)

    def _paint_word(self, painter: QPainter, left: float, words: str, chosen: QFont,
                    metrics: QFontMetrics) -> float:
        """Where the next word begins."""
        width = metrics.horizontalAdvance(words)
        painter.setFont(chosen)
        painter.drawText(QRectF(left, 0, width + 2, self.height()),
                         Qt.AlignmentFlag.AlignVCenter, words)
        return left + width + (_GAP if words else 0)

    def _paint_mark(self, painter: QPainter, left: float, middle: float, ink: QColor) -> None:
        """A tick for what was accepted, a plus for what the person added."""
        painter.setPen(QPen(ink, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                            Qt.PenJoinStyle.RoundJoin))
        if self.chip.verdict is Verdict.ACCEPTED:
            painter.drawPolyline(QPolygonF([QPointF(left, middle), QPointF(left + 3.5, middle + 4),
                                            QPointF(left + _MARK, middle - 4)]))
        else:
            centre = left + _MARK / 2
            painter.drawLine(QPointF(left, middle), QPointF(left + _MARK, middle))
            painter.drawLine(QPointF(centre, middle - 5), QPointF(centre, middle + 5))

    def _spoken(self) -> str:
        said = {Verdict.ACCEPTED: self.tr("accepted"), Verdict.REJECTED: self.tr("rejected"),
                Verdict.ADDED: self.tr("added by you")}
        parts = [self._name, self._score, self._remark,
                 said[self.chip.verdict] if self.chip.verdict else ""]
        return ", ".join(part for part in parts if part)
