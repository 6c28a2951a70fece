"""Fields for prompts and their formats: letters of equal width, read only or written in."""

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.plain_field import PlainField
from gui.theme import META


class PromptText(PlainField):
    """Shows the exact prompt. A text that only changed keeps the person where they read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        use_fixed_width(self)

    def show_text(self, text: str) -> None:
        """Shows another prompt; one that was read to its end is followed there."""
        if text == self.toPlainText():
            return
        bar = self.verticalScrollBar()
        at, end = bar.value(), bar.value() >= bar.maximum()
        self.setPlainText(text)
        bar.setValue(bar.maximum() if end else at)


def use_fixed_width(field: QPlainTextEdit) -> None:
    """Letters of equal width, as in the file; lines are broken where they must."""
    chosen = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    chosen.setPixelSize(META)
    field.setFont(chosen)
    field.setTabChangesFocus(True)
