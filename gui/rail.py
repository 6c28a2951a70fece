"""The rail at the left: the rooms of the program, each with an icon and its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from gui.theme import ICON, SPACE

RAIL_WIDTH = 144


@dataclass(frozen=True, slots=True)
class Room:
    """One page of the window. `name` is remembered, `title` shown; `below` sinks it."""

    name: str
    title: str
    icon: QIcon
    page: QWidget
    below: bool = False


class Rail(QFrame):
    """`chosen` carries the name of the room that was picked."""

    chosen = Signal(str)

    def __init__(self, rooms: Sequence[Room], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setAccessibleName(self.tr("Rooms"))
        self.setFixedWidth(RAIL_WIDTH)
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE * 2, SPACE, SPACE)
        column.setSpacing(SPACE // 2)
        for room in [*(r for r in rooms if not r.below), None, *(r for r in rooms if r.below)]:
            if room is None:
                column.addStretch(1)
            else:
                column.addWidget(self._button(room))

    def mark(self, name: str) -> None:
        """Shows which room is open."""
        self._buttons[name].setChecked(True)

    def _button(self, room: Room) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "rail")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(room.icon)
        button.setIconSize(QSize(ICON + SPACE, ICON))  # the glyph stands free in the middle
        button.setText(room.title)
        button.setCheckable(True)
        button.setFixedWidth(RAIL_WIDTH - 2 * SPACE)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.chosen.emit(room.name))
        self._group.addButton(button)
        self._buttons[room.name] = button
        return button
