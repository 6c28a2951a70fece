"""A field for plain text that stays quick whatever is put into it.

To break a word without end at its limits, Qt measures it again for each line: a picture's data
pasted as text would hold the window for minutes. Such a text is broken at any letter.
"""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit

_LONGEST_WORD = 5000

Wrap = QTextOption.WrapMode


def wrap_mode(text: str) -> Wrap:
    """Between words, or anywhere in a text with a word too long for that."""
    endless = len(text) > _LONGEST_WORD and any(
        len(word) > _LONGEST_WORD for word in text.split())
    return Wrap.WrapAnywhere if endless else Wrap.WrapAtWordBoundaryOrAnywhere


class PlainField(QPlainTextEdit):
    """Takes text of any length and shape, as characters only."""

    def setPlainText(self, text: str) -> None:
        self.setWordWrapMode(wrap_mode(text))
        super().setPlainText(text)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Words only: what is pasted brings no look of its own."""
        text = source.text()
        if wrap_mode(text) is Wrap.WrapAnywhere:
            self.setWordWrapMode(Wrap.WrapAnywhere)
        self.insertPlainText(text)
