"""A chip for one thing that is asked for: pressed it can be changed, its cross takes it away."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.tagging.browsing.song_query import MoodWish
from gui.controls import Option, Scale
from gui.link_button import link_button
from gui.mood_words import score_text
from gui.theme import BODY, CARD_PADDING, SPACE, ThemeSource, chip_colours, font

HEIGHT = 30
_PADDING = 12
_DOT = 8
_GAP = 8
_CROSS = 8
_FIRST_LEAST = 0.5


class FilterChip(QAbstractButton):
    """`removed` is sent by its cross, and by Delete. Without a `place` on the mood plane it has
    no colour of its own."""

    removed = Signal()

    def __init__(self, words: str, theme_source: ThemeSource,
                 place: tuple[float, float] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme_source = theme_source
        self._place = place
        self._metrics = QFontMetrics(font(BODY))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setText(words)
        self.setShortcut(QKeySequence())  # an & in what is searched for is just that
        self.setAccessibleName(words)
        self.setAccessibleDescription(self.tr("Delete takes it away."))
        self.setToolTip(self.tr("Press the cross, or Delete, to take it away."))

    def sizeHint(self) -> QSize:
        dot = _DOT + _GAP if self._place is not None else 0
        words = self._metrics.horizontalAdvance(self.text()) + 1  # it is rounded
        return QSize(min(2 * _PADDING + dot + words + _GAP + _CROSS, 280), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        on_cross = event.position().x() > self.width() - _PADDING - _CROSS - _GAP / 2
        if on_cross and self.rect().contains(event.position().toPoint()):
            self.setDown(False)
            self.removed.emit()
        else:
            super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme_source.current
        fill, text, mark = QColor(theme.selection), QColor(theme.ink), QColor(theme.accent)
        if self._place is not None:
            colours = chip_colours(*self._place, theme.dark)
            fill, text, mark = colours.fill, colours.text, colours.mark
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(Qt.PenStyle.NoPen)
            if self.hasFocus():
                pen = QPen(QColor(theme.accent), 2)
            elif self.underMouse():
                pen = QPen(QColor(theme.edge), 1)
            painter.setPen(pen)
            painter.setBrush(fill)
            inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(inside, inside.height() / 2, inside.height() / 2)
            self._paint_words(painter, text, mark)

    def _paint_words(self, painter: QPainter, text: QColor, mark: QColor) -> None:
        left = _PADDING
        if self._place is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mark)
            painter.drawEllipse(QPointF(left + _DOT / 2, self.height() / 2), _DOT / 2, _DOT / 2)
            left += _DOT + _GAP
        room = self.width() - left - _PADDING - _CROSS - _GAP
        painter.setFont(font(BODY))
        painter.setPen(text)
        words = self._metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter,
                         words)
        painter.setPen(QPen(text, 1.4))
        x, y = self.width() - _PADDING - _CROSS, (self.height() - _CROSS) / 2
        painter.drawLine(QPointF(x, y), QPointF(x + _CROSS, y + _CROSS))
        painter.drawLine(QPointF(x + _CROSS, y), QPointF(x, y + _CROSS))


class WishPopup(QFrame):
    """How a mood is asked for: as a tag, from a score on, or not at all. `changed` carries the
    MoodWish."""

    changed = Signal(object)
    removed = Signal()

    def __init__(self, wish: MoodWish, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._wish = wish
        self.setProperty("role", "banner")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # Its corners are round.
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(name)
        heading = QLabel(name)
        heading.setProperty("role", "heading")
        self.tagged = Option(self.tr("Songs tagged with it"))
        self.scored = Option(self.tr("Songs with a score from"))
        self.without = Option(self.tr("Songs without it"))
        least = wish.least if wish.least is not None else _FIRST_LEAST
        self.least = Scale(0.0, 1.0, "", "", self._take_least)
        self.least.show_value(least)
        self.least.slider.setAccessibleName(self.tr("Least score"))
        self._figure = QLabel(score_text(least))
        (self.without if wish.without else self.tagged if wish.least is None
         else self.scored).setChecked(True)
        self._lay_out(heading)
        self.tagged.clicked.connect(lambda: self._tell(MoodWish(wish.mood)))
        self.scored.clicked.connect(lambda: self._take_least(self.least.value()))
        self.without.clicked.connect(lambda: self._tell(MoodWish(wish.mood, without=True)))

    def _lay_out(self, heading: QLabel) -> None:
        scale = QHBoxLayout()
        scale.addSpacing(3 * SPACE)
        scale.addWidget(self.least, 1)
        scale.addWidget(self._figure)
        remove = link_button(self.tr("Take away"))
        remove.clicked.connect(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_PADDING, SPACE, CARD_PADDING, SPACE)
        column.setSpacing(SPACE // 2)
        for widget in (heading, self.tagged, self.scored):
            column.addWidget(widget)
        column.addLayout(scale)
        column.addWidget(self.without)
        column.addWidget(remove, 0, Qt.AlignmentFlag.AlignLeft)

    def _take_least(self, value: float) -> None:
        self.scored.setChecked(True)
        self._figure.setText(score_text(value))
        self._tell(MoodWish(self._wish.mood, round(value, 2)))

    def _tell(self, wish: MoodWish) -> None:
        if wish != self._wish:
            self._wish = wish
            self.changed.emit(wish)

    def _remove(self) -> None:
        self.removed.emit()
        self.close()
