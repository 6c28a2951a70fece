"""Says that parts training needs are not installed, and how they come; hidden where they are."""

import sys

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.settings.fine_tuning.choosing import Choosing
from gui.text_line import selectable_line, text_line
from gui.theme import CARD_PADDING, SPACE

COMMAND = "python installer/dev.py setup run train"


class LackingCard(QFrame):
    """Everything else on the page stays usable: data can be looked over without them."""

    def __init__(self, choosing: Choosing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._choosing = choosing
        self.command = selectable_line("", COMMAND)
        self.command.setWordWrap(False)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setAccessibleName(self.tr("Copy the command"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(COMMAND))
        self.words = text_line("quiet")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.command)
        row.addWidget(self.copy)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(CARD_PADDING, CARD_PADDING, CARD_PADDING, CARD_PADDING)
        column.setSpacing(SPACE)
        column.addWidget(text_line("heading", self.tr("Training needs parts that are not here")))
        column.addWidget(self.words)
        column.addLayout(row)
        choosing.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        lacking = self._choosing.shelf.lacking if self._choosing.shelf else ()
        self.setVisible(bool(lacking))
        frozen = bool(getattr(sys, "frozen", False))
        self.command.setVisible(not frozen)
        self.copy.setVisible(not frozen)
        names = ", ".join(lacking)
        self.words.setText(self.tr(
            "{parts} did not come with this program. Install the Undertone that trains, or run it "
            "from its source.").format(parts=names) if frozen else self.tr(
            "Missing: {parts}. This command in the folder of the program downloads them, once, "
            "some hundred megabytes. Until then you can choose and look over data.").format(
                parts=names))
