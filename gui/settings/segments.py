"""A few parts of a page side by side, of which one is shown: arrow keys and Tab reach each."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
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
        """Marks a part without telling. The keyboard stays on the marked one."""
        self._buttons[value].setChecked(True)
        for other, button in self._buttons.items():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if other == value
                                  else Qt.FocusPolicy.ClickFocus)
            if button.hasFocus() and other != value:
                self._buttons[value].setFocus(Qt.FocusReason.OtherFocusReason)

    def button(self, value: str) -> QPushButton:
        return self._buttons[value]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys go on to the next part and show it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            values = list(self._buttons)
            now = next((at for at, value in enumerate(values)
                        if self._buttons[value] is watched), 0)
            if step is not None and 0 <= now + step < len(values):
                self._buttons[values[now + step]].click()
                self._buttons[values[now + step]].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def _add(self, value: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("role", "plain")
        button.setCheckable(True)
        button.clicked.connect(lambda: self.chosen.emit(value))
        button.installEventFilter(self)
        self._group.addButton(button)
        return button
