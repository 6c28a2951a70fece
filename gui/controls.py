"""Controls for forms, drawn in the theme's colours at every scale.

Every control tells its value through one callback as the person changes it; `show_value` sets it
without telling. The wheel scrolls the page, never a control that happens to lie under it.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QWidget,
)

from gui.theme import SPACE

CONTROL_WIDTH = 180
NUMBER_WIDTH = 120
SLIDER_WIDTHS = (96, 220)
WORDS_LINES = 4
_PACE_MS = 80
_PAUSE_MS = 500
_BOX = 18


class Choice(QComboBox):
    """One of a few values; `options` are (value, words) pairs."""

    def __init__(self, options: Sequence[tuple[str, str]], tell: Callable[[str], None],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offer(options)
        self.setMinimumWidth(CONTROL_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        keep_wheel_away(self)
        self.activated.connect(lambda _: tell(str(self.currentData())))

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Offers other values; the present one stays where it is still among them."""
        if [(self.itemData(n), self.itemText(n)) for n in range(self.count())] == list(options):
            return
        present = self.currentData()
        self.clear()
        for value, words in options:
            self.addItem(words, value)
        self.setCurrentIndex(max(0, self.findData(present)))

    def show_value(self, value: str) -> None:
        self.setCurrentIndex(self.findData(value))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        centre = QPointF(self.width() - 2 * SPACE, self.height() / 2)
        arrow = QPolygonF([centre + QPointF(-4, -2), centre + QPointF(0, 2),
                           centre + QPointF(4, -2)])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.5))
        painter.drawPolyline(arrow)
        painter.end()


class Switch(QCheckBox):
    """Yes or no, with words that say what yes means."""

    def __init__(self, words: str, tell: Callable[[bool], None],
                 parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.clicked.connect(lambda: tell(self.isChecked()))

    def show_value(self, value: bool) -> None:
        self.setChecked(value)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(_BOX + SPACE + words.width() + 4, max(_BOX, words.height()) + SPACE)

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, (self.height() - _BOX) / 2, _BOX, _BOX)
        self._paint_box(painter, box)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        words = self.rect().adjusted(_BOX + SPACE + 1, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(words, flags, self.text())
        painter.end()

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        roles, colour = QPalette.ColorRole, self.palette().color
        on = self.isChecked()
        edge = roles.Accent if on or self.hasFocus() else roles.Dark
        painter.setPen(QPen(colour(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(colour(roles.Accent if on else roles.Base))
        inset = 1.0 if self.hasFocus() else 0.5
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 4, 4)
        if on:
            tick = [(0.26, 0.52), (0.44, 0.70), (0.76, 0.32)]
            painter.setPen(QPen(colour(roles.HighlightedText), 2))
            painter.drawPolyline(QPolygonF([
                QPointF(box.x() + x * _BOX, box.y() + y * _BOX) for x, y in tick]))
        if self.hasFocus() and on:
            painter.setPen(QPen(colour(roles.WindowText), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


class Option(QRadioButton):
    """One of a few ways, of which just one holds; those of one parent belong together."""

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(_BOX + SPACE + words.width() + 4, max(_BOX, words.height()) + SPACE)

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        roles, colour = QPalette.ColorRole, self.palette().color
        on, focused = self.isChecked(), self.hasFocus()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring = QRectF(1, (self.height() - _BOX) / 2, _BOX, _BOX)
            width = 2.0 if focused else 1.0
            edge = roles.WindowText if focused and on else roles.Accent if on or focused \
                else roles.Dark
            painter.setPen(QPen(colour(edge), width))
            painter.setBrush(colour(roles.Accent if on else roles.Base))
            painter.drawEllipse(ring.adjusted(width / 2, width / 2, -width / 2, -width / 2))
            if on:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour(roles.HighlightedText))
                painter.drawEllipse(ring.center(), 3.5, 3.5)
            painter.setPen(colour(roles.WindowText))
            painter.drawText(self.rect().adjusted(_BOX + SPACE + 1, 0, 0, 0),
                             Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic,
                             self.text())


class Number(QWidget):
    """A whole number with two buttons; `zero_words` stand for 0 where 0 means something else."""

    def __init__(self, low: int, high: int, step: int, suffix: str, tell: Callable[[int], None],
                 zero_words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QSpinBox()
        self.box.setRange(low, high)
        self.box.setSingleStep(step)
        self.box.setSuffix(suffix)
        self.box.setSpecialValueText(zero_words)
        self.box.setKeyboardTracking(False)
        self.box.setFixedWidth(NUMBER_WIDTH)
        self.box.lineEdit().setTextMargins(SPACE, 0, 0, 0)
        keep_wheel_away(self.box)
        self.box.valueChanged.connect(tell)
        self.setFocusProxy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2)
        row.addWidget(self.box)
        row.addWidget(self._button("−", self.tr("Less"), self.box.stepDown))
        row.addWidget(self._button("+", self.tr("More"), self.box.stepUp))
        row.addStretch(1)

    def show_value(self, value: int) -> None:
        with QSignalBlocker(self.box):
            self.box.setValue(value)

    def _button(self, sign: str, name: str, act: Callable[[], None]) -> QPushButton:
        """For the mouse; on the keyboard the arrows do it in the box itself."""
        button = QPushButton(sign)
        button.setProperty("role", "step")
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAutoRepeat(True)
        button.clicked.connect(act)
        return button


class Scale(QWidget):
    """A slider between two words. Values are told while it moves, some times a second."""

    def __init__(self, low: float, high: float, left: str, right: str,
                 tell: Callable[[float], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high = low, high
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setMinimumWidth(SLIDER_WIDTHS[0])
        self.slider.setMaximumWidth(SLIDER_WIDTHS[1])
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(_PACE_MS)
        self._pace.timeout.connect(lambda: tell(self.value()))
        self.slider.valueChanged.connect(self._wait)
        keep_wheel_away(self.slider)
        self.setFocusProxy(self.slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(_end_words(left))
        row.addWidget(self.slider, 1)
        row.addWidget(_end_words(right))
        row.addStretch(0)

    def value(self) -> float:
        return self._low + (self._high - self._low) * self.slider.value() / 100

    def show_value(self, value: float) -> None:
        """Does not pull the handle from under a hand that still moves it."""
        if not self.slider.isSliderDown() and not self._pace.isActive():
            with QSignalBlocker(self.slider):
                share = (value - self._low) / (self._high - self._low)
                self.slider.setValue(round(100 * share))

    def _wait(self) -> None:
        if not self._pace.isActive():
            self._pace.start()


class Words(QPlainTextEdit):
    """A few lines of text, told when the person pauses or goes on to something else."""

    def __init__(self, placeholder: str, tell: Callable[[str], None],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setFixedHeight(WORDS_LINES * self.fontMetrics().lineSpacing() + 2 * SPACE)
        self._tell = tell
        self._told = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.flush)
        self.textChanged.connect(self._pause.start)

    def show_value(self, value: str) -> None:
        """Does not pull the text from under a hand that still writes it."""
        if not self._pause.isActive() and value != self.toPlainText():
            with QSignalBlocker(self):
                self.setPlainText(value)
        self._told = value

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.flush()

    def hideEvent(self, event: QHideEvent) -> None:
        """What was written last is told also when the window closes."""
        super().hideEvent(event)
        self.flush()

    def flush(self) -> None:
        """Tells of what was written a moment ago."""
        self._pause.stop()
        if self.toPlainText() != self._told:
            self._told = self.toPlainText()
            self._tell(self._told)


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel or not isinstance(watched, QWidget):
            return False
        if watched.hasFocus():
            return False
        event.ignore()
        return True


def keep_wheel_away(control: QWidget) -> None:
    """Leaves the wheel to the page until the control has the focus."""
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.installEventFilter(_WheelGuard(control))


def _end_words(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "meta")
    return label
