"""A few parts of a page side by side, of which one is shown: arrow keys and Tab reach each."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from gui.theme import SPACE


class Segments(QWidget):
    """`chosen` carries the value of the part the person wants; `parts` are (value, words)."""

    chosen = Signal(str)

    def __init__(self, parts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2)
        for value, words in parts:
            self._buttons[value] = self._add(value, words)
            row.addWidget(self._buttons[value])

    def show_value(self, value: str) -> None:
        """Marks a part without telling."""
        self._buttons[value].setChecked(True)

    def button(self, value: str) -> QPushButton:
        return self._buttons[value]

    def _add(self, value: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("role", "plain")
        button.setCheckable(True)
        button.clicked.connect(lambda: self.chosen.emit(value))
        self._group.addButton(button)
        return button
