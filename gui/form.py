"""Rows of a form: a name, a control, and a line that says what it does."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from gui.theme import CARD_PADDING, GAP, SPACE

_NAME_WIDTH = 160


class FormCard(QFrame):
    """A card of rows under one heading; `about` says what holds for all of them."""

    def __init__(self, heading: str, about: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(_words(heading, "heading"), 0, 0, 1, 2)
        if about:
            self._grid.addWidget(_words(about, "meta"), 1, 0, 1, 2)

    def add_wide(self, part: QWidget) -> None:
        """Something without a name of its own, below the control before it."""
        self._grid.addWidget(part, self._grid.rowCount(), 1)

    def add_row(self, name: str, control: QWidget, hint: str = "") -> None:
        """Names the control for eyes and for screen readers."""
        row = self._grid.rowCount()
        self._grid.setRowMinimumHeight(row, SPACE)
        label = QLabel(name)
        takes_focus = control.focusProxy() or control
        label.setBuddy(takes_focus)
        takes_focus.setAccessibleName(name)
        takes_focus.setAccessibleDescription(hint)
        self._grid.addWidget(label, row + 1, 0, Qt.AlignmentFlag.AlignVCenter)
        if control.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Fixed:
            self._grid.addWidget(control, row + 1, 1, Qt.AlignmentFlag.AlignLeft)
        else:
            self._grid.addWidget(control, row + 1, 1)
        if hint:
            self._grid.addWidget(_words(hint, "meta"), row + 2, 1)


def _words(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
