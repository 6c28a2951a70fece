"""Where a person names a model of a hub. Nothing is asked of anybody before they press."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.errors import EngineError
from gui.theme import SPACE


class HubField(QWidget):
    """`wanted` carries what was typed or pasted; `typed` every change of it."""

    wanted = Signal(str)
    typed = Signal(str)

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(text)
        self.field.setPlaceholderText(self.tr("owner/name, or the address of its page"))
        self.field.setAccessibleName(self.tr("Name of a model on Hugging Face"))
        self.field.setClearButtonEnabled(True)
        self.get = QPushButton(self.tr("Get it"))
        self.get.setAccessibleName(self.tr("Get the named model"))
        self._trouble = QLabel()
        self._trouble.setProperty("role", "danger")
        self._trouble.setWordWrap(True)
        self._trouble.setTextFormat(Qt.TextFormat.PlainText)
        self._trouble.hide()
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.field, 1)
        row.addWidget(self.get)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._trouble)
        self.field.textChanged.connect(self._note)
        self.field.returnPressed.connect(self._ask)
        self.get.clicked.connect(self._ask)
        self._note(text)

    def show_trouble(self, problem: EngineError) -> None:
        """Why what was typed cannot be got."""
        self._trouble.setText(f"{problem.message} {problem.hint}".strip())
        self._trouble.show()

    def _note(self, text: str) -> None:
        self.get.setEnabled(bool(text.strip()))
        self._trouble.hide()
        self.typed.emit(text)

    def _ask(self) -> None:
        if self.field.text().strip():
            self.wanted.emit(self.field.text().strip())
