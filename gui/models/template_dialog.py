"""Shows how a chat model wants its conversations written."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QTextCharFormat
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from gui.models.templates import TemplateSeen
from gui.text_line import text_line
from gui.theme import PAGE_MARGIN, SPACE

TEMPLATE_SIZE = (720, 560)


class TemplateDialog(QDialog):
    """Shows a TemplateSeen. Escape closes it."""

    def __init__(self, seen: TemplateSeen, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Template of {name}").format(name=seen.name))
        self.resize(*TEMPLATE_SIZE)
        self.example, self.source = QTextEdit(readOnly=True), QPlainTextEdit(readOnly=True)
        self.example.setAccessibleName(self.tr("A talk as the model sees it"))
        self.source.setAccessibleName(self.tr("The template"))
        for field in (self.example, self.source):
            field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._show_example(seen.parts)
        self.source.setPlainText(seen.source)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(text_line("heading", self.tr("A talk as the model sees it")))
        about = self.tr("What the template adds is bold; the rest is what was said.")
        column.addWidget(text_line("quiet", " ".join([about, *seen.remarks])))
        column.addWidget(self.example, 3)
        column.addWidget(text_line("heading", self.tr("The template")))
        column.addWidget(self.source, 2)
        column.addLayout(row)

    def _show_example(self, parts: tuple[tuple[str, bool], ...]) -> None:
        """As characters only: what a template or a message says is never markup."""
        cursor = self.example.textCursor()
        for text, trusted in parts:
            looks = QTextCharFormat()
            looks.setFontWeight(QFont.Weight.Bold if trusted else QFont.Weight.Normal)
            cursor.insertText(text, looks)
        self.example.moveCursor(self.example.textCursor().MoveOperation.Start)
