"""A slider that shows its value as a figure, for settings whose number means something."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from gui.controls import keep_wheel_away
from gui.theme import SPACE

_FIGURE_WIDTH = 44
_PACE_MS = 80


class SlidingValue(QWidget):
    """From `low` to `high` in steps, told some times a second; `words` stand for values that
    mean something of their own."""

    def __init__(self, low: float, high: float, step: float, tell: Callable[[float], None],
                 words: dict[float, str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._step = low, step
        self._words = words or {}
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round((high - low) / step))
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        self._pace = QTimer(self, singleShot=True, interval=_PACE_MS)
        self._pace.timeout.connect(lambda: tell(self.value()))
        self.slider.valueChanged.connect(self._move)
        keep_wheel_away(self.slider)
        self.setFocusProxy(self.slider)
        self._figure = QLabel()
        self._figure.setMinimumWidth(_FIGURE_WIDTH)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.slider, 1)
        row.addWidget(self._figure)
        self._show()

    def value(self) -> float:
        return round(self._low + self.slider.value() * self._step, 4)

    def show_value(self, value: float) -> None:
        """Does not pull the handle from under a hand that still moves it."""
        if not self.slider.isSliderDown() and not self._pace.isActive():
            with QSignalBlocker(self.slider):
                self.slider.setValue(round((value - self._low) / self._step))
            self._show()

    def _move(self) -> None:
        self._show()
        if not self._pace.isActive():
            self._pace.start()

    def _show(self) -> None:
        value = self.value()
        self._figure.setText(self._words.get(value, f"{value:.2f}"))
