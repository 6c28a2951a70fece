"""What became of a part of the talk, said beside it: removed, with Undo, or why it could not be."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from gui.text_line import text_line


class PartNews(QWidget):
    """Hidden while there is nothing to say."""

    undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.said, self.removed = text_line("danger"), text_line("meta")
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setProperty("role", "link")
        self.undo.clicked.connect(self.undone)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.said, 0, 0, 1, 2)
        grid.addWidget(self.removed, 1, 0)
        grid.addWidget(self.undo, 1, 1)
        self._refresh()

    def say(self, sentence: str) -> None:
        """Says what could not be done, "" for nothing."""
        self.said.setText(sentence)
        self._refresh()

    def show_removed(self, words: str) -> None:
        """Says what is gone and can be brought back, "" for nothing."""
        self.removed.setText(words)
        self.undo.setAccessibleDescription(words)
        self._refresh()

    def _refresh(self) -> None:
        self.said.setVisible(bool(self.said.text()))
        for widget in (self.removed, self.undo):
            widget.setVisible(bool(self.removed.text()))
        self.setVisible(bool(self.said.text() or self.removed.text()))
