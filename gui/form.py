"""Rows of a form: a name, a control, and a line that says what it does.

Every control tells its value at once through one callback; `show_value` sets it without telling.
The wheel scrolls the page, never a control that happens to lie under it.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QWidget,
)

from gui.theme import CARD_PADDING, GAP, SPACE

_NAME_WIDTH = 200
_PACE_MS = 80


class FormCard(QFrame):
    """A card of rows under one heading."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(SPACE // 2)
        self._grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)
        title = QLabel(heading)
        title.setProperty("role", "heading")
        self._grid.addWidget(title, 0, 0, 1, 2)

    def add_row(self, name: str, control: QWidget, hint: str = "") -> None:
        """Names the control for eyes and for screen readers."""
        row = self._grid.rowCount()
        self._grid.setRowMinimumHeight(row, SPACE)
        label = QLabel(name)
        label.setBuddy(_focusable(control))
        _focusable(control).setAccessibleName(name)
        _focusable(control).setAccessibleDescription(hint)
        self._grid.addWidget(label, row + 1, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(control, row + 1, 1)
        if hint:
            words = QLabel(hint)
            words.setProperty("role", "meta")
            words.setWordWrap(True)
            self._grid.addWidget(words, row + 2, 1)


class Choice(QComboBox):
    """One of a few values; `options` are (value, words) pairs."""

    def __init__(self, options: Sequence[tuple[str, str]], tell: Callable[[str], None],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for value, words in options:
            self.addItem(words, value)
        self.setMinimumWidth(180)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        _keep_wheel_away(self)
        self.activated.connect(lambda _: tell(str(self.currentData())))

    def show_value(self, value: str) -> None:
        self.setCurrentIndex(self.findData(value))


class Switch(QCheckBox):
    """Yes or no, with words that say what yes means."""

    def __init__(self, words: str, tell: Callable[[bool], None],
                 parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.clicked.connect(tell)

    def show_value(self, value: bool) -> None:
        self.setChecked(value)


class Number(QSpinBox):
    """A whole number; `zero_words` stand for 0 where 0 has a meaning of its own."""

    def __init__(self, low: int, high: int, step: int, suffix: str, tell: Callable[[int], None],
                 zero_words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setSuffix(suffix)
        self.setSpecialValueText(zero_words)
        self.setKeyboardTracking(False)
        self.setFixedWidth(180)
        _keep_wheel_away(self)
        self.valueChanged.connect(tell)

    def show_value(self, value: int) -> None:
        with QSignalBlocker(self):
            self.setValue(value)


class Scale(QWidget):
    """A slider between two words. Values are told while it moves, some times a second."""

    def __init__(self, low: float, high: float, left: str, right: str,
                 tell: Callable[[float], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high = low, high
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setMinimumWidth(160)
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(_PACE_MS)
        self._pace.timeout.connect(lambda: tell(self.value()))
        self.slider.valueChanged.connect(self._wait)
        _keep_wheel_away(self.slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(_end_words(left))
        row.addWidget(self.slider, 1)
        row.addWidget(_end_words(right))
        row.addStretch(1)
        self.setFocusProxy(self.slider)

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


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel or not isinstance(watched, QWidget):
            return False
        if watched.hasFocus():
            return False
        event.ignore()
        return True


def _keep_wheel_away(control: QWidget) -> None:
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.installEventFilter(_WheelGuard(control))


def _focusable(control: QWidget) -> QWidget:
    return control.focusProxy() or control


def _end_words(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "meta")
    return label
