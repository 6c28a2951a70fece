"""A button that opens a menu, with the same arrow as every choice has."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QMenu, QPushButton, QStyle, QStyleOptionButton, QWidget

from gui.theme import SPACE

_ARROW = 2 * SPACE


class MenuButton(QPushButton):
    """`menu_of` is filled by whoever makes it. Space opens it, and so does Alt+Down."""

    def __init__(self, words: str, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        if role:
            self.setProperty("role", role)
        self.setAutoDefault(False)
        self.menu_of = QMenu(self)
        self.setMenu(self.menu_of)
        # Room for the arrow, where the style would draw a small one of its own.
        self.setStyleSheet("QPushButton::menu-indicator { image: none; width: 0; }"
                           f"QPushButton {{ padding-right: {2 * SPACE + _ARROW}px; }}")

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.features &= ~QStyleOptionButton.ButtonFeature.HasMenu
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QPointF(self.width() - SPACE - _ARROW / 2, self.height() / 2)
        ink = QPalette.ColorRole.ButtonText if self.isEnabled() else QPalette.ColorRole.Dark
        painter.setPen(QPen(self.palette().color(ink), 1.5))
        painter.drawPolyline(QPolygonF([centre + QPointF(-4, -2), centre + QPointF(0, 2),
                                        centre + QPointF(4, -2)]))
        painter.end()
