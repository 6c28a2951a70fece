"""A field for a number with a fraction, however small: 0.0002 or 2e-4."""

import math
from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.controls import NUMBER_WIDTH


class DecimalField(QLineEdit):
    """Tells a value between `low` and `high` when the person has written it; anything else gives
    way to the value before."""

    def __init__(self, low: float, high: float, tell: Callable[[float], None],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high, self._tell = low, high, tell
        self._value = low
        self.setFixedWidth(NUMBER_WIDTH)
        self.editingFinished.connect(self._take)

    def show_value(self, value: float) -> None:
        """Does not pull the number from under a hand that still writes it."""
        self._value = value
        if not self.hasFocus() or not self.isModified():
            with QSignalBlocker(self):
                self.setText(number_text(value))

    def _take(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        written = number_of(self.text())
        if written is None:
            self.setText(number_text(self._value))
            return
        value = min(self._high, max(self._low, written))
        self.setText(number_text(value))
        if value != self._value:
            self._value = value
            self._tell(value)


def number_of(text: str) -> float | None:
    """The number somebody wrote, with a point or a comma; None for anything else."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def number_text(value: float) -> str:
    """A number as short as it can be said: 0.05, 3, 2e-05."""
    if value and abs(value) < 0.001:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{float(mantissa):g}e{int(exponent)}"
    return f"{value:.4g}"
