"""The exact prompt at full size, in a window of its own that stays beside the talk."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gui.chat.prompt_text import PromptText
from gui.theme import GAP

WINDOW_SIZE = (640, 600)


class PromptWindow(QDialog):
    """Not modal: it follows what is typed."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("prompt")  # by which it is found for pictures
        self.setWindowTitle(self.tr("The exact prompt"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = PromptText()
        self.text.setAccessibleName(self.windowTitle())
        self.text.show_text(text)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.addWidget(self.text)
        self.resize(*WINDOW_SIZE)
