"""A place to paste or type a lyric that has no file."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import PAGE_MARGIN, READING, font


class PasteDialog(QDialog):
    """`given` carries text, title and artist."""

    given = Signal(str, str, str)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Paste a lyric"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 560)
        self.title = QLineEdit()
        self.artist = QLineEdit()
        self.words = QPlainTextEdit(text)
        self.words.setFont(font(READING))
        self.words.setTabChangesFocus(True)
        self.words.setPlaceholderText(self.tr("The words of the song, with or without time stamps"))
        self.words.setAccessibleName(self.tr("Lyric"))
        form = QFormLayout()
        form.addRow(self.tr("&Title"), self.title)
        form.addRow(self.tr("&Artist"), self.artist)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.tag_button = QPushButton(self.tr("Tag this lyric"))
        self.tag_button.setProperty("role", "primary")
        self._buttons.addButton(self.tag_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.accepted.connect(self._give)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.addLayout(form)
        column.addWidget(self.words, 1)
        column.addWidget(self._buttons)
        self.words.textChanged.connect(self._check)
        self.words.setFocus()
        self._check()

    def _check(self) -> None:
        self.tag_button.setEnabled(bool(self.words.toPlainText().strip()))

    def _give(self) -> None:
        self.given.emit(self.words.toPlainText(), self.title.text(), self.artist.text())
        self.accept()
